"""The page of opening hours: the week, what departs from it, holidays, and how bookings are taken. Each form shows it whole."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from booking import calendar_grid, holidays_calendar, week_words
from booking.forms.hours import ClosureForm, OpenOnceForm, RangeForm, Whereabouts, range_at, where_of
from booking.forms.settings import SettingsForm
from booking.holidays_calendar import Holiday
from booking.hours_effect import Effect, opening_of
from booking.models import Appointment, Closure, OpeningRule
from booking.policies.closing import meets, upcoming
from booking.policies.offer import settings_of
from common import clock
from practitioners.models import Practitioner

MONDAY = dt.date(2024, 1, 1)
SPARE = 1  # empty ranges offered after those of a day
MOST = 6
YEAR = dt.timedelta(days=365)
SHOWN_DAYS = 5


@dataclass
class DayRow:
    weekday: int
    monday_based: dt.date
    ranges: list[RangeForm]

    @property
    def is_closed(self) -> bool:
        return all(form.is_spare for form in self.ranges)


@dataclass
class ExceptionLine:
    """A closure, or an opening that ends on a date; `kept`: the appointments that fall in it."""

    first_day: dt.date
    last_day: dt.date
    start: dt.time | None
    end: dt.time | None
    label: str
    kind: str
    pk: int
    note: str = ""
    where: str = ""
    kept: list[Appointment] = field(default_factory=list)


@dataclass
class HolidayLine:
    holiday: Holiday
    is_closed: bool


def rows_of(practitioner: Practitioner, data: QueryDict | None, whereabouts: Whereabouts) -> list[DayRow]:
    today = clock.today()
    rules: dict[int, list[OpeningRule]] = {day: [] for day in range(7)}
    for rule in practitioner.opening_rules.filter(valid_until=None).order_by("weekday", "start"):
        rules[rule.weekday].append(rule)
    rows = []
    for day in range(7):
        known = rules[day]
        count = max(len(known) + SPARE, 2)
        if data is not None:
            sent = [n for n in range(MOST) if f"d{day}r{n}-start" in data]
            count = max(sent, default=0) + 1 + (SPARE if sent and data.get(f"d{day}r{max(sent)}-start") else 0)
        forms = []
        for number in range(min(max(count, 2), MOST)):
            initial: dict[str, Any] = {}
            if data is None and number < len(known):
                rule = known[number]
                initial = {
                    "start": rule.start,
                    "end": rule.end,
                    "where": where_of(rule),
                    "parity": rule.parity,
                    "since": rule.valid_from,
                }
            forms.append(
                RangeForm(
                    data, prefix=f"d{day}r{number}", initial=initial, whereabouts=whereabouts, weekday=day, today=today
                )
            )
        rows.append(DayRow(day, MONDAY + dt.timedelta(days=day), forms))
    for row in rows:
        for form in row.ranges:
            form.words = _weeks_in_words(form, today)  # type: ignore[attr-defined]
    return rows


def _weeks_in_words(form: RangeForm, today: dt.date) -> str:
    item = None
    if form.is_bound:
        item = form.range() if form.is_valid() else None
    elif known := form.initial:
        where = known["where"] or "v"
        item = range_at(where, form.weekday, known["start"], known["end"], known["parity"], known["since"])
    return week_words.in_words(opening_of(item, "Europe/Paris"), today) if item else ""


def exceptions_of(practitioner: Practitioner, today: dt.date) -> list[ExceptionLine]:
    """Closures and dated openings to come in one list, by date."""
    booked = upcoming(practitioner, clock.now())
    lines = []
    for closure in practitioner.closures.filter(last_day__gte=today).select_related("place__commune"):
        where = (closure.place.name or str(closure.place)) if closure.place else ""
        named = closure.kind == Closure.Kind.HOLIDAY and bool(closure.note)
        lines.append(
            ExceptionLine(
                closure.first_day,
                closure.last_day,
                closure.start,
                closure.end,
                closure.note if named else str(closure.get_kind_display()),
                "fermeture",
                closure.pk,
                "" if named else closure.note,
                where,
                [row for row in booked if meets(closure, row)],
            )
        )
    dated = practitioner.opening_rules.filter(valid_until__gte=today).select_related("place__commune")
    for rule in dated:
        where = (rule.place.name or str(rule.place)) if rule.place else ""
        first = rule.valid_from or rule.valid_until or today
        last = rule.valid_until or first
        lines.append(ExceptionLine(first, last, rule.start, rule.end, _("Open"), "ouverture", rule.pk, "", where))
    return sorted(lines, key=lambda line: (line.first_day, line.start or dt.time.min))


def department_of(practitioner: Practitioner) -> Any:
    """That of the main place, if there is one."""
    place = practitioner.places.select_related("commune__department").first()
    return place.commune.department if place else None


def zone_asked(practitioner: Practitioner, asked: str) -> str:
    """The school zone that was chosen, else that of closures made before, else that of the main place."""
    if asked in holidays_calendar.ZONES:
        return asked
    last = practitioner.closures.filter(source__startswith="school:").order_by("-pk").first()
    if last is not None:
        return last.source.split(":")[1]
    department = department_of(practitioner)
    return holidays_calendar.zone_of_department(department.code) if department else ""


def offered_holidays(practitioner: Practitioner, zone: str, today: dt.date) -> dict[str, list[Holiday]]:
    """Those of the next twelve months that can be closed on."""
    department = department_of(practitioner)
    code = department.code if department else ""
    return {
        "school": holidays_calendar.school_holidays(zone, today, today + YEAR),
        "public": holidays_calendar.public_holidays(code, today, today + YEAR),
    }


def _holidays(practitioner: Practitioner, asked: str, today: dt.date) -> dict[str, Any]:
    zone = zone_asked(practitioner, asked)
    department = department_of(practitioner)
    closed = set(practitioner.closures.filter(kind=Closure.Kind.HOLIDAY).values_list("source", flat=True))
    lines = {
        kind: [HolidayLine(holiday, holiday.key in closed) for holiday in offered]
        for kind, offered in offered_holidays(practitioner, zone, today).items()
    }
    return {
        "school_zone": zone,
        "zones": holidays_calendar.ZONES,
        "department": department,
        "own_calendar": department is not None and not holidays_calendar.zone_of_department(department.code),
        "school_until": holidays_calendar.school_data_until(),
        "school": lines["school"],
        "public": lines["public"],
        "school_open": any(not line.is_closed for line in lines["school"]),
        "public_open": any(not line.is_closed for line in lines["public"]),
        "school_closed": any(line.is_closed for line in lines["school"]),
        "public_closed": any(line.is_closed for line in lines["public"]),
    }


def page(
    request: HttpRequest,
    practitioner: Practitioner,
    *,
    rows: list[DayRow] | None = None,
    whereabouts: Whereabouts | None = None,
    effect: Effect | None = None,
    digest: str = "",
    copied: bool = False,
    closure: ClosureForm | None = None,
    once: OpenOnceForm | None = None,
    settings: SettingsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    whereabouts = whereabouts or Whereabouts(practitioner)
    rows = rows or rows_of(practitioner, None, whereabouts)
    settings = settings or SettingsForm(
        prefix="reglages", instance=settings_of(practitioner), practitioner=practitioner
    )
    context = {
        "practitioner": practitioner,
        "rows": rows,
        "range_forms": [form for row in rows for form in row.ranges if form.is_bound and form.errors],
        "effect": effect,
        "digest": digest,
        "copied": copied,
        "closure": closure or ClosureForm(prefix="fermeture", practitioner=practitioner, today=today),
        "once": once or OpenOnceForm(prefix="ouverture", whereabouts=whereabouts, today=today),
        "settings": settings,
        "exceptions": exceptions_of(practitioner, today),
        "zone": calendar_grid.zone_of(practitioner),
        "service": practitioner.services.filter(archived_at=None).first(),
        "has_errors": status == 422,
    }
    asked = request.POST.get("zone", "") or request.GET.get("zone", "")
    return render(request, "booking/office/hours.html", context | _holidays(practitioner, asked, today), status=status)
