"""What a client sees of a week, and why a time is not there: answered by the code that offers the times."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from booking import calendar_grid, slots
from booking.explanation import Explanation, explain
from booking.local_time import instant
from booking.policies.offer import bookable_services, settings_of
from common import clock
from practitioners.models import Practitioner, Service
from practitioners.views.office import for_practitioner

WEEK = dt.timedelta(days=7)
SOON = dt.timedelta(days=60)
FAR = dt.timedelta(days=3 * 366)


@dataclass(frozen=True)
class Answer:
    day: dt.date
    offered: bool
    sentences: list[str]


@require_GET
@for_practitioner
def preview(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    now = clock.now()
    services = list(practitioner.services.filter(archived_at=None))
    asked = request.GET.get("service", "")
    service = next((one for one in services if str(one.pk) == asked), services[0] if services else None)
    if service is None:
        return render(request, "booking/office/preview.html", {"practitioner": practitioner, "service": None})
    zone = calendar_grid.zone_of(practitioner)
    today = now.astimezone(ZoneInfo(zone)).date()
    day, unread_day = _day(request.GET.get("semaine", ""), today)
    if not request.GET.get("semaine"):
        day = _first_free(practitioner, service, today, now)
    monday = day - dt.timedelta(days=day.weekday())
    time, unread_time = _time(request.GET.get("heure", ""))
    weekday = request.GET.get("jour", "")
    days = [monday + dt.timedelta(days=number) for number in range(7)]
    wanted = [days[int(weekday)]] if weekday in set("0123456") else [one for one in days if one >= today] or days
    found = slots.free_slots(
        practitioner=practitioner, service=service, first_day=monday, last_day=monday + WEEK, now=now
    )
    context: dict[str, Any] = {
        "practitioner": practitioner,
        "service": service,
        "services": services,
        "is_offered": bookable_services().filter(pk=service.pk).exists(),
        "days": [found[one] for one in days],
        "week_days": list(enumerate(days)),
        "weekday": weekday,
        "monday": monday,
        "zone": zone,
        "time": time,
        "unread_day": unread_day,
        "unread_time": unread_time,
        "answers": [_answer(practitioner, service, one, time, zone, now) for one in wanted] if time else [],
        "previous": monday - WEEK if monday > today else None,
        "next": monday + WEEK if monday + WEEK <= today + dt.timedelta(days=365) else None,
        "settings": settings_of(practitioner),
        "count": sum(len(found[one].slots) for one in days),
    }
    return render(request, "booking/office/preview.html", context)


def _answer(
    practitioner: Practitioner, service: Service, day: dt.date, time: dt.time, zone: str, now: dt.datetime
) -> Answer:
    start = instant(dt.datetime.combine(day, time), ZoneInfo(zone))
    if start is None:
        # On the night when clocks go forward.
        return Answer(day, False, [_("This time does not exist that day: the clocks go forward.")])
    found: Explanation = explain(practitioner=practitioner, service=service, start=start, now=now)
    return Answer(day, found.offered, list(found.sentences))


def _first_free(practitioner: Practitioner, service: Service, today: dt.date, now: dt.datetime) -> dt.date:
    """Where the page opens: the first day that has a time."""
    found = slots.free_slots(
        practitioner=practitioner, service=service, first_day=today, last_day=today + SOON, now=now
    )
    return next((day for day, here in found.items() if here.slots), today)


def _day(text: str, today: dt.date) -> tuple[dt.date, bool]:
    """The day asked about, today when none is; whether what was typed could not be read."""
    if not text:
        return today, False
    try:
        day = parse_date(text[:10])
    except ValueError:
        day = None
    if day is None or not today - FAR <= day <= today + FAR:
        return today, True
    return day, False


def _time(text: str) -> tuple[dt.time | None, bool]:
    text = text.strip().lower().replace("h", ":")[:8]
    if not text:
        return None, False
    try:
        time = parse_time(text if ":" in text and not text.endswith(":") else text.rstrip(":") + ":00")
    except ValueError:
        time = None
    return (time.replace(second=0, microsecond=0, tzinfo=None), False) if time else (None, True)
