"""The law's clock: one month from receipt, to the working day; two more with a reason; alarms before and after the end."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legal.requests import alarms, deadlines
from legal.requests.deadlines import due_on, is_working_day, months_after

days = st.dates(min_value=dt.date(2020, 1, 1), max_value=dt.date(2040, 12, 31))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-05", "2026-04-07"),  # 5 April is Easter, 6 its Monday
        ("2026-01-31", "2026-03-02"),  # February has no 31: the 28th, a Saturday
        ("2024-01-31", "2024-02-29"),  # a leap year
        ("2026-08-31", "2026-09-30"),
        ("2026-10-01", "2026-11-02"),  # All Saints' Day, a Sunday
        ("2026-10-11", "2026-11-12"),  # 11 November
        ("2026-11-25", "2026-12-28"),  # Christmas, then a week-end
        ("2026-12-01", "2027-01-04"),  # New Year's Day, then a week-end
    ],
)
def test_the_month_ends_with_the_same_number_or_the_next_working_day(received, due):
    assert due_on(dt.date.fromisoformat(received)) == dt.date.fromisoformat(due)


def test_two_months_more_are_counted_from_receipt():
    assert due_on(dt.date(2026, 1, 31), extended=True) == dt.date(2026, 4, 30)


@settings(max_examples=300, deadline=None)
@given(day=days, paused=st.integers(0, 200), extended=st.booleans())
def test_the_end_is_always_a_working_day_and_never_before_the_month_is_whole(day, paused, extended):
    end = due_on(day, extended=extended, paused_days=paused)
    plain = months_after(day, 3 if extended else 1) + dt.timedelta(days=paused)
    assert is_working_day(end)
    assert plain <= end
    assert not any(is_working_day(plain + dt.timedelta(days=n)) for n in range((end - plain).days))


@settings(max_examples=300, deadline=None)
@given(day=days, months=st.integers(1, 3))
def test_a_month_keeps_the_number_of_the_day_where_there_is_one(day, months):
    end = months_after(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end.day < day.day and (end + deadlines.DAY).day == 1)


@settings(max_examples=200, deadline=None)
@given(first=days, more=st.integers(0, 60))
def test_who_asks_later_is_never_answered_sooner(first, more):
    later = first + dt.timedelta(days=more)
    assert due_on(first) <= due_on(later)


@given(left=st.integers(-200, 200))
def test_each_day_calls_for_the_nearest_alarm_that_passed(left):
    called = alarms.level(left)
    if left > 10:
        assert called is None
    elif left >= 0:
        assert called in alarms.BEFORE
        assert called >= left
    else:
        assert called is not None
        assert 0 <= called - left < 7
        assert (called + 1) % 7 == 0
