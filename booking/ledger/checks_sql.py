"""The questions of `verify`: each statement answers with (what it is about, cents expected, cents found)."""

UNBALANCED = """
select t.key, 0, coalesce(sum(l.amount_cents), 0)
from booking_ledgertransaction t left join booking_ledgerline l on l.transaction_id = t.id
group by t.id
having coalesce(sum(l.amount_cents), 0) <> 0 or count(l.id) <> t.line_count or bool_or(l.at is distinct from t.at)
"""


# Payments of which the ledger holds another amount than their row says.
PAYMENTS = """
select a.reference || '/' || p.attempt, case when p.status = 'paid' then p.amount_cents else 0 end, coalesce(l.amount_cents, 0)
from booking_payment p
join booking_appointment a on a.id = p.appointment_id
left join booking_ledgertransaction t on t.payment_id = p.id and t.kind = 'payment' and t.key = 'payment-' || p.id
left join booking_ledgerline l on l.transaction_id = t.id and l.amount_cents > 0
where case when p.status = 'paid' then p.amount_cents else 0 end <> coalesce(l.amount_cents, 0)
"""

FEES = """
select a.reference || '/' || p.attempt, case when p.status = 'paid' then p.fee_cents else 0 end, coalesce(l.amount_cents, 0)
from booking_payment p
join booking_appointment a on a.id = p.appointment_id
left join booking_ledgertransaction t on t.payment_id = p.id and t.kind = 'fee' and t.key = 'payment-' || p.id || '-fee'
left join booking_ledgerline l on l.transaction_id = t.id and l.amount_cents > 0
where case when p.status = 'paid' then p.fee_cents else 0 end <> coalesce(l.amount_cents, 0)
"""

# Asked for, and not told for a day; or neither told nor asked for, where Stripe tells it of others (it may take nothing at all).
PROCESSING_FEES = """
select a.reference || '/' || p.attempt, 0, 0
from booking_payment p
join booking_appointment a on a.id = p.appointment_id
where p.status = 'paid' and p.paid_at < %(now)s - interval '1 day'
  and not exists (select from booking_ledgertransaction t where t.key = 'payment-' || p.id || '-stripe')
  and (exists (select from booking_processingfeetoread f where f.payment_id = p.id)
       or exists (select from booking_ledgertransaction t where t.kind = 'stripe_fee' and t.payment_id is not null))
"""

REFUNDS = """
select 'refund-' || r.id || ' (' || a.reference || ')', case when r.status = 'done' then r.amount_cents else 0 end, sums.cents
from booking_refund r
join booking_payment p on p.id = r.payment_id
join booking_appointment a on a.id = p.appointment_id
cross join lateral (
    select coalesce(sum(case when t.kind = 'refund' then l.amount_cents else -l.amount_cents end), 0) as cents
    from booking_ledgertransaction t
    join booking_ledgerline l on l.transaction_id = t.id and l.amount_cents > 0
    where t.key in ('refund-' || r.id, 'refund-' || r.id || '-failed')
) sums
where case when r.status = 'done' then r.amount_cents else 0 end <> sums.cents
"""

# More than was taken; or not the share, half up, of a refund that gives it back (several that make the whole end on the rest).
FEE_RETURNS = """
select a.reference || '/' || p.attempt, p.fee_cents, sum(l.amount_cents)
from booking_ledgertransaction t
join booking_ledgerline l on l.transaction_id = t.id and l.amount_cents > 0
join booking_payment p on p.id = t.payment_id
join booking_appointment a on a.id = p.appointment_id
where t.kind = 'fee_return'
group by p.id, a.reference
having sum(l.amount_cents) > p.fee_cents
union all
select 'refund-' || r.id || ' (' || a.reference || ')', share.cents, coalesce(l.amount_cents, 0)
from booking_refund r
join booking_payment p on p.id = r.payment_id
join booking_appointment a on a.id = p.appointment_id
cross join lateral (select (2 * p.fee_cents::bigint * r.amount_cents + p.amount_cents) / (2 * p.amount_cents) as cents) share
left join booking_ledgertransaction t on t.key = 'refund-' || r.id || '-fee'
left join booking_ledgerline l on l.transaction_id = t.id and l.amount_cents > 0
where r.status = 'done' and r.returns_fee and share.cents <> coalesce(l.amount_cents, 0)
  and not exists (select from booking_refund o where o.payment_id = p.id and o.id <> r.id and o.settled_at is not null)
"""

# Every movement has one name, made of the row that it is about, and that row is there.
STRAYS = """
select t.key, 0, l.amount_cents
from booking_ledgertransaction t
join booking_ledgerline l on l.transaction_id = t.id and l.amount_cents > 0
left join booking_payment p on p.id = t.payment_id
where case
    when t.kind = 'stripe_fee' and starts_with(t.key, 'subscription-') then not exists (
        select from booking_subscriptionpayment s where t.key = 'subscription-payment-' || s.id || '-stripe')
    when t.kind in ('payment', 'fee', 'stripe_fee') then p.id is null or t.key <> 'payment-' || p.id ||
        case t.kind when 'fee' then '-fee' when 'stripe_fee' then '-stripe' else '' end
    when t.kind in ('refund', 'refund_failed', 'fee_return') then not exists (
        select from booking_refund r
        where r.payment_id = t.payment_id and r.id::text = split_part(t.key, '-', 2)
          and t.key = 'refund-' || r.id || case t.kind when 'refund_failed' then '-failed' when 'fee_return' then '-fee' else '' end
          and (t.kind <> 'fee_return' or r.returns_fee))
    when t.kind in ('dispute', 'dispute_won', 'dispute_fee') then not exists (
        select from booking_dispute d
        where d.payment_id = t.payment_id and t.key = 'dispute-' || d.dispute_id ||
              case t.kind when 'dispute_won' then '-won' when 'dispute_fee' then '-fee' else '' end)
    when t.kind in ('payout', 'payout_failed') then not exists (
        select from booking_payout o
        where o.payout_id = substring(t.key from '^payout-(.+?)(?:-failed)?$')
          and t.key = 'payout-' || o.payout_id || case t.kind when 'payout_failed' then '-failed' else '' end)
    when t.kind in ('invoiced', 'settled', 'credited') then not exists (
        select from booking_invoice v where v.id::text = split_part(t.key, '-', 2) and starts_with(t.key, 'invoice-'))
    else false
end
"""

# Money that the bank took back for a payment, and what is left of it once the dispute is won.
DISPUTES = """
select d.dispute_id, case when d.status in ('needs_response', 'under_review', 'lost') then d.amount_cents else 0 end, sums.cents
from booking_dispute d
cross join lateral (
    select coalesce(sum(case when t.kind = 'dispute' then l.amount_cents else -l.amount_cents end), 0) as cents
    from booking_ledgertransaction t
    join booking_ledgerline l on l.transaction_id = t.id and l.amount_cents > 0
    where t.payment_id = d.payment_id and t.kind in ('dispute', 'dispute_won')
      and position(d.dispute_id in t.key) > 0
) sums
where case when d.status in ('needs_response', 'under_review', 'lost') then d.amount_cents else 0 end <> sums.cents
"""

# What went to each practitioner's bank, all payouts together: a payout that came back is no difference.
PAYOUTS = """
select 'bank:' || coalesce(sent.practitioner, posted.practitioner), coalesce(sent.cents, 0), coalesce(posted.cents, 0)
from (
    select s.practitioner_id as practitioner, sum(o.amount_cents) as cents
    from booking_payout o join booking_stripeaccount s on s.id = o.account_id
    where o.status not in ('failed', 'canceled')
    group by 1
) sent
full join (
    select split_part(l.account, ':', 2)::bigint as practitioner, sum(l.amount_cents) as cents
    from booking_ledgerline l where l.account like 'bank:%%'
    group by 1
) posted on posted.practitioner = sent.practitioner
where coalesce(sent.cents, 0) <> coalesce(posted.cents, 0)
"""

# An hour is left to what is under way: a payment and what it books are one transaction, a refund is ordered with its cause. What
# the client's bank took back is not the practitioner's to give.
PAID_FOR_NOTHING = """
select a.reference, 0, sum(p.amount_cents) - coalesce(sum(back.cents), 0)
from booking_appointment a
join booking_payment p on p.appointment_id = a.id and p.status = 'paid'
left join lateral (
    select sum(r.amount_cents) as cents from booking_refund r where r.payment_id = p.id and r.status <> 'failed'
) back on true
where a.status in ('held', 'expired', 'refused', 'cancelled_pro') and p.paid_at < %(now)s - interval '1 hour'
  and not exists (
      select from booking_dispute d where d.payment_id = p.id and d.status in ('needs_response', 'under_review', 'lost'))
group by a.id
having sum(p.amount_cents) > coalesce(sum(back.cents), 0)
"""

UNPAID = """
select a.reference, a.advance_cents, 0
from booking_appointment a
where a.status in ('requested', 'confirmed') and a.advance_cents > 0 and not a.booked_in_office
  and not exists (
      select from booking_payment p
      where p.appointment_id = a.id and p.status in ('paid', 'authorised', 'releasing')
  )
"""

UNINVOICED = """
select a.reference || '/' || p.attempt, p.fee_cents, 0
from booking_payment p
join booking_appointment a on a.id = p.appointment_id
where p.status = 'paid' and p.fee_cents > 0
  and p.paid_at < date_trunc('month', %(now)s - interval '2 days', 'Europe/Paris')
  and not exists (select from booking_invoiceline i where i.fee_of_id = p.id)
"""

INVOICED = """
select v.number || ' (' || a.reference || '/' || p.attempt || ')', p.fee_cents, i.gross_cents
from booking_invoiceline i
join booking_invoice v on v.id = i.invoice_id
join booking_payment p on p.id = i.fee_of_id
join booking_appointment a on a.id = p.appointment_id
where p.status <> 'paid' or p.fee_cents <> i.gross_cents
"""

CREDITED = """
select v.number || ' (refund-' || i.fee_returned_id || ')', coalesce(l.amount_cents, 0), i.gross_cents
from booking_invoiceline i
join booking_invoice v on v.id = i.invoice_id
left join booking_ledgertransaction t on t.key = 'refund-' || i.fee_returned_id || '-fee'
left join booking_ledgerline l on l.transaction_id = t.id and l.amount_cents > 0
where i.fee_returned_id is not null and coalesce(l.amount_cents, 0) <> i.gross_cents
"""

# Per practitioner: unpaid invoices of the platform, less what was paid in advance and what was credited of what was due.
RECEIVABLE = """
select 'receivable:' || coalesce(owed.practitioner, posted.practitioner), coalesce(owed.cents, 0), coalesce(posted.cents, 0)
from (
    select v.practitioner_id as practitioner,
           sum(greatest(0, v.gross_cents - v.prepaid_cents - coalesce(notes.cents, 0))) as cents
    from booking_invoice v
    left join lateral (
        select sum(c.gross_cents) as cents from booking_invoice c where c.credit_of_id = v.id
    ) notes on true
    where v.issuer_id is null and v.credit_of_id is null and v.paid_at is null
    group by 1
) owed
full join (
    select split_part(l.account, ':', 2)::bigint as practitioner, -sum(l.amount_cents) as cents
    from booking_ledgerline l where l.account like 'receivable:%%'
    group by 1
) posted on posted.practitioner = owed.practitioner
where coalesce(owed.cents, 0) <> coalesce(posted.cents, 0)
"""
