"""A paid period that its subscriber contests at the bank: read at Stripe, in the books, told to the operator, who answers there.

The platform is the merchant here, and its own Stripe pages take the evidence; only its appointments' disputes have pages of ours.
"""

import datetime as dt

import structlog
from django.db import transaction
from django.db.models import Q

from booking import stripe_gateway
from booking.actions import (
    subscription_ends,
    subscription_mails,
    subscription_money,
    subscription_refunds,
    subscriptions,
)
from booking.actions.disputes import LOOK_BACK, RANK, READ_AGAIN_AFTER
from booking.errors import SubscriptionOver
from booking.ledger import subscription_entries
from booking.models import Dispute, ServiceSubscription, SubscriptionDispute, SubscriptionPayment, SubscriptionRefund
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.subscription_terms import held_back

log = structlog.get_logger(__name__)
Status = Dispute.Status
FEE_TOLD_WITHIN = dt.timedelta(days=30)


def refresh(*, dispute_id: str, now: dt.datetime) -> SubscriptionDispute | None:
    """Read it and make ours the same; None when its payment is not of ours. Raises StripeUnreachable, StripeRefused."""
    found = stripe_gateway.read_dispute("", dispute_id)
    known = SubscriptionDispute.objects.filter(dispute_id=dispute_id).first()
    fee = known.stripe_fee_cents if known else None
    if fee is None:
        fee = stripe_gateway.read_dispute_fee("", dispute_id)
    return settle(found=found, fee_cents=fee, now=now)


@transaction.atomic
def settle(*, found: stripe_gateway.Dispute, fee_cents: int | None, now: dt.datetime) -> SubscriptionDispute | None:
    """Record what was read, once for each new state, with its money. Idempotent, in any order."""
    whose = Q(payment_intent=found.payment_intent) & ~Q(payment_intent="")
    payment = SubscriptionPayment.objects.filter(whose).first()
    if payment is None:
        return None
    subscription = subscriptions.locked(payment.subscription_id)
    row, created = SubscriptionDispute.objects.get_or_create(
        dispute_id=found.id,
        defaults={
            "payment": payment,
            "status": found.status,
            "reason": found.reason[:40],
            "amount_cents": found.amount_cents,
            "evidence_due_by": found.evidence_due_by,
            "opened_at": found.created,
            "read_at": now,
        },
    )
    before = "" if created else row.status
    if RANK[Status(found.status)] >= RANK[Status(row.status)]:
        row.status, row.evidence_due_by, row.read_at = found.status, found.evidence_due_by, now
        row.closed_at = None if row.is_open else row.closed_at or now
    if row.stripe_fee_cents is None:
        row.stripe_fee_cents = fee_cents
    row.save()
    subscription_entries.disputed(row, subscription, now=now)
    if row.takes_money and before not in Dispute.TAKES:
        _charge_no_more(subscription, now)
    if row.status == Status.WON and before != Status.WON:
        _give_what_was_held_back(subscription, payment, now)
    if row.status != before:
        subscription_mails.contested(subscription, row)
    return row


def _charge_no_more(row: ServiceSubscription, now: dt.datetime) -> None:
    """Whoever contests a period is not charged for the next one: cancelled as they could, which they may take back."""
    try:
        subscription_ends.cancel(subscription_id=row.pk, now=now)
    except SubscriptionOver:
        return


def _give_what_was_held_back(row: ServiceSubscription, payment: SubscriptionPayment, now: dt.datetime) -> None:
    """Withdrawn from, or paid once it was over, while the bank had the money: given back now that it is here again."""
    row.refresh_from_db()
    cause = SubscriptionRefund.Cause.WITHDRAWAL if row.withdrawn_at else SubscriptionRefund.Cause.OVER
    cents = held_back(row, payment, left=subscription_money.left_of(payment))
    if cents:
        subscription_refunds.order(payment=payment, amount_cents=cents, cause=cause, now=now)


def to_read_again(*, now: dt.datetime) -> list[int]:
    """Open ones of which nothing was heard for hours, and those whose fee Stripe has not told yet."""
    silent = Q(status__in=Dispute.OPEN, read_at__lte=now - READ_AGAIN_AFTER)
    no_fee = Q(stripe_fee_cents=None, opened_at__gt=now - FEE_TOLD_WITHIN, read_at__lte=now - READ_AGAIN_AFTER)
    rows = SubscriptionDispute.objects.filter(silent | no_fee).order_by("read_at")
    return list(rows.values_list("pk", flat=True)[:100])


def read_again(*, pk: int, now: dt.datetime) -> None:
    row = SubscriptionDispute.objects.get(pk=pk)
    # Whatever comes of it, the next pass begins with another.
    SubscriptionDispute.objects.filter(pk=pk).update(read_at=now)
    try:
        refresh(dispute_id=row.dispute_id, now=now)
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("subscription_dispute_not_read", dispute=row.dispute_id, error=str(error))


def look_for_new(*, now: dt.datetime) -> int:
    """Those of the last weeks that no notification told of. Raises StripeUnreachable, StripeRefused."""
    listed = [row.id for row in stripe_gateway.list_disputes("", now - LOOK_BACK)]
    known = set(SubscriptionDispute.objects.filter(dispute_id__in=listed).values_list("dispute_id", flat=True))
    return sum(refresh(dispute_id=name, now=now) is not None for name in listed if name not in known)
