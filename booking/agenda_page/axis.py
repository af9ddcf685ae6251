"""The hours drawn beside the days: one row is five minutes of the clock, right on the days when clocks change.

Several days share one axis. An hour that a day skips is a hole in that day alone; an hour that a day has twice is drawn twice,
and is a hole in the other days: so every instant has its own row, and rows follow time.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.local_time import boundary

STEP = 5
PER_HOUR = 60 // STEP
EARLIEST, LATEST = 7, 21
_HALF_HOUR = dt.timedelta(minutes=30)


class Hour(NamedTuple):
    """An hour of the clock; `again` when it is its second time that day."""

    hour: int
    again: bool

    @property
    def label(self) -> str:
        return f"{self.hour:02d}:00"


class Band(NamedTuple):
    """Rows of a day, from `row` (counted from 1, as grids do) over `span`."""

    row: int
    span: int


class Bounds(NamedTuple):
    """A local day as two instants."""

    start: dt.datetime
    end: dt.datetime


def bounds(day: dt.date, zone: ZoneInfo) -> Bounds:
    midnight = dt.time()
    following = dt.datetime.combine(day + dt.timedelta(days=1), midnight)
    return Bounds(boundary(dt.datetime.combine(day, midnight), zone), boundary(following, zone))


def hours_of(day: dt.date, zone: ZoneInfo) -> list[Hour]:
    """The hours that the clocks show that day: 24, but 23 or 25 when they change."""
    start, end = bounds(day, zone)
    found: dict[Hour, None] = {}
    while start < end:
        local = start.astimezone(zone)
        found[Hour(local.hour, bool(local.fold))] = None
        start += _HALF_HOUR
    return list(found)


@dataclass(frozen=True)
class Axis:
    zone: ZoneInfo
    hours: tuple[Hour, ...]

    @property
    def rows(self) -> int:
        return len(self.hours) * PER_HOUR

    @cached_property
    def _first_row(self) -> dict[Hour, int]:
        return {hour: number * PER_HOUR for number, hour in enumerate(self.hours)}

    def row(self, moment: dt.datetime) -> int:
        """The row (from 0) in which an instant falls; before the first hour the first, after the last the one after it."""
        local = moment.astimezone(self.zone)
        hour = Hour(local.hour, bool(local.fold))
        first = self._first_row.get(hour)
        if first is not None:
            return first + local.minute // STEP
        return sum(PER_HOUR for known in self.hours if known < hour)

    def band(self, start: dt.datetime, end: dt.datetime, *, least: int = 1) -> Band:
        """What is drawn for a range of one day; `least` rows at least, so that it can be read and pressed.

        The end is the row after the last five minutes, not that of the end itself: a range that stops where an hour is
        skipped does not cover the hole.
        """
        first = self.row(start)
        last = self.row(end - dt.timedelta(minutes=1)) + 1 if end > start else first
        span = max(last - first, least)
        first = max(0, min(first, self.rows - span))
        return Band(first + 1, min(span, self.rows - first))

    def holes(self, day: dt.date) -> list[Band]:
        """The hours of the axis that this day does not have."""
        own = set(hours_of(day, self.zone))
        return [Band(self._first_row[hour] + 1, PER_HOUR) for hour in self.hours if hour not in own]


def axis_of(days: Sequence[dt.date], zone: ZoneInfo, ranges: Iterable[tuple[dt.datetime, dt.datetime]] = ()) -> Axis:
    """From 7 to 21, or more when something happens outside; only the hours that some of the days have."""
    earliest, latest = EARLIEST, LATEST
    spans = [bounds(day, zone) for day in days]
    for start, end in ranges:
        for day in spans:
            if start < day.end and end > day.start:
                begins, ends = max(start, day.start).astimezone(zone), min(end, day.end).astimezone(zone)
                earliest = min(earliest, begins.hour)
                latest = max(latest, 24 if ends.date() > begins.date() else ends.hour + bool(ends.minute))
    known = {hour for day in days for hour in hours_of(day, zone)}
    return Axis(zone, tuple(sorted(hour for hour in known if earliest <= hour.hour < latest)))
