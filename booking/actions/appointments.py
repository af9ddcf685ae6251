"""What becomes of an appointment once its time is held: booked, cancelled, done. Mails leave with the transaction."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Sum

from accounts.models import User
from booking import lifecycle, notifications
from booking.actions import client_records, refunds
from booking.cancellation_terms import refundable
from booking.errors import AlreadyStarted, AmountChanged, HoldLost
from booking.lifecycle import Step
from booking.models import Appointment, AppointmentEvent, Payment, Refund, Status
from common.errors import NotAllowed
from practitioners.models import ReviewInvitation

BY = AppointmentEvent.By
ANSWER_WITHIN = dt.timedelta(hours=48)  # well inside the seven days of a card authorisation
ANSWER_BEFORE = dt.timedelta(hours=2)
QUIET_END = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Contact:
    """Who books, as typed."""

    first_name: str
    last_name: str
    email: str
    phone: str = ""
    adult: bool = False
    for_relative: bool = False
    attendee_first_name: str = ""
    attendee_last_name: str = ""
    attendee_is_minor: bool = False


def locked(appointment_id: int) -> Appointment:
    """The row, locked until commit."""
    return Appointment.objects.select_for_update(of=("self",)).for_pages().get(pk=appointment_id)


@transaction.atomic
def identify(*, appointment_id: int, contact: Contact) -> Appointment:
    """Note who books on a held appointment. Raises HoldLost."""
    appointment = locked(appointment_id)
    if appointment.status != Status.HELD:
        raise HoldLost
    appointment.contact_first_name = contact.first_name
    appointment.contact_last_name = contact.last_name
    appointment.contact_email = contact.email
    appointment.contact_phone = contact.phone
    appointment.adult_declared = contact.adult
    appointment.for_relative = contact.for_relative
    appointment.attendee_first_name = contact.attendee_first_name if contact.for_relative else ""
    appointment.attendee_last_name = contact.attendee_last_name if contact.for_relative else ""
    appointment.attendee_is_minor = contact.for_relative and contact.attendee_is_minor
    appointment.save()
    return appointment


def paid_cents(appointment: Appointment) -> int:
    """What the client has paid online, before refunds."""
    total = appointment.payments.filter(status=Payment.Status.PAID).aggregate(total=Sum("amount_cents"))["total"]
    return int(total or 0)


@transaction.atomic
def book(*, appointment_id: int, now: dt.datetime) -> Appointment:
    """Book what needs no online payment. Raises HoldLost."""
    appointment = locked(appointment_id)
    if appointment.status != Status.HELD or appointment.client_id is None:
        raise HoldLost
    if appointment.advance_cents:
        raise NotAllowed
    secure(appointment, by=BY.CLIENT, now=now)
    return appointment


def secure(appointment: Appointment, *, by: AppointmentEvent.By, now: dt.datetime) -> bool:
    """The booking stands: confirmed, or requested from the practitioner. False when its time was lost meanwhile.

    The row is locked by the caller. From an expired hold the time is taken back, if nobody took it.
    """
    step = Step.REQUEST if appointment.on_request else Step.CONFIRM
    appointment.booked_at = now
    if appointment.on_request:
        appointment.answer_by = max(now, min(now + ANSWER_WITHIN, appointment.starts_at - ANSWER_BEFORE))
    before = appointment.status
    try:
        with transaction.atomic():
            lifecycle.move(appointment, step, by=by, now=now)
    except IntegrityError as error:
        if before != Status.EXPIRED or "no_two_appointments_at_once" not in str(error):
            raise
        appointment.status, appointment.booked_at, appointment.answer_by = before, None, None
        return False
    client_records.record_of(appointment=appointment, now=now)
    notifications.booked(appointment)
    return True


def refund_due(appointment: Appointment, *, now: dt.datetime) -> int:
    """Cents that cancelling at `now` gives back to the client, by the scale frozen at booking."""
    return refundable(
        appointment.cancellation_tiers, paid=paid_cents(appointment), starts_at=appointment.starts_at, now=now
    )


@transaction.atomic
def cancel_by_client(
    *, appointment_id: int, announced_cents: int, now: dt.datetime, actor: User | None = None
) -> Appointment:
    """Cancel and give back exactly what the page announced. Raises AmountChanged, AlreadyStarted, IllegalTransition."""
    appointment = locked(appointment_id)
    if not lifecycle.may(appointment, Step.CANCEL_BY_CLIENT):
        raise lifecycle.IllegalTransition
    if now >= appointment.starts_at:
        raise AlreadyStarted
    due = refund_due(appointment, now=now)
    if due != announced_cents:
        raise AmountChanged
    _cancelled(appointment, now)
    lifecycle.move(appointment, Step.CANCEL_BY_CLIENT, by=BY.CLIENT, actor=actor, now=now, detail=f"refund {due}")
    _give_back(appointment, due, Refund.Cause.CLIENT, now)
    notifications.cancelled(appointment, refund_cents=due, by_client=True)
    return appointment


@transaction.atomic
def cancel_by_practitioner(*, appointment_id: int, actor: User, now: dt.datetime) -> Appointment:
    """Cancel and give everything back; the service fee stays due (M4)."""
    appointment = locked(appointment_id)
    if now >= appointment.starts_at:
        raise AlreadyStarted
    due = paid_cents(appointment)
    _cancelled(appointment, now)
    lifecycle.move(
        appointment, Step.CANCEL_BY_PRACTITIONER, by=BY.PRACTITIONER, actor=actor, now=now, detail=f"refund {due}"
    )
    _give_back(appointment, due, Refund.Cause.PRACTITIONER, now)
    notifications.cancelled(appointment, refund_cents=due, by_client=False)
    return appointment


@transaction.atomic
def close(*, appointment_id: int, step: Step, actor: User, now: dt.datetime) -> Appointment:
    """After the session: done, or the client did not come."""
    if step not in {Step.COMPLETE, Step.CLIENT_ABSENT}:
        raise NotAllowed
    appointment = locked(appointment_id)
    if now < appointment.starts_at:
        raise lifecycle.IllegalTransition
    lifecycle.move(appointment, step, by=BY.PRACTITIONER, actor=actor, now=now)
    if step == Step.COMPLETE:
        _invite_to_review(appointment)
    return appointment


@transaction.atomic
def complete_quietly(*, appointment_id: int, now: dt.datetime) -> bool:
    """A day after its end, an appointment of which nobody said anything took place."""
    appointment = locked(appointment_id)
    if not lifecycle.may(appointment, Step.COMPLETE) or appointment.ends_at > now - QUIET_END:
        return False
    lifecycle.move(appointment, Step.COMPLETE, by=BY.SYSTEM, now=now)
    _invite_to_review(appointment)
    return True


def _invite_to_review(appointment: Appointment) -> None:
    """The right to one review, for a session that took place; who writes it and when is the reviews' affair."""
    if appointment.client is None:
        return
    ReviewInvitation.objects.get_or_create(
        reference=f"appointment-{appointment.reference}",
        defaults={
            "practitioner": appointment.practitioner,
            "client": appointment.client,
            "service_name": appointment.service_name,
            "happened_on": appointment.starts_at.astimezone(ZoneInfo(appointment.timezone)).date(),
        },
    )


def _cancelled(appointment: Appointment, now: dt.datetime) -> None:
    appointment.cancelled_at = now
    appointment.calendar_sequence += 1


def _give_back(appointment: Appointment, due: int, cause: Refund.Cause, now: dt.datetime) -> None:
    """What was taken is refunded up to `due`; what was only authorised is let go of."""
    for payment in appointment.payments.select_for_update():
        if payment.status == Payment.Status.PAID and due > 0:
            refund = refunds.order(payment=payment, amount_cents=due, cause=cause, now=now)
            due -= refund.amount_cents if refund else 0
        elif payment.status == Payment.Status.AUTHORISED:
            let_go(payment)


def let_go(payment: Payment) -> None:
    """Mark an authorisation for release; the task, or the sweep, carries it out."""
    payment.status = Payment.Status.RELEASING
    payment.save(update_fields=["status"])

    def ask() -> None:
        from booking.tasks import check_payment
        from common.tasks import enqueue

        enqueue(check_payment, payment.pk)

    transaction.on_commit(ask)
