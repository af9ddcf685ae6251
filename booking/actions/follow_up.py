"""A follow-up session asked for by somebody who is not known as a client who came: the practitioner answers first."""

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from booking.models import Appointment, Status
from booking.policies.follow_up import asks_first
from practitioners.models import Service

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def decide(*, appointment_id: int, user: "User | AnonymousUser", now: dt.datetime) -> Appointment:
    """Whether the held time is booked at once or on request; decided before the last page is shown, and frozen by it."""
    held = Appointment.objects.select_for_update(of=("self",), no_key=True).select_related("service__practitioner")
    appointment = held.get(pk=appointment_id)
    on_request = appointment.service.confirmation == Service.Confirmation.REQUEST
    on_request = on_request or asks_first(appointment.service, user, now=now)
    if appointment.status == Status.HELD and appointment.on_request != on_request:
        appointment.on_request = on_request
        appointment.save(update_fields=["on_request"])
    return appointment
