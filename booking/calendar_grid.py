"""The page of times: a week, the month behind « choose another date », and where to open."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from booking import slots
from booking.local_time import PARIS
from booking.policies.offer import settings_of
from practitioners.models import Practitioner, Service

WEEK = dt.timedelta(days=7)


def zone_of(practitioner: Practitioner) -> str:
    """The zone on whose clock a practitioner's times are shown: that of the main place."""
    place = practitioner.places.select_related("commune__department").first()
    return place.timezone if place else PARIS


def first_free_day(
    *, practitioner: Practitioner, service: Service, since: dt.date, now: dt.datetime, holder_key: str = ""
) -> dt.date | None:
    """The first day with a free time, read month by month up to the horizon."""
    horizon = now.date() + dt.timedelta(days=settings_of(practitioner).horizon_days + 1)
    while since <= horizon:
        last = since + dt.timedelta(days=30)
        found = slots.free_slots(
            practitioner=practitioner, service=service, first_day=since, last_day=last, now=now, holder_key=holder_key
        )
        day = next((day for day, here in found.items() if here.slots), None)
        if day:
            return day
        since = last + dt.timedelta(days=1)
    return None


def week(
    *, practitioner: Practitioner, service: Service, wanted: dt.date | None, now: dt.datetime, holder_key: str = ""
) -> dict[str, Any]:
    """Seven days from `wanted` (the first free day when not said), with what the page needs around them."""
    zone = zone_of(practitioner)
    today = now.astimezone(ZoneInfo(zone)).date()
    horizon = today + dt.timedelta(days=settings_of(practitioner).horizon_days)
    free = None
    if wanted is None:
        free = first_free_day(practitioner=practitioner, service=service, since=today, now=now, holder_key=holder_key)
    first = max(today, min(wanted or free or today, horizon))
    days = slots.free_slots(
        practitioner=practitioner,
        service=service,
        first_day=first,
        last_day=first + dt.timedelta(days=6),
        now=now,
        holder_key=holder_key,
    )
    has_times = any(here.slots for here in days.values())
    later = None
    if not has_times:
        later = first_free_day(practitioner=practitioner, service=service, since=first, now=now, holder_key=holder_key)
    return {
        "days": list(days.values()),
        "zone": zone,
        "has_times": has_times,
        "first_free": later,
        "previous": max(today, first - WEEK) if first > today else None,
        "next": first + WEEK if first + WEEK <= horizon else None,
        "month": month(practitioner=practitioner, service=service, day=first, now=now, holder_key=holder_key),
    }


def month(
    *, practitioner: Practitioner, service: Service, day: dt.date, now: dt.datetime, holder_key: str = ""
) -> dict[str, Any]:
    """The month of `day` as weeks of days (None outside it), each with its count of times or its reason."""
    first = day.replace(day=1)
    after = (first + dt.timedelta(days=32)).replace(day=1)
    found = slots.free_slots(
        practitioner=practitioner,
        service=service,
        first_day=first,
        last_day=after - dt.timedelta(days=1),
        now=now,
        holder_key=holder_key,
    )
    cells: list[slots.DaySlots | None] = [None] * first.weekday() + list(found.values())
    cells += [None] * (-len(cells) % 7)
    return {
        "first": first,
        "weeks": [cells[n : n + 7] for n in range(0, len(cells), 7)],
        "previous": (first - dt.timedelta(days=1)).replace(day=1) if first > now.date() else None,
        "next": after,
    }
