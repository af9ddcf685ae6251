"""The periods that the statistics offer, on Paris' calendar."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.clock import PARIS
from common.wording import short_date

MONTH_NAMES = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
YEARS = 4


@dataclass(frozen=True)
class Period:
    """From `first` to the day before `end`, in days or in months."""

    key: str
    label: str
    first: dt.date
    end: dt.date
    by_day: bool = False

    @property
    def bounds(self) -> tuple[dt.datetime, dt.datetime]:
        first, end = (dt.datetime.combine(day, dt.time(), tzinfo=PARIS) for day in (self.first, self.end))
        return first, end

    def buckets(self) -> Iterator[dt.date]:
        day = self.first
        while day < self.end:
            yield day
            day = day + dt.timedelta(days=1) if self.by_day else _next_month(day)

    def name_of(self, bucket: dt.date) -> str:
        return short_date(bucket, weekday=False) if self.by_day else f"{MONTH_NAMES[bucket.month - 1]} {bucket.year}"

    def tick_of(self, bucket: dt.date) -> str:
        """Under a bar there is room for few letters."""
        return str(bucket.day) if self.by_day else MONTH_NAMES[bucket.month - 1]


def periods(today: dt.date) -> list[Period]:
    tomorrow = today + dt.timedelta(days=1)
    month = today.replace(day=1)
    rows = [
        Period("12-mois", _("The last twelve months"), _back(month, 11), _next_month(month)),
        Period("30-jours", _("The last thirty days"), tomorrow - dt.timedelta(days=30), tomorrow, by_day=True),
    ]
    for year in range(today.year, today.year - YEARS, -1):
        rows.append(
            Period(str(year), _("Year %(year)s") % {"year": year}, dt.date(year, 1, 1), dt.date(year + 1, 1, 1))
        )
    return rows


def chosen(key: str, today: dt.date) -> Period:
    """Nonsense shows the last twelve months."""
    offered = periods(today)
    return next((period for period in offered if period.key == key), offered[0])


def _next_month(day: dt.date) -> dt.date:
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _back(month: dt.date, months: int) -> dt.date:
    index = month.year * 12 + month.month - 1 - months
    return dt.date(index // 12, index % 12 + 1, 1)
