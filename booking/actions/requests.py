"""Appointments on request: accepted, refused, or left without an answer. Nothing is charged before the acceptance (B2)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking import lifecycle
from booking.actions import appointments, payments
from booking.errors import AlreadyStarted, NotBookable
from booking.lifecycle import Step
from booking.models import Appointment, AppointmentEvent, Payment, Status
from common.errors import Conflict
from practitioners.models import Practitioner

BY = AppointmentEvent.By


class AuthorisationGone(Conflict):
    """What the client authorised was let go of since: accepting would confirm a session that nobody pays."""

    message = _(
        "The client's card is no longer authorised: this request cannot be accepted. Refuse it or let it expire."
    )


def accept(*, appointment_id: int, actor: User, now: dt.datetime) -> Appointment:
    """Take the money that was authorised, then confirm. Raises AuthorisationGone, StripeUnreachable, StripeRefused.

    That the money was taken is recorded with the acceptance or not at all: a worker that dies in between leaves a payment
    that still says authorised, which Stripe's notification turns into the acceptance, and the sweep into a refund.
    """
    appointment = Appointment.objects.select_related("practitioner").get(pk=appointment_id)
    if not lifecycle.may(appointment, Step.ACCEPT):
        raise lifecycle.IllegalTransition
    if appointment.starts_at <= now:
        raise AlreadyStarted
    if appointment.practitioner.status != Practitioner.Status.LISTED:
        raise NotBookable
    authorised = appointment.payments.filter(status=Payment.Status.AUTHORISED).select_related("account").first()
    if authorised:
        payments.capture(payment=authorised)
    elif appointment.advance_cents and not appointment.payments.filter(status=Payment.Status.PAID).exists():
        raise AuthorisationGone
    with transaction.atomic():
        appointment = appointments.locked(appointment_id)
        if authorised and not payments.mark_captured(payment=authorised, now=now):
            # Stripe's notification came first, and accepted; or the client cancelled, and the sweep gives back.
            if appointment.status == Status.CONFIRMED:
                return appointment
            raise lifecycle.IllegalTransition
        lifecycle.move(appointment, Step.ACCEPT, by=BY.PRACTITIONER, actor=actor, now=now)
    return appointment


@transaction.atomic
def refuse(*, appointment_id: int, actor: User, now: dt.datetime) -> Appointment:
    appointment = appointments.locked(appointment_id)
    return lifecycle.move(appointment, Step.REFUSE, by=BY.PRACTITIONER, actor=actor, now=now)


@transaction.atomic
def lapse(*, appointment_id: int, now: dt.datetime) -> bool:
    """A request that nobody answered in time; returns whether it was one."""
    appointment = appointments.locked(appointment_id)
    if not lifecycle.may(appointment, Step.LAPSE) or appointment.answer_by is None or appointment.answer_by > now:
        return False
    lifecycle.move(appointment, Step.LAPSE, by=BY.SYSTEM, now=now)
    return True
