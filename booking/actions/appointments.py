"""What becomes of an appointment once its time is held: booked, cancelled, done. Mails leave with the transaction."""

import datetime as dt

from django.db import IntegrityError, transaction

from accounts.models import User
from booking import lifecycle
from booking.actions import refunds
from booking.actions.contact import Contact, write
from booking.actions.effects import let_go, paid_cents, refund_due
from booking.actions.taking import is_overlap
from booking.errors import AlreadyStarted, AmountChanged, HoldLost, TooEarlyOrLate
from booking.lifecycle import Step
from booking.models import Appointment, AppointmentEvent, Status
from common.errors import NotAllowed

__all__ = ["Contact", "let_go", "paid_cents", "refund_due"]

BY = AppointmentEvent.By
QUIET_END = dt.timedelta(hours=24)
LATE_AFTER = dt.timedelta(minutes=15)
DECLARED_WITHIN = dt.timedelta(days=30)


def locked(appointment_id: int) -> Appointment:
    """The row, locked until commit."""
    return Appointment.objects.select_for_update(of=("self",), no_key=True).for_pages().get(pk=appointment_id)


@transaction.atomic
def identify(*, appointment_id: int, contact: Contact) -> Appointment:
    """Note who books on a held appointment. Raises HoldLost."""
    appointment = locked(appointment_id)
    if appointment.status != Status.HELD:
        raise HoldLost
    write(appointment, contact)
    appointment.save()
    return appointment


@transaction.atomic
def book(*, appointment_id: int, now: dt.datetime) -> Appointment:
    """Book what needs no online payment. Raises HoldLost."""
    return book_locked(locked(appointment_id), now=now)


def book_locked(appointment: Appointment, *, now: dt.datetime) -> Appointment:
    """The same in the caller's transaction, who holds the row's lock; whatever was set on it is saved with the booking."""
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
    before, record_id = appointment.status, appointment.record_id
    if before != Status.EXPIRED:
        lifecycle.move(appointment, step, by=by, now=now)
        return True
    try:
        with transaction.atomic():
            lifecycle.move(appointment, step, by=by, now=now)
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        appointment.status, appointment.booked_at, appointment.answer_by = before, None, None
        appointment.record_id = record_id
        return False
    return True


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
    if refund_due(appointment, now=now) != announced_cents:
        raise AmountChanged
    return lifecycle.move(appointment, Step.CANCEL_BY_CLIENT, by=BY.CLIENT, actor=actor, now=now)


@transaction.atomic
def cancel_by_practitioner(
    *, appointment_id: int, actor: User | None, now: dt.datetime, ending: str = ""
) -> Appointment:
    """Cancel and give everything back; the service fee stays due (M4). `ending`: the practitioner is "suspended", or "ended"."""
    appointment = locked(appointment_id)
    if now >= appointment.starts_at:
        raise AlreadyStarted
    detail = f"{ending}, refund {refunds.left_cents(appointment)}" if ending else ""
    return lifecycle.move(
        appointment,
        Step.CANCEL_BY_PRACTITIONER,
        by=BY.PRACTITIONER,
        actor=actor,
        now=now,
        detail=detail,
        facts={"ending": ending},
    )


@transaction.atomic
def close(*, appointment_id: int, step: Step, actor: User, now: dt.datetime) -> Appointment:
    """After the session, by its practitioner: done, or the client did not come. Later, "done" may still become "absent"."""
    if step not in {Step.COMPLETE, Step.CLIENT_ABSENT}:
        raise NotAllowed
    appointment = locked(appointment_id)
    if now < appointment.starts_at:
        raise lifecycle.IllegalTransition
    return lifecycle.move(appointment, step, by=BY.PRACTITIONER, actor=actor, now=now)


def may_declare_absence(appointment: Appointment, *, now: dt.datetime) -> bool:
    """From a quarter of an hour after its start, for a month."""
    in_time = appointment.starts_at + LATE_AFTER <= now <= appointment.ends_at + DECLARED_WITHIN
    return in_time and lifecycle.may(appointment, Step.PRACTITIONER_ABSENT)


@transaction.atomic
def declare_absence(*, appointment_id: int, now: dt.datetime, actor: User | None = None) -> Appointment:
    """The client says that the practitioner did not come. Raises IllegalTransition, TooEarlyOrLate."""
    appointment = locked(appointment_id)
    if not lifecycle.may(appointment, Step.PRACTITIONER_ABSENT):
        raise lifecycle.IllegalTransition
    if not may_declare_absence(appointment, now=now):
        raise TooEarlyOrLate
    return lifecycle.move(appointment, Step.PRACTITIONER_ABSENT, by=BY.CLIENT, actor=actor, now=now)


@transaction.atomic
def complete_quietly(*, appointment_id: int, now: dt.datetime) -> bool:
    """A day after its end, an appointment of which nobody said anything took place."""
    appointment = locked(appointment_id)
    if not lifecycle.may(appointment, Step.COMPLETE) or appointment.ends_at > now - QUIET_END:
        return False
    lifecycle.move(appointment, Step.COMPLETE, by=BY.SYSTEM, now=now)
    return True
