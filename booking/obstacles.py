"""What a practitioner should know before moving a session somewhere the rules do not allow: allowed all the same, once said.

Two appointments never overlap: that is not said here but refused by the database.
"""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from booking import agenda
from booking.local_time import boundary
from booking.models import Appointment, Closure, ExternalBusy
from booking.timetable.minutes import date_at, edge_at, floor
from booking.timetable.model import Timetable
from booking.timetable.times import openings_on
from common.wording import clock_time, elided


def in_words(
    appointment: Appointment, *, start: dt.datetime, end: dt.datetime, place_id: int | None, zone: ZoneInfo
) -> list[str]:
    """Sentences, each naming what is in the way and the session."""
    found = list(_own_times(appointment, start, end, place_id, zone))
    found += _elsewhere(appointment, start, end, zone)
    if not found and not _within_hours(appointment, start, end, place_id):
        found.append(_("This time is outside your opening hours."))
    return found


def _within_hours(appointment: Appointment, start: dt.datetime, end: dt.datetime, place_id: int | None) -> bool:
    frame = agenda.known([appointment.practitioner_id])[appointment.practitioner_id].frame
    first, last = floor(start), floor(end)
    day = date_at(appointment.timezone, first)
    at = place_id if appointment.mode == "cabinet" else None
    return any(
        edge_at(opening.zone, day, opening.start) <= first and last <= edge_at(opening.zone, day, opening.end)
        for opening in openings_on(Timetable(frame), appointment.mode, day)
        if at is None or opening.place_id == at
    )


def _own_times(
    appointment: Appointment, start: dt.datetime, end: dt.datetime, place_id: int | None, zone: ZoneInfo
) -> Iterator[str]:
    day = start.astimezone(zone).date()
    closures = Closure.objects.filter(
        Q(place=None) | Q(place=place_id),
        practitioner=appointment.practitioner_id,
        first_day__lte=day,
        last_day__gte=day,
    )
    who = appointment.attendee_name
    for closure in closures:
        names = {"who": who, "what": closure.note or closure.get_kind_display()}
        if closure.start is None or closure.end is None:
            yield elided(_("“%(what)s” takes that whole day; the session of %(who)s would be in it.") % names)
            continue
        opens, closes = (boundary(dt.datetime.combine(day, hour), zone) for hour in (closure.start, closure.end))
        if start < closes and end > opens:
            hours = {"start": clock_time(closure.start), "end": clock_time(closure.end)}
            yield elided(
                _("“%(what)s” is there from %(start)s to %(end)s, at the same time as the session of %(who)s.")
                % (names | hours)
            )


def _elsewhere(appointment: Appointment, start: dt.datetime, end: dt.datetime, zone: ZoneInfo) -> Iterator[str]:
    rows = ExternalBusy.objects.filter(
        practitioner=appointment.practitioner_id, starts_at__lt=end, ends_at__gt=start
    ).select_related("connection")
    for row in rows.order_by("starts_at")[:5]:
        words = {
            "what": row.summary or row.connection.label,
            "start": clock_time(row.starts_at, zone),
            "end": clock_time(row.ends_at, zone),
            "who": appointment.attendee_name,
        }
        yield elided(
            _("“%(what)s” is there from %(start)s to %(end)s, at the same time as the session of %(who)s.") % words
        )
