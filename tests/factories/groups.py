"""Group sessions with their seats."""

import datetime as dt
from typing import Any

from booking.actions import groups
from booking.models import GroupSession
from common.clock import now
from practitioners.models import Practitioner, Service
from tests.factories.booking import bookable_practitioner


def yoga(*, seats: int = 5, **fields: Any) -> tuple[Practitioner, Service]:
    """A practitioner whose one service is for a group."""
    return bookable_practitioner(seats=seats, name="Yoga doux", **fields)


def session_of(
    practitioner: Practitioner, service: Service, *, days: int = 3, hour: int = 17, seats: int | None = None
) -> GroupSession:
    """An open session in so many days, at this hour UTC."""
    start = (now() + dt.timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
    return groups.open_session(
        practitioner=practitioner,
        service=service,
        start=start,
        place=practitioner.places.first(),
        mode="cabinet",
        seats=seats or service.seats,
        now=now(),
    )
