"""The waiting list: who waits, and the appointments that make room."""

import datetime as dt
from typing import Any

from booking.actions import appointments
from booking.models import Appointment, WaitingEntry
from common.clock import now
from practitioners.models import Practitioner, Service
from tests.factories.booking import AppointmentFactory


def waits(practitioner: Practitioner, service: Service, name: str = "Zoé", **fields: Any) -> WaitingEntry:
    """Somebody whose address is known, and whom any time of the next weeks suits."""
    day = now().date()
    known = {
        "email": f"{name.lower()}@exemple.fr", "first_name": name, "last_name": "Faure", "state": "waiting",
        "created_at": now(), "confirmed_at": now(), "first_day": day, "until": day + dt.timedelta(days=40),
    }  # fmt: skip
    return WaitingEntry.objects.create(practitioner=practitioner, service=service, **known | fields)


def booked(
    practitioner: Practitioner, service: Service, *, days: int = 3, hour: int = 12, **fields: Any
) -> Appointment:
    """An appointment in so many days, at this hour UTC."""
    start = (now() + dt.timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
    return AppointmentFactory(practitioner=practitioner, service=service, starts_at=start, **fields)


def cancel(appointment: Appointment) -> Appointment:
    return appointments.cancel_by_client(appointment_id=appointment.pk, announced_cents=0, now=now())
