"""Weekly opening hours on one page, then exceptions, then how bookings are taken."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from booking import calendar_grid
from booking.actions import opening
from booking.forms.office import ClosureForm, OpenOnceForm, RangeForm, SettingsForm, range_at, where_of
from booking.models import Closure, OpeningRule
from booking.policies.offer import settings_of
from common import clock
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

MONDAY = dt.date(2024, 1, 1)
TUESDAY_TO_FRIDAY = range(1, 5)
SPARE = 1  # empty ranges offered after those of a day
MOST = 6


@dataclass
class DayRow:
    weekday: int
    monday_based: dt.date
    ranges: list[RangeForm]

    @property
    def is_closed(self) -> bool:
        return all(form.is_spare for form in self.ranges)


@require_http_methods(["GET", "POST"])
@for_practitioner
def hours(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    if request.method == "GET":
        return _page(request, practitioner, _rows(practitioner, None))
    rows = _rows(practitioner, request.POST)
    forms = [form for row in rows for form in row.ranges]
    valid = not any(form.errors for form in forms)
    ranges = [item for form in forms if form.is_valid() and (item := form.range())]
    if "copy_monday" in request.POST:
        ranges = [item for item in ranges if item.weekday not in TUESDAY_TO_FRIDAY] + [
            replace(item, weekday=day) for item in ranges if item.weekday == 0 for day in TUESDAY_TO_FRIDAY
        ]
    for row in rows:
        valid = _no_overlap(row) and valid
    if not valid:
        return _page(request, practitioner, rows, status=422)
    opening.replace_week(practitioner=practitioner, ranges=ranges)
    messages.success(request, _("Your week is saved."))
    return redirect("office:hours")


def _no_overlap(row: DayRow) -> bool:
    """Two ranges of a day that overlap in the same weeks are an error of typing."""
    seen: list[tuple[dt.time, dt.time, str]] = []
    for form in row.ranges:
        item = form.range() if form.is_valid() else None
        if item is None:
            continue
        both = OpeningRule.Parity.ALL
        if any(
            item.start < end and item.end > start and (both in {parity, item.parity} or parity == item.parity)
            for start, end, parity in seen
        ):
            form.add_error("start", _("This range overlaps another one of the day."))
            return False
        seen.append((item.start, item.end, item.parity))
    return True


def _rows(practitioner: Practitioner, data: QueryDict | None) -> list[DayRow]:
    rules: dict[int, list[OpeningRule]] = {day: [] for day in range(7)}
    for rule in practitioner.opening_rules.filter(valid_from=None, valid_until=None).order_by("weekday", "start"):
        rules[rule.weekday].append(rule)
    rows = []
    for day in range(7):
        known = rules[day]
        count = len(known) + SPARE
        if data is not None:
            count = max((n + 1 for n in range(MOST) if f"d{day}r{n}-start" in data), default=0)
        forms = []
        for number in range(min(max(count, 2), MOST)):
            initial: dict[str, Any] = {}
            if data is None and number < len(known):
                rule = known[number]
                initial = {"start": rule.start, "end": rule.end, "where": where_of(rule), "parity": rule.parity}
            forms.append(
                RangeForm(data, prefix=f"d{day}r{number}", initial=initial, practitioner=practitioner, weekday=day)
            )
        rows.append(DayRow(day, MONDAY + dt.timedelta(days=day), forms))
    return rows


def _page(
    request: HttpRequest,
    practitioner: Practitioner,
    rows: list[DayRow],
    *,
    closure: ClosureForm | None = None,
    once: OpenOnceForm | None = None,
    settings: SettingsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    context = {
        "practitioner": practitioner,
        "rows": rows,
        "forms": [form for row in rows for form in row.ranges],
        "closure": closure or ClosureForm(prefix="fermeture"),
        "once": once or OpenOnceForm(prefix="ouverture", practitioner=practitioner),
        "settings": settings or SettingsForm(prefix="reglages", instance=settings_of(practitioner)),
        "closures": list(practitioner.closures.filter(last_day__gte=today)),
        "openings": list(practitioner.opening_rules.filter(valid_from__gte=today, valid_until__gte=today)),
        "zone": calendar_grid.zone_of(practitioner),
    }
    return render(request, "booking/office/hours.html", context, status=status)


@require_POST
@for_practitioner
def add_closure(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = ClosureForm(request.POST, prefix="fermeture", instance=Closure(practitioner=practitioner))
    if not form.is_valid():
        return _page(request, practitioner, _rows(practitioner, None), closure=form, status=422)
    kept = opening.add_closure(closure=form.save(commit=False))
    text = _("These days are closed.")
    if kept:
        text += " " + ngettext("%(n)s appointment is kept.", "%(n)s appointments are kept.", kept) % {"n": kept}
    messages.success(request, text)
    return redirect("office:hours")


@require_POST
@for_practitioner
def open_once(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = OpenOnceForm(request.POST, prefix="ouverture", practitioner=practitioner)
    if not form.is_valid():
        return _page(request, practitioner, _rows(practitioner, None), once=form, status=422)
    data = form.cleaned_data
    item = range_at(data["where"], data["day"].weekday(), data["start"], data["end"])
    opening.open_once(practitioner=practitioner, day=data["day"], item=item)
    messages.success(request, _("This day is open."))
    return redirect("office:hours")


@require_POST
@for_practitioner
def remove_exception(request: HttpRequest, practitioner: Practitioner, kind: str, pk: int) -> HttpResponse:
    if opening.remove_exception(practitioner=practitioner, kind="closure" if kind == "fermeture" else "opening", pk=pk):
        messages.success(request, _("The exception is removed."))
    return redirect("office:hours")


@require_POST
@for_practitioner
def save_settings(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = SettingsForm(request.POST, prefix="reglages", instance=settings_of(practitioner))
    if not form.is_valid():
        return _page(request, practitioner, _rows(practitioner, None), settings=form, status=422)
    opening.save_settings(settings=form.save(commit=False))
    messages.success(request, _("Your settings are saved. Appointments already booked keep theirs."))
    return redirect("office:hours")
