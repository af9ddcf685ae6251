"""Why a practitioner could not receive at a time, in words: used where the practitioner decides outside the offered times."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from booking.local_time import boundary
from booking.models import Appointment, Closure, Occupation, Payment, Status
from booking.models.calendar import ExternalBusy
from common.wording import clock_time


def problem_of(
    *,
    practitioner_id: int,
    place_id: int | None,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    busy: tuple[dt.datetime, dt.datetime],
    zone: ZoneInfo,
    now: dt.datetime,
) -> str:
    """The first thing in the way of [starts_at, ends_at) with its pauses `busy`, or nothing. Opening hours are not asked."""
    if starts_at <= now:
        return _("This time has passed.")
    return (
        _taken(practitioner_id, busy, zone, now)
        or _closed(practitioner_id, place_id, starts_at, ends_at, zone)
        or _elsewhere(practitioner_id, starts_at, ends_at, zone)
    )


def _taken(practitioner_id: int, busy: tuple[dt.datetime, dt.datetime], zone: ZoneInfo, now: dt.datetime) -> str:
    rows = Occupation.objects.filter(practitioner=practitioner_id, busy_start__lt=busy[1], busy_end__gt=busy[0])
    being_paid = Appointment.objects.filter(status=Status.HELD, payments__status__in=Payment.LIVE).values("pk")
    lapsed = Q(hold_expires_at__lte=now) & ~Q(appointment__in=being_paid)
    found = rows.exclude(lapsed).order_by("starts_at").first()
    if found is None:
        return ""
    hours = {"start": clock_time(found.starts_at, zone), "end": clock_time(found.ends_at, zone)}
    if found.group_id:
        return _("A group session is already there (%(start)s to %(end)s).") % hours
    return _("An appointment is already there (%(start)s to %(end)s).") % hours


def _closed(
    practitioner_id: int, place_id: int | None, starts_at: dt.datetime, ends_at: dt.datetime, zone: ZoneInfo
) -> str:
    day = starts_at.astimezone(zone).date()
    rows = Closure.objects.filter(practitioner=practitioner_id, first_day__lte=day, last_day__gte=day)
    for closure in rows.filter(Q(place=None) | Q(place=place_id)):
        if closure.start is None or closure.end is None:
            return _("You are closed that day.")
        opens, closes = (boundary(dt.datetime.combine(day, hour), zone) for hour in (closure.start, closure.end))
        if starts_at < closes and ends_at > opens:
            return _("You are closed from %(start)s to %(end)s.") % {
                "start": clock_time(closure.start),
                "end": clock_time(closure.end),
            }
    return ""


def _elsewhere(practitioner_id: int, starts_at: dt.datetime, ends_at: dt.datetime, zone: ZoneInfo) -> str:
    rows = ExternalBusy.objects.filter(practitioner=practitioner_id, starts_at__lt=ends_at, ends_at__gt=starts_at)
    found = rows.order_by("starts_at").first()
    if found is None:
        return ""
    return _("Your other calendar is busy from %(start)s to %(end)s.") % {
        "start": clock_time(found.starts_at, zone),
        "end": clock_time(found.ends_at, zone),
    }
