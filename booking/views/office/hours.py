"""The week of opening hours, and how bookings are taken. What it changes is shown before it is saved."""

import hashlib
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking import hours_effect
from booking.actions import opening
from booking.actions.opening import Range
from booking.forms.hours import Parity, Whereabouts
from booking.forms.settings import SettingsForm
from booking.policies.offer import settings_of
from booking.views.office import hours_page
from booking.views.office.hours_page import MOST, DayRow
from common import clock
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

PARTS = ("start", "end", "where", "parity", "since")


@require_http_methods(["GET", "POST"])
@for_practitioner
def hours(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    if request.method == "GET":
        return hours_page.page(request, practitioner)
    whereabouts = Whereabouts(practitioner)
    data = _monday_copied(request.POST) if "copier" in request.POST else request.POST
    rows = hours_page.rows_of(practitioner, data, whereabouts)
    forms = [form for row in rows for form in row.ranges]
    valid = all(form.is_valid() for form in forms)
    for row in rows:
        valid = _no_overlap(row) and valid
    if not valid:
        return hours_page.page(request, practitioner, rows=rows, whereabouts=whereabouts, status=422)
    if "copier" in request.POST:
        return hours_page.page(request, practitioner, rows=rows, whereabouts=whereabouts, copied=True)
    ranges = [item for form in forms if (item := form.range())]
    digest = _digest(ranges)
    if request.POST.get("confirme") != digest:
        effect = hours_effect.of_week(practitioner=practitioner, ranges=ranges, now=clock.now())
        return hours_page.page(request, practitioner, rows=rows, whereabouts=whereabouts, effect=effect, digest=digest)
    opening.replace_week(practitioner=practitioner, ranges=ranges)
    messages.success(request, _("Your week is saved."))
    return redirect("office:hours")


def _digest(ranges: Sequence[Range]) -> str:
    """What was shown is what is saved: a change made in between is shown in its turn."""
    return hashlib.sha256(repr(sorted(map(repr, ranges))).encode()).hexdigest()[:32]


def _monday_copied(posted: QueryDict) -> QueryDict:
    """Monday's ranges on each day that is ticked, in the place of those it had."""
    data = posted.copy()
    targets = [int(day) for day in posted.getlist("copie") if day in {"1", "2", "3", "4", "5", "6"}]
    for day in targets:
        for number in range(MOST):
            for part in PARTS:
                data.pop(f"d{day}r{number}-{part}", None)
                monday = posted.get(f"d0r{number}-{part}")
                if monday is not None:
                    data[f"d{day}r{number}-{part}"] = monday
    return data


def _no_overlap(row: DayRow) -> bool:
    """Two ranges of a day that overlap in the same weeks are an error of typing."""
    seen: list[Range] = []
    for form in row.ranges:
        item = form.range() if form.is_valid() else None
        if item is None:
            continue
        if any(item.start < other.end and item.end > other.start and _meet(item, other) for other in seen):
            form.add_error("start", _("This range overlaps another one of the day."))
            return False
        seen.append(item)
    return True


def _meet(one: Range, other: Range) -> bool:
    """Whether some week has both. Even and odd never meet; alternate ones do, unless they take turns."""
    parities = {one.parity, other.parity}
    if parities == {Parity.EVEN, Parity.ODD}:
        return False
    if parities == {Parity.ALTERNATE} and one.since and other.since:
        return (one.since - other.since).days // 7 % 2 == 0
    return True


@require_POST
@for_practitioner
def save_settings(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = SettingsForm(request.POST, prefix="reglages", instance=settings_of(practitioner), practitioner=practitioner)
    if not form.is_valid():
        return hours_page.page(request, practitioner, settings=form, status=422)
    opening.save_settings(settings=form.save(commit=False), travel=form.travel())
    messages.success(request, _("Your settings are saved. Appointments already booked keep theirs."))
    return redirect("office:hours")
