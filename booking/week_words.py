"""On which weeks a range is open, in words: « semaine du 30 novembre, puis du 14 décembre »."""

import datetime as dt
from itertools import pairwise

from django.utils.translation import gettext as _

from booking.timetable.model import Opening, Weeks
from common.wording import long_date

WEEK = dt.timedelta(days=7)
SHOWN = 3
FARTHEST = 60


def coming_weeks(opening: Opening, today: dt.date, count: int = SHOWN) -> list[dt.date]:
    """The Mondays of the next weeks on which the range is open, this week's among them if its day is still to come."""
    monday = today - dt.timedelta(days=today.weekday())
    found: list[dt.date] = []
    begins = (
        max(monday, opening.first_day - dt.timedelta(days=opening.first_day.weekday())) if opening.first_day else monday
    )
    for number in range(FARTHEST):
        start = begins + number * WEEK
        day = start + dt.timedelta(days=opening.weekday)
        if day >= today and opening.applies(day):
            found.append(start)
        if len(found) == count:
            break
    return found


def in_words(opening: Opening, today: dt.date) -> str:
    """The next weeks; nothing for a range that is open every week."""
    if opening.weeks == Weeks.ALL:
        return ""
    mondays = coming_weeks(opening, today)
    if not mondays:
        return ""
    first, *others = [long_date(day, weekday=False, year=day.year != today.year) for day in mondays]
    words = _("week of %(day)s") % {"day": first}
    words += "".join(_(", then of %(day)s") % {"day": day} for day in others)
    if opening.weeks in {Weeks.EVEN, Weeks.ODD} and _has_neighbours(opening, mondays):
        words += _(" (week 53 is followed by week 1: two odd weeks in a row)")
    return words


def _has_neighbours(opening: Opening, mondays: list[dt.date]) -> bool:
    return opening.weeks == Weeks.ODD and any(later - earlier == WEEK for earlier, later in pairwise(mondays))
