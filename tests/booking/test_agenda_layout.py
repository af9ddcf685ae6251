"""The layout of the agenda, without a database: rows of the clock on odd days, lanes, gaps."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.agenda_page import layout
from booking.agenda_page.axis import PER_HOUR, Axis, Hour, axis_of, bounds, hours_of
from booking.agenda_page.layout import Item, Kind, days_of

PARIS, REUNION, MIQUELON = (ZoneInfo(name) for name in ("Europe/Paris", "Indian/Reunion", "America/Miquelon"))
SPRING, AUTUMN = dt.date(2027, 3, 28), dt.date(2027, 10, 31)
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def item(start: dt.datetime, minutes: int, kind: Kind = Kind.APPOINTMENT, **more: object) -> Item:
    end = start + minutes * MINUTE
    values: dict = {"key": f"{kind}-{start.timestamp()}-{minutes}", "title": "Léa", "busy": (start, end)} | more
    return Item(kind=kind, start=start, end=end, **values)


def whole(day: dt.date, zone: ZoneInfo) -> Axis:
    return axis_of([day], zone, [bounds(day, zone)])


# The two odd days of the year


def test_the_day_in_spring_has_23_hours_and_none_is_called_two() -> None:
    hours = hours_of(SPRING, PARIS)
    assert len(hours) == 23
    assert all(hour.hour != 2 for hour in hours)
    assert whole(SPRING, PARIS).rows == 23 * PER_HOUR


def test_the_day_in_autumn_has_25_hours_and_two_of_them_are_called_two() -> None:
    hours = hours_of(AUTUMN, PARIS)
    assert len(hours) == 25
    assert [hour for hour in hours if hour.hour == 2] == [Hour(2, False), Hour(2, True)]


def test_a_session_across_the_skipped_hour_is_as_tall_as_it_lasts() -> None:
    start = utc("2027-03-28T00:30")  # 01:30, and 03:30 an hour later
    band = whole(SPRING, PARIS).band(start, start + dt.timedelta(hours=1))
    assert band.span == PER_HOUR
    assert band.row == PER_HOUR + 7


def test_a_session_in_the_second_two_o_clock_stands_below_one_in_the_first() -> None:
    axis = whole(AUTUMN, PARIS)
    first, second = axis.row(utc("2027-10-31T00:30")), axis.row(utc("2027-10-31T01:30"))
    assert (first, second - first) == (2 * PER_HOUR + 6, PER_HOUR)


def test_in_a_week_the_odd_hour_is_a_hole_of_the_other_days_only() -> None:
    week = [AUTUMN - dt.timedelta(days=n) for n in range(6, -1, -1)]
    axis = axis_of(week, PARIS, [bounds(AUTUMN, PARIS)])
    assert axis.rows == 25 * PER_HOUR
    assert [len(axis.holes(day)) for day in week] == [1] * 6 + [0]
    spring = [SPRING - dt.timedelta(days=n) for n in range(6, -1, -1)]
    axis = axis_of(spring, PARIS, [bounds(SPRING, PARIS)])
    assert axis.rows == 24 * PER_HOUR
    assert [len(axis.holes(day)) for day in spring] == [0] * 6 + [1]


def test_what_ends_where_the_hour_is_skipped_does_not_cover_the_hole() -> None:
    week = [SPRING - dt.timedelta(days=1), SPRING]
    axis = axis_of(week, PARIS, [bounds(SPRING, PARIS)])
    band = axis.band(utc("2027-03-28T00:30"), utc("2027-03-28T01:00"))
    assert band.span == PER_HOUR // 2


@pytest.mark.parametrize("day", [SPRING, AUTUMN, dt.date(2027, 3, 14), dt.date(2027, 11, 7)])
def test_reunion_has_24_hours_all_year(day: dt.date) -> None:
    assert len(hours_of(day, REUNION)) == 24


def test_saint_pierre_changes_on_its_own_days() -> None:
    assert [len(hours_of(dt.date(2027, *day), MIQUELON)) for day in ((3, 14), (11, 7), (3, 28))] == [23, 25, 24]


@settings(max_examples=150, deadline=None)
@given(
    zone=st.sampled_from([PARIS, REUNION, MIQUELON]),
    day=st.sampled_from([SPRING, AUTUMN, dt.date(2027, 3, 14), dt.date(2027, 11, 7), dt.date(2027, 6, 1)]),
    minutes=st.lists(st.integers(0, 25 * 60 - 1), min_size=2, max_size=2, unique=True),
)
def test_rows_follow_time_whatever_the_clocks_do(zone: ZoneInfo, day: dt.date, minutes: list[int]) -> None:
    begins, ends = bounds(day, zone)
    axis = axis_of([day - dt.timedelta(days=1), day, day + dt.timedelta(days=1)], zone, [(begins, ends)])
    earlier, later = sorted(begins + minute * MINUTE for minute in minutes)
    if later >= ends:
        return
    assert axis.row(earlier) <= axis.row(later)
    if later - earlier >= 5 * MINUTE:
        assert axis.row(earlier) < axis.row(later)


# The hours shown


def test_the_axis_is_that_of_a_working_day_unless_something_happens_outside() -> None:
    day = dt.date(2027, 6, 1)
    plain = axis_of([day], PARIS)
    assert (plain.hours[0].hour, plain.hours[-1].hour) == (7, 20)
    early = axis_of([day], PARIS, [(utc("2027-06-01T03:50"), utc("2027-06-01T04:30"))])
    assert early.hours[0].hour == 5
    late = axis_of([day], PARIS, [(utc("2027-06-01T20:00"), utc("2027-06-02T01:00"))])
    assert late.hours[-1].hour == 23


def test_what_crosses_midnight_is_drawn_on_both_days() -> None:
    days = [dt.date(2027, 6, 1), dt.date(2027, 6, 2)]
    night = item(utc("2027-06-01T21:30"), 120)
    _axis, (first, second) = days_of(days, [night], [], PARIS, LONG_AGO)
    assert [len(day.blocks) for day in (first, second)] == [1, 1]
    assert first.blocks[0].band.span + second.blocks[0].band.span == 24
    assert (first.count, second.count) == (1, 0)
    assert (first.blocks[0].is_last, second.blocks[0].is_last) == (False, True)


# Lanes


def lanes(*items: Item) -> list[tuple[int, int]]:
    _axis, (day,) = days_of([items[0].start.date()], items, [], ZoneInfo("UTC"), LONG_AGO)
    return [(block.lane, block.lanes) for block in day.blocks]


def test_what_touches_shares_a_lane() -> None:
    start = utc("2027-06-01T09:00")
    assert lanes(item(start, 60), item(start + 60 * MINUTE, 60)) == [(0, 1), (0, 1)]


def test_what_overlaps_stands_side_by_side_and_only_there() -> None:
    start = utc("2027-06-01T09:00")
    found = lanes(
        item(start, 60),
        item(start + 30 * MINUTE, 60, Kind.EXTERNAL),
        item(start + 60 * MINUTE, 30),
        item(start + 180 * MINUTE, 60),
    )
    assert found == [(0, 2), (1, 2), (0, 2), (0, 1)]


def test_two_short_ones_in_a_row_are_not_drawn_over_one_another() -> None:
    start = utc("2027-06-01T09:00")
    assert lanes(item(start, 10), item(start + 10 * MINUTE, 10)) == [(0, 2), (1, 2)]


moments = st.integers(0, 20 * 12).map(lambda number: utc("2027-06-01T00:00") + number * 5 * MINUTE)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.builds(item, moments, st.integers(1, 40).map(lambda n: n * 5)), min_size=1, max_size=12))
def test_up_to_four_at_once_nothing_is_drawn_over_anything(items: list[Item]) -> None:
    _axis, (day,) = days_of([dt.date(2027, 6, 1)], items, [], ZoneInfo("UTC"), LONG_AGO)
    assert len(day.blocks) == len([one for one in items if one.start < utc("2027-06-02T00:00")])
    for number, one in enumerate(day.blocks):
        assert 0 <= one.lane < one.lanes <= layout.MOST_LANES
        for other in day.blocks[number + 1 :]:
            apart = one.band.row + one.band.span <= other.band.row or other.band.row + other.band.span <= one.band.row
            if not apart and one.lane == other.lane:
                at_once = sum(
                    block.band.row <= other.band.row < block.band.row + block.band.span for block in day.blocks
                )
                assert at_once > layout.MOST_LANES or one.lane == layout.MOST_LANES - 1


# Gaps


def test_gaps_are_what_is_open_without_what_is_taken_pauses_included() -> None:
    opened = [(utc("2027-06-01T07:00"), utc("2027-06-01T16:00"))]
    start = utc("2027-06-01T09:00")
    session = item(start, 60, busy=(start - 10 * MINUTE, start + 75 * MINUTE))
    _axis, (day,) = days_of([dt.date(2027, 6, 1)], [session], opened, PARIS, LONG_AGO)
    assert [(f"{gap.start:%H:%M}", f"{gap.end:%H:%M}") for gap in day.gaps] == [("07:00", "08:50"), ("10:15", "16:00")]
    assert [one.entry for one in day.entries] == ["gap", "block", "gap"]


def test_what_has_passed_is_no_longer_free_and_the_line_of_now_stands_between() -> None:
    opened = [(utc("2027-06-01T07:00"), utc("2027-06-01T16:00"))]
    now = utc("2027-06-01T12:02")
    _axis, (yesterday, day) = days_of([dt.date(2027, 5, 31), dt.date(2027, 6, 1)], [], opened, PARIS, now)
    assert yesterday.past
    assert yesterday.gaps == []
    assert [(f"{gap.start:%H:%M}", f"{gap.end:%H:%M}") for gap in day.gaps] == [("12:05", "16:00")]
    assert [one.entry for one in day.entries] == ["now", "gap"]


def test_a_closed_day_has_no_gap() -> None:
    opened = [(utc("2027-06-01T07:00"), utc("2027-06-01T16:00"))]
    begins, ends = bounds(dt.date(2027, 6, 1), PARIS)
    closed = Item(Kind.CLOSED, "c", begins, ends, "Fermé", (begins, ends), all_day=True)
    _axis, (day,) = days_of([dt.date(2027, 6, 1)], [closed], opened, PARIS, LONG_AGO)
    assert (day.gaps, day.blocks, day.is_closed) == ([], [], True)
