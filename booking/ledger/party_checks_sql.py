"""Whose account each line is on: a sum may be right and be somebody else's. Answers as `checks_sql` does."""

# Who gives and who receives, by kind. A client may have paid before having an account: then it was, and stays, a guest's.
OF_PAYMENTS = """
with roles (kind, gives, takes) as (values
    ('payment', 'payer', 'practitioner'), ('fee', 'practitioner', 'platform'), ('stripe_fee', 'platform', 'stripe'),
    ('refund', 'practitioner', 'payer'), ('refund_failed', 'payer', 'practitioner'), ('fee_return', 'platform', 'practitioner'),
    ('dispute', 'practitioner', 'payer'), ('dispute_won', 'payer', 'practitioner'), ('dispute_fee', 'platform', 'stripe')
)
select t.key || ' (' || l.account || ')', 0, l.amount_cents
from booking_ledgertransaction t
join roles on roles.kind = t.kind
join booking_ledgerline l on l.transaction_id = t.id
join booking_payment p on p.id = t.payment_id
join booking_stripeaccount s on s.id = p.account_id
join booking_appointment a on a.id = p.appointment_id
where case case when l.amount_cents < 0 then roles.gives else roles.takes end
    when 'practitioner' then l.account <> 'practitioner:' || s.practitioner_id
    when 'platform' then l.account <> 'platform'
    when 'stripe' then l.account <> 'stripe'
    else l.account <> 'guests' and l.account <> coalesce('client:' || a.client_id, l.account)
         or not starts_with(l.account, 'client:') and l.account <> 'guests'
end
union all
"""

# What comes back goes to who paid.
OF_PAYERS = """
select t.key || ' (' || l.account || ')', 0, l.amount_cents
from booking_ledgertransaction t
join booking_ledgerline l on l.transaction_id = t.id and (l.account = 'guests' or starts_with(l.account, 'client:'))
join booking_ledgertransaction paid on paid.key = 'payment-' || t.payment_id
join booking_ledgerline payer on payer.transaction_id = paid.id and payer.amount_cents < 0
where t.kind in ('refund', 'refund_failed', 'dispute', 'dispute_won') and l.account <> payer.account
union all
"""

OF_PAYOUTS = """
select t.key || ' (' || l.account || ')', 0, l.amount_cents
from booking_ledgertransaction t
join booking_ledgerline l on l.transaction_id = t.id
join booking_payout o on o.payout_id = substring(t.key from '^payout-(.+?)(?:-failed)?$')
join booking_stripeaccount s on s.id = o.account_id
where t.kind in ('payout', 'payout_failed')
  and l.account <> case when (l.amount_cents > 0) = (t.kind = 'payout') then 'bank:' else 'practitioner:' end || s.practitioner_id
union all
"""

OF_INVOICES = """
select t.key || ' (' || l.account || ')', 0, l.amount_cents
from booking_ledgertransaction t
join booking_ledgerline l on l.transaction_id = t.id
join booking_invoice v on v.id::text = split_part(t.key, '-', 2)
where t.kind in ('invoiced', 'settled', 'credited')
  and l.account <> case when (l.amount_cents < 0) = (t.kind = 'invoiced') then 'receivable:' || v.practitioner_id else 'invoiced' end
"""

PARTIES = OF_PAYMENTS + OF_PAYERS + OF_PAYOUTS + OF_INVOICES

# The moment of a movement is that of the row that it is about: moved to another day, it would be in another month's balance.
MOMENTS = """
select t.key, 0, l.amount_cents
from booking_ledgertransaction t
join booking_ledgerline l on l.transaction_id = t.id and l.amount_cents > 0
left join booking_payment p on t.kind in ('payment', 'fee') and p.id = t.payment_id
left join booking_refund r on t.kind in ('refund', 'fee_return') and r.payment_id = t.payment_id
    and r.id::text = split_part(t.key, '-', 2)
left join booking_dispute d on t.kind in ('dispute', 'dispute_fee') and d.payment_id = t.payment_id
    and t.key in ('dispute-' || d.dispute_id, 'dispute-' || d.dispute_id || '-fee')
left join booking_payout o on t.kind = 'payout' and t.key = 'payout-' || o.payout_id
where abs(extract(epoch from t.at - coalesce(p.paid_at, r.settled_at, d.opened_at, o.created_at))) > 36 * 3600
"""
