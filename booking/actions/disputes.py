"""Disputes as Stripe tells them: read again at each notification, written with what they did to the money, reminded of in time."""

import datetime as dt
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from booking import notifications, stripe_gateway
from booking.actions import appointments, withheld_refunds
from booking.ledger import bank_entries
from booking.models import Dispute, DisputeAnswer, DisputeEvent, Payment, StripeAccount
from booking.stripe_gateway import StripeRefused, StripeUnreachable

log = structlog.get_logger(__name__)
Status, What = Dispute.Status, DisputeEvent.What
REMIND_BEFORE = (7, 3, 1)  # days before the deadline
READ_AGAIN_AFTER = dt.timedelta(hours=6)
LOOK_BACK = dt.timedelta(days=21)  # nobody may have looked for as long as that, and no notification have come
# News arrive in any order: what was read before something later is thrown away. Within a rank the last reading is right.
RANK = {
    Status.INQUIRY: 0, Status.INQUIRY_REVIEW: 1, Status.TO_ANSWER: 2, Status.UNDER_REVIEW: 3,
    Status.INQUIRY_CLOSED: 4, Status.WON: 4, Status.LOST: 4, Status.PREVENTED: 4,
}  # fmt: skip


def refresh(*, account: StripeAccount, dispute_id: str, now: dt.datetime) -> Dispute | None:
    """Read it from Stripe and make it so here; None when the payment is not of ours. Raises StripeUnreachable, StripeRefused."""
    found = stripe_gateway.read_dispute(account.account_id, dispute_id)
    known = Dispute.objects.filter(dispute_id=dispute_id).select_related("payment").first()
    fee = 0
    if known is None or not bank_entries.has_dispute_fee(known):
        fee = stripe_gateway.read_dispute_fee(account.account_id, dispute_id) or 0
    return settle(account=account, found=found, fee_cents=fee, now=now)


@transaction.atomic
def settle(
    *, account: StripeAccount, found: stripe_gateway.Dispute, fee_cents: int, now: dt.datetime
) -> Dispute | None:
    """Record what was read, once for each new state, with its money and its messages. Idempotent, in any order."""
    payment = Payment.objects.filter(account=account, payment_intent=found.payment_intent or None).first()
    if payment is None:
        return None  # charged by hand in the practitioner's own Stripe space: theirs, not ours
    # The appointment first, as everybody does: what is given back goes by whether the bank has the money, and the reverse.
    appointment = appointments.locked(payment.appointment_id)
    payment = (
        Payment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("account", "appointment")
        .get(pk=payment.pk)
    )
    row, created = Dispute.objects.get_or_create(
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
    row.payment = payment
    before = "" if created else row.status
    if RANK[Status(found.status)] >= RANK[Status(row.status)]:
        row.status, row.evidence_due_by = found.status, found.evidence_due_by
        row.read_at = now
        row.closed_at = None if row.is_open else row.closed_at or now
        row.save(update_fields=["status", "evidence_due_by", "read_at", "closed_at"])
    bank_entries.dispute_settled(row, opened=row.opened_at, fee_cents=fee_cents, now=now)
    if created:
        DisputeEvent.objects.create(dispute=row, what=What.OPENED, status=row.status, at=now)
    elif before != row.status:
        DisputeEvent.objects.create(dispute=row, what=What.STATUS, status=row.status, at=now)
    given = 0
    if row.status == Status.WON and before != Status.WON:
        given = withheld_refunds.give_back(appointment=appointment, dispute=row, now=now)
    _announce(row, before, given)
    return row


def _announce(row: Dispute, before: str, given_cents: int) -> None:
    """`given_cents`: what goes to the client now that the money is back."""
    if row.is_open and (not before or (before in {Status.INQUIRY, Status.INQUIRY_REVIEW} and row.takes_money)):
        # An inquiry that becomes a dispute is said a second time.
        tell(row, "dispute_opened", number=row.pk * 10 + bool(before), inquiry=not row.takes_money)
    elif (not before or before in Dispute.OPEN) and not row.is_open:
        tell(row, "dispute_closed", number=row.pk, outcome=str(row.status), refund_cents=given_cents)


def tell(row: Dispute, kind: str, *, number: int, **facts: Any) -> None:
    """To the practitioner; the client hears from the own bank."""
    notifications.tell(
        row.payment.appointment,
        kind,
        to=("practitioner",),
        number=number,
        url=settings.BASE_URL + reverse("office:dispute", args=[row.pk]),
        dispute_cents=row.amount_cents,
        due_by=row.evidence_due_by,
        **facts,
    )


def to_remind(*, now: dt.datetime) -> QuerySet[Dispute]:
    """Those that still wait for an answer and whose next reminder has come."""
    reached = Q()
    for days in REMIND_BEFORE:
        reached |= Q(evidence_due_by__lte=now + dt.timedelta(days=days)) & (
            Q(reminded_days=None) | Q(reminded_days__gt=days)
        )
    waiting = Dispute.objects.filter(reached, status__in=Dispute.WAITING, evidence_due_by__gt=now)
    return waiting.exclude(answer__state__in=[DisputeAnswer.State.SENDING, DisputeAnswer.State.SENT])


@transaction.atomic
def remind(*, dispute_id: int, now: dt.datetime) -> bool:
    """Send the reminder that is due, each once; a later one replaces those that came before the dispute was known."""
    row = Dispute.objects.select_for_update(of=("self",), no_key=True).get(pk=dispute_id)
    due = row.evidence_due_by
    if due is None or not to_remind(now=now).filter(pk=row.pk).exists():
        return False
    days = min(n for n in REMIND_BEFORE if now >= due - dt.timedelta(days=n))
    first = row.reminded_days is None
    row.reminded_days = days
    row.save(update_fields=["reminded_days"])
    if first and row.opened_at > due - dt.timedelta(days=days):
        return False  # it was announced inside this reminder's days
    DisputeEvent.objects.create(dispute=row, what=What.REMINDED, number=days, at=now)
    tell(row, "dispute_reminder", number=row.pk * 10 + days, days=days)
    return True


def to_read_again(*, now: dt.datetime) -> QuerySet[Dispute]:
    """Open ones of which nothing was heard for a while: a notification may have been lost."""
    silent = Dispute.objects.filter(status__in=Dispute.OPEN, read_at__lte=now - READ_AGAIN_AFTER)
    return silent.order_by(F("read_at").asc())


def read_again(*, dispute_id: int, now: dt.datetime) -> None:
    row = Dispute.objects.select_related("payment__account").get(pk=dispute_id)
    # Whatever comes of it, the next pass begins with another.
    Dispute.objects.filter(pk=row.pk).update(read_at=now)
    try:
        refresh(account=row.payment.account, dispute_id=row.dispute_id, now=now)
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("dispute_not_read", dispute=row.pk, error=str(error))


def look_for_new(*, account: StripeAccount, now: dt.datetime) -> int:
    """Those of the last days that no notification told of. Raises StripeUnreachable, StripeRefused."""
    listed = list(stripe_gateway.list_disputes(account.account_id, now - LOOK_BACK))
    known = set(Dispute.objects.filter(dispute_id__in=[row.id for row in listed]).values_list("dispute_id", flat=True))
    unknown = [row for row in listed if row.id not in known]
    for row in unknown:
        refresh(account=account, dispute_id=row.id, now=now)
    return len(unknown)
