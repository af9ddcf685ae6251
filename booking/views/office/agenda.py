"""The practitioner's agenda: days with their appointments and gaps, as lists that read well on a phone."""

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from booking import calendar_grid, slots
from booking.models import Appointment, Closure, Status
from booking.policies.offer import bookable_services
from common import clock
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

SHOWN = (Status.REQUESTED, Status.CONFIRMED, Status.DONE, Status.CLIENT_ABSENT, Status.PRACTITIONER_ABSENT)


@dataclass
class AgendaDay:
    date: dt.date
    today: bool
    appointments: list[Appointment] = field(default_factory=list)
    free: int = 0
    closed: bool = False
    reason: str = ""


@require_GET
@for_practitioner
def agenda(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    zone = calendar_grid.zone_of(practitioner)
    now = clock.now()
    today = now.astimezone(ZoneInfo(zone)).date()
    view = "jour" if request.GET.get("vue") == "jour" else "semaine"
    day = _day(request.GET.get("jour", "")) or _where_to_open(practitioner, view, today, zone, now)
    first = day if view == "jour" else day - dt.timedelta(days=day.weekday())
    span = 1 if view == "jour" else 7
    step = dt.timedelta(days=span)
    waiting = Appointment.objects.filter(practitioner=practitioner, status=Status.REQUESTED).for_pages()
    context = {
        "practitioner": practitioner,
        "days": _days(practitioner, first, span, zone, now),
        "zone": zone,
        "view": view,
        "first": first,
        "last": first + step - dt.timedelta(days=1),
        "today": today,
        "previous": first - step,
        "next": first + step,
        "waiting": list(waiting.order_by("answer_by")[:20]),
        "read_at": now,
    }
    return render(request, "booking/office/agenda.html", context)


def _where_to_open(practitioner: Practitioner, view: str, today: dt.date, zone: str, now: dt.datetime) -> dt.date:
    """Today, unless nothing is left in its week (a Sunday evening): then the day of what comes next."""
    if view == "jour":
        return today
    to_come = Appointment.objects.filter(practitioner=practitioner, status__in=(Status.REQUESTED, Status.CONFIRMED))
    following = to_come.filter(ends_at__gt=now).order_by("starts_at").values_list("starts_at", flat=True).first()
    moments = [following] if following else []
    for free in slots.next_slots([practitioner.pk], now=now, days=1, per_day=1).get(practitioner.pk, []):
        moments.append(free.slots[0].start)
    return min((moment.astimezone(ZoneInfo(zone)).date() for moment in moments), default=today)


def _days(practitioner: Practitioner, first: dt.date, span: int, zone: str, now: dt.datetime) -> list[AgendaDay]:
    place = ZoneInfo(zone)
    last = first + dt.timedelta(days=span - 1)
    found = {
        day: AgendaDay(day, today=day == now.astimezone(place).date())
        for day in (first + dt.timedelta(days=n) for n in range(span))
    }
    since = dt.datetime.combine(first, dt.time(), place)
    until = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), place)
    rows = Appointment.objects.filter(
        practitioner=practitioner, starts_at__gte=since, starts_at__lt=until, status__in=SHOWN
    )
    for row in rows.for_pages():
        found[row.starts_at.astimezone(place).date()].appointments.append(row)
    service = bookable_services().filter(practitioner=practitioner).first()
    if service:
        free = slots.free_slots(practitioner=practitioner, service=service, first_day=first, last_day=last, now=now)
        for day, times in free.items():
            found[day].free, found[day].reason = len(times.slots), str(times.reason)
    whole_days = Closure.objects.filter(practitioner=practitioner, first_day__lte=last, last_day__gte=first, start=None)
    for closure in whole_days:
        for day, here in found.items():
            here.closed = here.closed or closure.first_day <= day <= closure.last_day
    return list(found.values())


def _day(text: str) -> dt.date | None:
    try:
        day = parse_date(text[:10])
    except ValueError:
        return None
    return day if day and 2000 < day.year < 2200 else None
