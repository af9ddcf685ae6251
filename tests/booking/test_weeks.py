"""On which weeks a range is open, in words and in times, across years of 53 weeks."""

import datetime as dt
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.timetable.model import Opening, Weeks
from booking.week_words import coming_weeks, in_words

NBSP = "\u00a0"
WEEK = dt.timedelta(days=7)


def opening(weeks: Weeks, weekday: int = 1, since: dt.date | None = None) -> Opening:
    return Opening(weekday, 540, 720, frozenset({"cabinet"}), "Europe/Paris", first_day=since, weeks=weeks)


def words(one: Opening, today: dt.date) -> str:
    with translation.override("fr"):
        return in_words(one, today)


def test_every_other_week_says_which_ones() -> None:
    one = opening(Weeks.ALTERNATE, since=dt.date(2026, 11, 30))
    assert words(one, dt.date(2026, 11, 22)) == (
        f"semaine du 30{NBSP}novembre, puis du 14{NBSP}décembre, puis du 28{NBSP}décembre"
    )


def test_the_first_of_a_month_and_another_year_are_said_in_full() -> None:
    one = opening(Weeks.ALTERNATE, since=dt.date(2027, 2, 1))
    assert words(one, dt.date(2026, 12, 30)).startswith(
        f"semaine du 1er{NBSP}février 2027, puis du 15{NBSP}février 2027"
    )


def test_alternate_weeks_go_on_across_a_year_of_53_weeks() -> None:
    """2026 has 53 weeks: odd ones come twice in a row there, alternate ones never do."""
    today = dt.date(2026, 12, 20)
    alternate = opening(Weeks.ALTERNATE, since=dt.date(2026, 12, 14))
    assert coming_weeks(alternate, today, 3) == [dt.date(2026, 12, 28), dt.date(2027, 1, 11), dt.date(2027, 1, 25)]
    odd = opening(Weeks.ODD)
    assert coming_weeks(odd, today, 3) == [dt.date(2026, 12, 28), dt.date(2027, 1, 4), dt.date(2027, 1, 18)]
    assert words(odd, today).endswith(
        f"(la semaine 53 est suivie de la semaine 1{NBSP}: deux semaines impaires de suite)"
    )
    even = opening(Weeks.EVEN)
    assert coming_weeks(even, today, 2) == [dt.date(2026, 12, 21), dt.date(2027, 1, 11)]
    assert "53" not in words(even, today)


def test_a_day_of_this_week_that_is_past_is_not_announced() -> None:
    monday_only = opening(Weeks.ALTERNATE, weekday=0, since=dt.date(2026, 11, 16))
    assert coming_weeks(monday_only, dt.date(2026, 11, 17), 1) == [dt.date(2026, 11, 30)]
    assert coming_weeks(monday_only, dt.date(2026, 11, 16), 1) == [dt.date(2026, 11, 16)]


@pytest.mark.parametrize("weeks", [Weeks.ALL])
def test_a_range_of_every_week_needs_no_words(weeks: Weeks) -> None:
    assert words(opening(weeks), dt.date(2026, 11, 22)) == ""


@given(
    since=st.dates(dt.date(2019, 1, 1), dt.date(2033, 1, 1)).map(lambda day: day - dt.timedelta(days=day.weekday())),
    weekday=st.integers(0, 6),
    ahead=st.integers(0, 900),
)
@settings(max_examples=150, deadline=None)
def test_the_weeks_said_are_a_fortnight_apart_and_those_on_which_the_range_applies(
    since: dt.date, weekday: int, ahead: int
) -> None:
    today = since + dt.timedelta(days=ahead)
    one = opening(Weeks.ALTERNATE, weekday, since)
    mondays = coming_weeks(one, today, 4)
    assert len(mondays) == 4
    assert all(later - earlier == 2 * WEEK for earlier, later in pairwise(mondays))
    assert all(one.applies(monday + dt.timedelta(days=weekday)) for monday in mondays)
    # None is left out before the first.
    assert not any(
        one.applies(today + dt.timedelta(days=number))
        for number in range((mondays[0] + dt.timedelta(days=weekday) - today).days)
    )
