"""The four ways to look at an agenda: which days each shows, and where one goes from there."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from common.wording import long_date, short_date

WEEK = 7
LIST_DAYS = 28


class View(StrEnum):
    DAY = "jour"
    WEEK = "semaine"
    MONTH = "mois"
    LIST = "liste"


@dataclass(frozen=True)
class Period:
    """`day` is the one asked for; `first` to `last` are shown."""

    view: View
    day: dt.date
    first: dt.date
    last: dt.date
    previous: dt.date
    next: dt.date

    @property
    def dates(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def title(self) -> str:
        if self.view == View.DAY:
            return long_date(self.first)
        if self.view == View.MONTH:
            return formats.date_format(self.first, "F Y")
        return _("%(first)s to %(last)s") % {
            "first": short_date(self.first, weekday=False, year=self.first.year != self.last.year),
            "last": short_date(self.last, weekday=False, year=True),
        }

    @property
    def weeks(self) -> list[list[dt.date | None]]:
        """A month as weeks of days, empty before its first and after its last."""
        cells: list[dt.date | None] = [*[None] * self.first.weekday(), *self.dates]
        cells += [None] * (-len(cells) % WEEK)
        return [cells[number : number + WEEK] for number in range(0, len(cells), WEEK)]


def period(view: View, day: dt.date) -> Period:
    if view == View.MONTH:
        first = day.replace(day=1)
        after = (first + dt.timedelta(days=32)).replace(day=1)
        before = (first - dt.timedelta(days=1)).replace(day=1)
        return Period(view, day, first, after - dt.timedelta(days=1), before, after)
    span = {View.DAY: 1, View.WEEK: WEEK, View.LIST: LIST_DAYS}[view]
    first = day - dt.timedelta(days=day.weekday()) if view == View.WEEK else day
    step = dt.timedelta(days=span)
    return Period(view, day, first, first + step - dt.timedelta(days=1), first - step, first + step)


def view_named(text: str, default: View = View.WEEK) -> View:
    return View(text) if text in set(View) else default


def day_named(text: str) -> dt.date | None:
    """A date of an address; nonsense, and what is far from any appointment, is none."""
    try:
        day = parse_date(text[:10])
    except ValueError:
        return None
    return day if day and 2000 < day.year < 2200 else None
