"""What a visitor picks a time from: the next days that have some, why the days between have none, and a month around."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking import slots
from booking.calendar_grid import zone_of
from booking.policies.offer import settings_of
from common import wording
from practitioners.models import Practitioner, Service

DAY = dt.timedelta(days=1)
# Five days on a wide screen, three on a narrow one; the style hides the others, and each has its own links.
WIDE, NARROW = 5, 3
# As far as one question to the agenda reaches.
READ_AT_ONCE = 62
FARTHEST = dt.timedelta(days=800)


@dataclass
class OpenDay:
    """A day with free times; `gap` says in words why the days skipped before it have none, empty when it skips none."""

    date: dt.date
    slots: Sequence[slots.Slot]
    gap: str = ""


@dataclass
class Reading:
    """The days of one service's agenda, read in windows as long as they may be: most pages need one."""

    practitioner: Practitioner
    service: Service
    now: dt.datetime
    holder_key: str
    known: dict[dt.date, slots.DaySlots] = field(default_factory=dict)

    def read(self, first: dt.date, last: dt.date) -> None:
        self.known |= slots.free_slots(
            practitioner=self.practitioner,
            service=self.service,
            first_day=first,
            last_day=last,
            now=self.now,
            holder_key=self.holder_key,
        )

    def day(self, day: dt.date) -> slots.DaySlots:
        if day not in self.known:
            self.read(day, day + (READ_AT_ONCE - 1) * DAY)
        return self.known[day]

    def open_days(self, first: dt.date, last: dt.date, count: int) -> list[OpenDay]:
        """The next `count` days from `first` to `last` that have something."""
        found: list[OpenDay] = []
        skipped: list[slots.DaySlots] = []
        day = first
        while day <= last and len(found) < count:
            here = self.day(day)
            if here.slots:
                found.append(OpenDay(day, here.slots, gap_in_words(skipped, until=day)))
                skipped = []
            else:
                skipped.append(here)
            day += DAY
        return found

    def open_days_before(self, day: dt.date, first: dt.date, count: int) -> list[dt.date]:
        """The last `count` days before `day` that have something, latest first; one window back at most."""
        oldest = max(first, day - READ_AT_ONCE * DAY)
        if oldest < day and not all(oldest + n * DAY in self.known for n in range((day - oldest).days)):
            self.read(oldest, day - DAY)
        back = (day - n * DAY for n in range(1, (day - oldest).days + 1))
        found = [before for before in back if self.day(before).slots]
        # Nothing within two months: from the very first day.
        return found[:count] or ([first] if first < oldest else [])


def pick(
    *,
    practitioner: Practitioner,
    service: Service,
    now: dt.datetime,
    holder_key: str = "",
    wanted: dt.date | None = None,
    month: dt.date | None = None,
) -> dict[str, Any]:
    """What the page of times shows from the day `wanted`, or in `month` (any day of it), or from today."""
    zone = zone_of(practitioner)
    today = now.astimezone(ZoneInfo(zone)).date()
    horizon = today + settings_of(practitioner).horizon_days * DAY
    asked = wanted or (month and month.replace(day=1)) or today
    first = max(today, min(asked, today + FARTHEST))
    reading = Reading(practitioner, service, now, holder_key)
    # From the first of the month: one reading serves the days and the month around them.
    reading.day(first.replace(day=1))
    days = reading.open_days(first, horizon, WIDE + 1)
    shown = days[:WIDE]
    before = reading.open_days_before(first, today, WIDE)
    nowhere = None
    if not shown and first > today:
        nowhere = next(iter(reading.open_days(today, horizon, 1)), None)
    return {
        "days": shown,
        "zone": zone,
        "place_of_clock": place_of_clock(practitioner, zone),
        "has_times": bool(shown),
        "first_free": nowhere.date if nowhere else None,
        "is_full": any(str(here.reason) == _("Full") for here in reading.known.values()),
        "why_empty": "" if shown else str(reading.day(first).reason),
        "earlier": _steps(before),
        "later": _later(days),
        "month": month_grid(reading, first if wanted or month or not shown else shown[0].date, today, horizon),
    }


def next_days(
    *, practitioner: Practitioner, service: Service, now: dt.datetime, holder_key: str = ""
) -> dict[str, Any]:
    """The five days of a practitioner's page, without the month around them."""
    zone = zone_of(practitioner)
    today = now.astimezone(ZoneInfo(zone)).date()
    horizon = today + settings_of(practitioner).horizon_days * DAY
    shown = Reading(practitioner, service, now, holder_key).open_days(today, horizon, WIDE)
    return {
        "days": shown,
        "zone": zone,
        "place_of_clock": place_of_clock(practitioner, zone),
        "has_times": bool(shown),
    }


def place_of_clock(practitioner: Practitioner, zone: str) -> str:
    """Where the clock hangs that times are said on: `Paris`, `La Réunion`; as the people there name it."""
    names = {
        "Europe/Paris": "Paris",
        "Indian/Reunion": "La Réunion",
        "America/Guadeloupe": "Guadeloupe",
        "America/Martinique": "Martinique",
        "America/Cayenne": "Cayenne",
        "Indian/Mayotte": "Mayotte",
        "America/Miquelon": "Saint-Pierre-et-Miquelon",
        "Pacific/Noumea": "Nouméa",
        "Pacific/Tahiti": "Tahiti",
    }
    return names.get(zone) or zone.rpartition("/")[2].replace("_", " ")


def gap_in_words(skipped: list[slots.DaySlots], *, until: dt.date) -> str:
    """Why the days before `until` have nothing, short enough to stand above its date."""
    if not skipped:
        return ""
    reasons = [str(reason) for reason, _days in groupby(skipped, key=lambda day: str(day.reason))]
    near = len(skipped) < 7
    when = _weekday(until) if near else wording.long_date(until, weekday=False, year=False)
    if len(set(reasons)) > 1:
        # Translators: %(day)s is the name of a weekday (mardi), or a date (8 décembre) in the second wording.
        text = _("No time before %(weekday)s") if near else _("No time before the %(date)s")
    elif reasons[0] == _("Closed"):
        text = _("Closed until %(weekday)s") if near else _("Closed until the %(date)s")
    elif reasons[0] == _("Full"):
        text = _("Full until %(weekday)s") if near else _("Full until the %(date)s")
    else:
        return reasons[0]
    return text % {"weekday": when, "date": when}


def _weekday(day: dt.date) -> str:
    return wording.long_date(day, year=False).split(" ")[0].rstrip(",")


def _steps(before: list[dt.date]) -> dict[str, dt.date | None]:
    """Where « previous » leads on a wide and on a narrow screen."""
    if not before:
        return {"wide": None, "narrow": None}
    return {"wide": before[-1], "narrow": before[:NARROW][-1]}


def _later(days: list[OpenDay]) -> dict[str, dt.date | None]:
    """Where « next » leads, while something follows: to the day after the last one shown, so that a gap is said."""
    return {
        "wide": days[WIDE - 1].date + DAY if len(days) > WIDE else None,
        "narrow": days[NARROW - 1].date + DAY if len(days) > NARROW else None,
    }


def month_grid(reading: Reading, day: dt.date, today: dt.date, horizon: dt.date) -> dict[str, Any]:
    """The month of `day` as weeks of days (None outside it), each with its times or the reason why it has none."""
    first = day.replace(day=1)
    after = (first + 32 * DAY).replace(day=1)
    found = [reading.day(first + n * DAY) for n in range((after - first).days)]
    cells: list[dict[str, Any] | None] = [None] * first.weekday()
    cells += [_cell(here, today) for here in found]
    cells += [None] * (-len(cells) % 7)
    return {
        "first": first,
        "weeks": [cells[n : n + 7] for n in range(0, len(cells), 7)],
        "weekdays": [dt.date(2024, 1, 1) + n * DAY for n in range(7)],
        "previous": (first - DAY).replace(day=1) if first > today else None,
        "next": after if after <= horizon else None,
        "open_count": sum(bool(here.slots) for here in found),
    }


def _cell(here: slots.DaySlots, today: dt.date) -> dict[str, Any]:
    reason = str(here.reason)
    kind = "free" if here.slots else {_("Full"): "full", _("Closed"): "closed"}.get(reason, "out")
    return {"date": here.date, "count": len(here.slots), "reason": reason, "kind": kind, "is_today": here.date == today}
