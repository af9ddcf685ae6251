"""Appointments on request: accepted, refused, or left without an answer. Nothing is charged before the acceptance (B2)."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from booking import lifecycle, notifications
from booking.actions import appointments, payments
from booking.errors import AlreadyStarted
from booking.lifecycle import Step
from booking.models import Appointment, AppointmentEvent, Payment

BY = AppointmentEvent.By


def accept(*, appointment_id: int, actor: User, now: dt.datetime) -> Appointment:
    """Take the money that was authorised, then confirm. Raises StripeUnreachable, StripeRefused (authorisation gone)."""
    appointment = Appointment.objects.get(pk=appointment_id)
    if not lifecycle.may(appointment, Step.ACCEPT):
        raise lifecycle.IllegalTransition
    if appointment.starts_at <= now:
        raise AlreadyStarted
    authorised = appointment.payments.filter(status=Payment.Status.AUTHORISED).select_related("account").first()
    if authorised:
        payments.capture(payment=authorised, now=now)
    with transaction.atomic():
        appointment = appointments.locked(appointment_id)
        lifecycle.move(appointment, Step.ACCEPT, by=BY.PRACTITIONER, actor=actor, now=now)
        notifications.booked(appointment)
    return appointment


@transaction.atomic
def refuse(*, appointment_id: int, actor: User, now: dt.datetime) -> Appointment:
    appointment = appointments.locked(appointment_id)
    lifecycle.move(appointment, Step.REFUSE, by=BY.PRACTITIONER, actor=actor, now=now)
    _let_go(appointment)
    notifications.refused(appointment, unanswered=False)
    return appointment


@transaction.atomic
def lapse(*, appointment_id: int, now: dt.datetime) -> bool:
    """A request that nobody answered in time; returns whether it was one."""
    appointment = appointments.locked(appointment_id)
    if not lifecycle.may(appointment, Step.LAPSE) or appointment.answer_by is None or appointment.answer_by > now:
        return False
    lifecycle.move(appointment, Step.LAPSE, by=BY.SYSTEM, now=now)
    _let_go(appointment)
    notifications.refused(appointment, unanswered=True)
    return True


def _let_go(appointment: Appointment) -> None:
    for payment in appointment.payments.select_for_update().filter(status=Payment.Status.AUTHORISED):
        appointments.let_go(payment)
