"""What ending an appointment gave back while the client's bank had the money: given once the bank has found for the practitioner.

Nothing can be refunded of a payment in dispute, and the bank may have left the money with the client. So cancelling during a
dispute gives back what other payments brought; the rest, and what Stripe refused beside a partial dispute, on the day it is won.
"""

import datetime as dt

from django.db.models import Q, Sum

from booking import notifications
from booking.actions import refunds
from booking.actions.withdrawal_findings import finding
from booking.cancellation_terms import refundable
from booking.lifecycle import Step
from booking.models import Appointment, AppointmentEvent, Dispute, Payment, Refund, Withdrawal, WithdrawalStep

CAUSES = {
    Step.CANCEL_BY_CLIENT: Refund.Cause.CLIENT,
    Step.CANCEL_BY_PRACTITIONER: Refund.Cause.PRACTITIONER,
}


def give_back(*, appointment: Appointment, dispute: Dispute, now: dt.datetime) -> int:
    """Order it and tell the client; cents. For a dispute just won, of an appointment whose row the caller has locked."""
    amount = _came_too_late(dispute.payment, now)
    cents, cause = _owed(appointment)
    rest = min(cents, refunds.left_cents(appointment))
    if rest > 0:
        refunds.order_in_all(appointment_id=appointment.pk, amount_cents=rest, cause=cause, now=now)
        amount += rest
    if amount <= 0:
        return 0
    AppointmentEvent.objects.create(
        appointment=appointment,
        action="refund",
        before=appointment.status,
        after=appointment.status,
        by=AppointmentEvent.By.SYSTEM,
        at=now,
        detail=f"dispute won, refund {amount}",
    )
    notifications.tell(appointment, "refund_released", to=("client",), number=dispute.pk, refund_cents=amount)
    return amount


def _came_too_late(payment: Payment, now: dt.datetime) -> int:
    """Money that could pay for nothing any more is owed whole, the fee with it; while in dispute, Stripe refused to give it back."""
    late = payment.refunds.filter(cause=Refund.Cause.LATE)
    if not late.exists():
        return 0
    again = refunds.order(
        payment=payment, amount_cents=payment.amount_cents, cause=Refund.Cause.LATE, returns_fee=True, now=now
    )
    return again.amount_cents if again else 0


def _owed(appointment: Appointment) -> tuple[int, Refund.Cause]:
    """By the withdrawal or the cancellation that ended it; nothing where neither did."""
    found = Q(appointment=appointment) | Q(steps__what=WithdrawalStep.What.FOUND, steps__appointment=appointment)
    declared = Withdrawal.objects.filter(found).order_by("declared_at").first()
    if declared and (of_law := finding(appointment, now=declared.declared_at)).ends_it:
        return of_law.refund, Refund.Cause.WITHDRAWAL
    ended = appointment.events.filter(action__in=CAUSES, after=appointment.status).last()
    if ended is None:
        return 0, Refund.Cause.CLIENT
    return _left_of(appointment, ended), CAUSES[Step(ended.action)]


def _left_of(appointment: Appointment, ended: AppointmentEvent) -> int:
    """Of what the cancellation gave at its moment, what no refund has brought since."""
    payments = Payment.objects.filter(appointment=appointment, status=Payment.Status.PAID, paid_at__lte=ended.at)
    paid = int(payments.aggregate(n=Sum("amount_cents"))["n"] or 0)
    since = Refund.objects.filter(payment__in=payments, ordered_at__gte=ended.at).exclude(status=Refund.Status.FAILED)
    given = int(since.aggregate(n=Sum("amount_cents"))["n"] or 0)
    if ended.action == Step.CANCEL_BY_PRACTITIONER:
        return paid - given
    due = refundable(appointment.cancellation_tiers, paid=paid, starts_at=appointment.starts_at, now=ended.at)
    return due - given
