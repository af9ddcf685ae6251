"""The dates of a series before anything is held: which are free, which are not and why, and what is free that day instead."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from booking import slots
from booking.collisions import problem_of
from booking.local_time import instant
from booking.models import Appointment, Status
from practitioners.models import Practitioner, Service

FEWEST, MOST = 2, 12
RHYTHMS = (1, 2)
OTHERS = 2


@dataclass(frozen=True)
class Occurrence:
    """One date: `start` is None for an hour that the clocks skip. `others` are the nearest free times of that day."""

    day: dt.date
    start: dt.datetime | None
    free: bool
    problem: str | Promise = ""
    others: list[slots.Slot] = field(default_factory=list)


def held_with(appointment: Appointment) -> list[Appointment]:
    """The other dates that the same visitor holds with this one, the soonest first."""
    if appointment.series_id is None:
        return []
    rows = Appointment.objects.filter(series=appointment.series_id, holder_key=appointment.holder_key)
    return list(rows.filter(status=Status.HELD).exclude(pk=appointment.pk).order_by("starts_at"))


def dates(
    *, start: dt.datetime, zone: ZoneInfo, every_weeks: int, count: int
) -> list[tuple[dt.date, dt.datetime | None]]:
    """Local days and instants: the same hour on the clock of the place, whatever the clocks do between."""
    first = start.astimezone(zone).replace(tzinfo=None)
    moments = [first + dt.timedelta(weeks=every_weeks * number) for number in range(count)]
    return [(local.date(), instant(local, zone)) for local in moments]


def for_client(
    *,
    practitioner: Practitioner,
    service: Service,
    start: dt.datetime,
    zone: ZoneInfo,
    every_weeks: int,
    count: int,
    now: dt.datetime,
    holder_key: str = "",
) -> list[Occurrence]:
    """As the client may book: within the opening hours, the notice and the horizon. One's own holds count as free."""
    found = []
    for day, moment in dates(start=start, zone=zone, every_weeks=every_weeks, count=count):
        here = slots.free_slots(
            practitioner=practitioner, service=service, first_day=day, last_day=day, now=now, holder_key=holder_key
        )[day]
        if moment is not None and any(slot.start == moment for slot in here.slots):
            found.append(Occurrence(day, moment, free=True))
            continue
        problem = here.reason if not here.slots else _("Taken at this hour")
        found.append(Occurrence(day, moment, False, problem, nearest(here.slots, day, start, zone)))
    return found


def for_office(
    *,
    practitioner: Practitioner,
    service: Service,
    start: dt.datetime,
    zone: ZoneInfo,
    place_id: int | None,
    every_weeks: int,
    count: int,
    now: dt.datetime,
) -> list[Occurrence]:
    """As the practitioner decides: only what is really in the way counts, not the opening hours."""
    minute = dt.timedelta(minutes=1)
    found = []
    for day, moment in dates(start=start, zone=zone, every_weeks=every_weeks, count=count):
        if moment is None:
            found.append(Occurrence(day, None, False, _("This hour does not exist that day: the clocks change.")))
            continue
        end = moment + service.duration_minutes * minute
        problem = problem_of(
            practitioner_id=practitioner.pk,
            place_id=place_id,
            starts_at=moment,
            ends_at=end,
            busy=(moment - service.buffer_before_minutes * minute, end + service.buffer_after_minutes * minute),
            zone=zone,
            now=now,
        )
        others: list[slots.Slot] = []
        if problem:
            here = slots.free_slots(practitioner=practitioner, service=service, first_day=day, last_day=day, now=now)[
                day
            ]
            others = nearest(here.slots, day, start, zone)
        found.append(Occurrence(day, moment, not problem, problem, others))
    return found


def nearest(free: Sequence[slots.Slot], day: dt.date, start: dt.datetime, zone: ZoneInfo) -> list[slots.Slot]:
    """The free times of the day closest to the hour of `start`, soonest first."""
    wanted = dt.datetime.combine(day, start.astimezone(zone).time(), zone)
    closest = sorted(free, key=lambda slot: (abs(slot.start - wanted), slot.start))[:OTHERS]
    return sorted(closest, key=lambda slot: slot.start)
