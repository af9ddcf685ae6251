"""The law's clock (GDPR article 12 §3, regulation 1182/71 article 3): pure, from days alone.

A month ends with the day that bears the same number as the day of receipt, or with the last day of a shorter month; when that day is
a Saturday, a Sunday or a public holiday, with the next working day.
"""

import calendar
import datetime as dt
from functools import lru_cache

import holidays

MONTHS = 1
MORE_MONTHS = 2
DAY = dt.timedelta(days=1)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("FR", years=year))


def is_working_day(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)


def next_working_day(day: dt.date) -> dt.date:
    """`day` itself when it is one."""
    while not is_working_day(day):
        day += DAY
    return day


def months_after(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_on(received_on: dt.date, *, extended: bool = False, paused_days: int = 0) -> dt.date:
    """The last day to answer. The days during which a proof of identity was awaited do not count."""
    months = MONTHS + (MORE_MONTHS if extended else 0)
    return next_working_day(months_after(received_on, months) + paused_days * DAY)
