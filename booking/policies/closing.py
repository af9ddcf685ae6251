"""What a closure, or other hours, mean for what is booked already: nothing is cancelled, and it is said."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from booking.models import Appointment, Closure
from booking.models.appointment import UPCOMING
from booking.timetable.minutes import ceil, edge_at, floor
from booking.timetable.model import Opening
from practitioners.models import Practitioner
from practitioners.models.service import Mode

DAY = dt.timedelta(days=1)


def upcoming(practitioner: Practitioner, now: dt.datetime) -> list[Appointment]:
    rows = Appointment.objects.for_pages().filter(practitioner=practitioner, status__in=UPCOMING, ends_at__gt=now)
    return list(rows.order_by("starts_at"))


def appointments_within(closure: Closure) -> list[Appointment]:
    """Those that the closure meets on the clock of their own place, soonest first."""
    rows = Appointment.objects.for_pages().filter(
        practitioner=closure.practitioner_id,
        status__in=UPCOMING,
        # A day of margin for the zones: the clock of each place decides below.
        starts_at__gte=dt.datetime.combine(closure.first_day - DAY, dt.time(), dt.UTC),
        starts_at__lt=dt.datetime.combine(closure.last_day + 2 * DAY, dt.time(), dt.UTC),
    )
    if closure.place_id:
        rows = rows.filter(place=closure.place_id)
    return [row for row in rows.order_by("starts_at") if meets(closure, row)]


def meets(closure: Closure, appointment: Appointment) -> bool:
    zone = ZoneInfo(appointment.timezone)
    starts, ends = appointment.starts_at.astimezone(zone), appointment.ends_at.astimezone(zone)
    if closure.place_id and closure.place_id != appointment.place_id:
        return False
    if not closure.first_day <= starts.date() <= closure.last_day:
        return False
    if closure.start is None or closure.end is None:
        return True
    until = ends.time() if ends.date() == starts.date() else dt.time.max
    return starts.time() < closure.end and until > closure.start


def is_within(appointment: Appointment, openings: Iterable[Opening]) -> bool:
    """Whether these hours would have allowed it, where and how it takes place."""
    zone = appointment.timezone
    day = appointment.starts_at.astimezone(ZoneInfo(zone)).date()
    for opening in openings:
        if not opening.applies(day) or appointment.mode not in opening.modes:
            continue
        if appointment.mode == Mode.PRACTICE and opening.place_id != appointment.place_id:
            continue
        opens, closes = edge_at(opening.zone, day, opening.start), edge_at(opening.zone, day, opening.end)
        if opens <= floor(appointment.starts_at) and ceil(appointment.ends_at) <= closes:
            return True
    return False
