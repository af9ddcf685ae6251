"""The questions of `verify` about paid services: each statement answers with (what it is about, cents expected, cents found)."""

# A paid period and its movement are one; a movement without its period, or with somebody else's card, is a difference too.
PAID = """
select coalesce(s.reference || '/' || p.stripe_invoice, t.key), coalesce(p.amount_cents, 0), coalesce(l.amount_cents, 0)
from (booking_subscriptionpayment p join booking_servicesubscription s on s.id = p.subscription_id)
full join (
    booking_ledgertransaction t
    join booking_ledgerline l on l.transaction_id = t.id and l.account = 'platform' and t.kind = 'subscription'
) on t.key = 'subscription-payment-' || p.id
where coalesce(p.amount_cents, 0) <> coalesce(l.amount_cents, 0)
union all
select t.key || ' (' || l.account || ')', 0, l.amount_cents
from booking_ledgertransaction t
join booking_ledgerline l on l.transaction_id = t.id and l.account <> 'platform'
left join booking_subscriptionrefund r on r.id::text = split_part(t.key, '-', 3) and t.kind = 'sub_refund'
join booking_subscriptionpayment p on p.id = coalesce(
    r.payment_id, case when t.key ~ '^subscription-payment-[0-9]{1,18}$' then split_part(t.key, '-', 3)::bigint end)
join booking_servicesubscription s on s.id = p.subscription_id
join booking_servicesubscriber u on u.id = s.subscriber_id
where t.kind in ('subscription', 'sub_refund') and l.account <> 'subscriber:' || u.practitioner_id
"""

# What Stripe took is read from Stripe; a day is left to it.
FEES = """
select s.reference || '/' || p.stripe_invoice, coalesce(p.stripe_fee_cents, 0), coalesce(l.amount_cents, 0)
from booking_subscriptionpayment p
join booking_servicesubscription s on s.id = p.subscription_id
left join booking_ledgertransaction t on t.key = 'subscription-payment-' || p.id || '-stripe'
left join booking_ledgerline l on l.transaction_id = t.id and l.account = 'stripe'
where coalesce(p.stripe_fee_cents, 0) <> coalesce(l.amount_cents, 0)
   or p.stripe_fee_cents is null and p.paid_at < %(now)s - interval '1 day'
"""

REFUNDS = """
select 'subscription-refund-' || r.id || ' (' || s.reference || ')',
       case when r.status = 'done' then r.amount_cents else 0 end, sums.cents
from booking_subscriptionrefund r
join booking_subscriptionpayment p on p.id = r.payment_id
join booking_servicesubscription s on s.id = p.subscription_id
cross join lateral (
    select coalesce(sum(-l.amount_cents), 0) as cents
    from booking_ledgertransaction t join booking_ledgerline l on l.transaction_id = t.id and l.account = 'platform'
    where t.key in ('subscription-refund-' || r.id, 'subscription-refund-' || r.id || '-failed')
) sums
where case when r.status = 'done' then r.amount_cents else 0 end <> sums.cents
union all
select t.key, 0, abs(l.amount_cents)
from booking_ledgertransaction t
join booking_ledgerline l on l.transaction_id = t.id and l.account = 'platform'
where t.kind = 'sub_refund'
  and not exists (select from booking_subscriptionrefund r where r.id::text = split_part(t.key, '-', 3))
"""

INVOICES = """
select s.reference || '/' || p.stripe_invoice, p.amount_cents, coalesce(v.gross_cents, 0)
from booking_subscriptionpayment p
join booking_servicesubscription s on s.id = p.subscription_id
left join booking_invoice v on v.id = p.invoice_id
where v.gross_cents is distinct from p.amount_cents and (v.id is not null or p.paid_at < %(now)s - interval '1 day')
union all
select 'subscription-refund-' || r.id, r.amount_cents, coalesce(v.gross_cents, 0)
from booking_subscriptionrefund r
left join booking_invoice v on v.id = r.credit_note_id
where r.status = 'done' and v.gross_cents is distinct from r.amount_cents
  and (v.id is not null or r.settled_at < %(now)s - interval '1 day')
"""

# What the bank took back, what of it came again, and Stripe's fee; a movement without its dispute, or on somebody else's card.
DISPUTES = """
select d.dispute_id, case when d.status in ('needs_response', 'under_review', 'lost') then d.amount_cents else 0 end, sums.cents
from booking_subscriptiondispute d
cross join lateral (
    select coalesce(sum(-l.amount_cents), 0) as cents
    from booking_ledgertransaction t join booking_ledgerline l on l.transaction_id = t.id and l.account = 'platform'
    where t.key in ('subscription-dispute-' || d.dispute_id, 'subscription-dispute-' || d.dispute_id || '-won')
) sums
where case when d.status in ('needs_response', 'under_review', 'lost') then d.amount_cents else 0 end <> sums.cents
union all
select d.dispute_id || ' (fee)', coalesce(d.stripe_fee_cents, 0), coalesce(l.amount_cents, 0)
from booking_subscriptiondispute d
left join booking_ledgertransaction t on t.key = 'subscription-dispute-' || d.dispute_id || '-fee'
left join booking_ledgerline l on l.transaction_id = t.id and l.account = 'stripe'
where coalesce(d.stripe_fee_cents, 0) <> coalesce(l.amount_cents, 0)
union all
select t.key || ' (' || l.account || ')', 0, l.amount_cents
from booking_ledgertransaction t
join booking_ledgerline l on l.transaction_id = t.id and l.account <> 'platform'
left join booking_subscriptiondispute d
    on t.key in ('subscription-dispute-' || d.dispute_id, 'subscription-dispute-' || d.dispute_id || '-won',
                 'subscription-dispute-' || d.dispute_id || '-fee')
left join booking_subscriptionpayment p on p.id = d.payment_id
left join booking_servicesubscription s on s.id = p.subscription_id
left join booking_servicesubscriber u on u.id = s.subscriber_id
where t.kind = 'sub_dispute' and l.account is distinct from
      case when t.key like '%%-fee' then 'stripe' else 'subscriber:' || u.practitioner_id end
"""
