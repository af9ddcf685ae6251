"""The agenda: a day, a week, a month or a list; what waits for an answer above it. Also printed, a day at a time."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from booking import slots
from booking.agenda_page import layout, reading
from booking.agenda_page.periods import Period, View, day_named, period, view_named
from booking.models import Appointment, CalendarConnection, Status
from booking.models.appointment import UPCOMING
from booking.policies.offer import bookable_services
from common import clock
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

WAITING_SHOWN = 20


@require_GET
@for_practitioner
def agenda(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    now = clock.now()
    zone = reading.zone_of(practitioner)
    view = view_named(request.GET.get("vue", ""))
    today = now.astimezone(zone).date()
    asked = day_named(request.GET.get("jour", ""))
    shown = period(view, asked or _where_to_open(practitioner, view, today, zone, now))
    read = reading.read(practitioner, first=shown.first, last=shown.last, zone=zone, now=now)
    axis, days = layout.days_of(shown.dates, read.items, read.opened, zone, now)
    context: dict[str, Any] = {
        "practitioner": practitioner,
        "zone": zone.key,
        "period": shown,
        "days": days,
        "today": today,
        "now": now,
        "read_at": now,
    }
    if "imprimer" in request.GET and view == View.DAY:
        return render(request, "booking/office/agenda_print.html", context | {"day": days[0]})
    if view in {View.DAY, View.WEEK}:
        _count_free(practitioner, shown, days, now)
    as_grid = request.GET.get("forme") == "grille" and view == View.DAY
    context |= {
        "axis": axis,
        "legend": read.legend,
        "kinds": {item.kind.value for item in read.items},
        "as_grid": as_grid,
        "views": [(one, _address(one, shown.day, as_grid)) for one in View],
        "earlier": _address(view, shown.previous, as_grid),
        "later": _address(view, shown.next, as_grid),
        "at_today": _address(view, today, as_grid),
        "here": _address(view, shown.day, as_grid),
        "other_form": _address(view, shown.day, not as_grid),
        "to_print": f"{_address(View.DAY, shown.day, False)}&imprimer=1",
        "start_at": max(shown.first, today) if shown.last >= today else shown.first,
        **_to_do(practitioner),
    }
    if view == View.MONTH:
        by_date = {day.date: day for day in days}
        context["weeks"] = [[by_date.get(date) if date else None for date in week] for week in shown.weeks]
    if view == View.LIST:
        context["days"] = [day for day in days if day.blocks or day.all_day]
    return render(request, "booking/office/agenda.html", context)


def _to_do(practitioner: Practitioner) -> dict[str, Any]:
    """Requests to answer, and calendars that no longer answer: nothing is read of them, so nothing can be promised."""
    waiting = Appointment.objects.filter(practitioner=practitioner, status=Status.REQUESTED).for_pages()
    broken = CalendarConnection.objects.filter(
        practitioner=practitioner,
        state__in=[CalendarConnection.State.FAILING, CalendarConnection.State.REFUSED],
    )
    try:
        calendars = reverse("office:calendars")
    except NoReverseMatch:
        calendars = ""
    return {
        "waiting": list(waiting.order_by("answer_by")[:WAITING_SHOWN]),
        "broken": list(broken),
        "calendars_url": calendars,
    }


def _address(view: View, day: dt.date, as_grid: bool) -> str:
    query = {"vue": view.value, "jour": day.isoformat()} | ({"forme": "grille"} if as_grid and view == View.DAY else {})
    return f"{reverse('office:agenda')}?{urlencode(query)}"


def _where_to_open(practitioner: Practitioner, view: View, today: dt.date, zone: ZoneInfo, now: dt.datetime) -> dt.date:
    """Today, unless nothing is left in its week (a Sunday evening): then the day of what comes next."""
    if view != View.WEEK:
        return today
    to_come = Appointment.objects.filter(practitioner=practitioner, status__in=UPCOMING, ends_at__gt=now)
    following = to_come.order_by("starts_at").values_list("starts_at", flat=True).first()
    moments = [following] if following else []
    for free in slots.next_slots([practitioner.pk], now=now, days=1, per_day=1).get(practitioner.pk, []):
        moments.append(free.slots[0].start)
    return min((moment.astimezone(zone).date() for moment in moments), default=today)


def _count_free(practitioner: Practitioner, shown: Period, days: list[layout.Day], now: dt.datetime) -> None:
    """How many times clients may still book each day, or why none, for the first service."""
    service = bookable_services().filter(practitioner=practitioner, seats=1).first()
    if service is None:
        return
    found = slots.free_slots(
        practitioner=practitioner, service=service, first_day=shown.first, last_day=shown.last, now=now
    )
    for day in days:
        if here := found.get(day.date):
            day.free, day.reason = len(here.slots), str(here.reason)
