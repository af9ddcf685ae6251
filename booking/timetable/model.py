"""What an agenda is made of. Everything is immutable: a frame is shared by whoever reads it until the practitioner changes it."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, TypeAlias

from booking.timetable.minutes import date_at

HOME = "domicile"
# Where a session takes place: a place's id, HOME, or None where nobody travels (by video).
Whereabouts: TypeAlias = int | str | None


class Weeks(StrEnum):
    """On which weeks a range is open; the values are those of `OpeningRule.Parity`."""

    ALL = "all"
    EVEN = "even"
    ODD = "odd"
    ALTERNATE = "alt"


@dataclass(frozen=True, slots=True)
class Opening:
    """A weekly range, in minutes of the local day of `zone`. `weekday` 0 is Monday; dates are inclusive."""

    weekday: int
    start: int
    end: int
    modes: frozenset[str]
    zone: str
    place_id: int | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    weeks: Weeks = Weeks.ALL

    def applies(self, day: dt.date) -> bool:
        if self.weekday != day.weekday():
            return False
        if (self.first_day and day < self.first_day) or (self.last_day and day > self.last_day):
            return False
        if self.weeks == Weeks.ALL:
            return True
        if self.weeks == Weeks.ALTERNATE:
            # Counted in weeks from that of the first day: week numbers start anew each year, and 53 is followed by 1.
            return self.first_day is not None and (_monday(day) - _monday(self.first_day)) // 7 % 2 == 0
        return (day.isocalendar().week % 2 == 0) == (self.weeks == Weeks.EVEN)


@dataclass(frozen=True, slots=True)
class Closing:
    """Days without sessions, or a part of each when both minutes are set; everywhere, or at one place."""

    first_day: dt.date
    last_day: dt.date
    start: int | None = None
    end: int | None = None
    place_id: int | None = None
    note: str = ""


class Kind(StrEnum):
    APPOINTMENT = "appointment"
    HOLD = "hold"
    GROUP = "group"
    EXTERNAL = "external"


class Busy(NamedTuple):
    """A taken range, pauses inside, and the session itself. `lapses`: when a hold frees it by the mere passing of time."""

    start: int
    end: int
    session_start: int
    session_end: int
    where: Whereabouts = None
    kind: Kind = Kind.APPOINTMENT
    lapses: dt.datetime | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """How bookings are taken. Minutes, except the horizon in days and the most sessions a day."""

    notice: int = 120
    horizon_days: int = 60
    step: int = 30
    most_a_day: int | None = None
    home_travel: int = 0
    travel: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def minutes_between(self, here: Whereabouts, there: Whereabouts) -> int:
        """On the road from one session to the next."""
        if here is None or there is None or (here == there and here != HOME):
            return 0
        if here == HOME or there == HOME:
            return self.home_travel
        assert isinstance(here, int)
        assert isinstance(there, int)
        return self.travel.get((min(here, there), max(here, there)), 0)


@dataclass(frozen=True, slots=True)
class Offer:
    """A session as it is booked. A group's times are its scheduled sessions, not those of the rules."""

    service_id: int
    mode: str
    duration: int
    before: int = 0
    after: int = 0
    is_group: bool = False
    follow_up: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """A scheduled session of a group, with what is left of its seats."""

    group_id: int
    service_id: int
    start: int
    end: int
    seats_left: int
    zone: str
    place_id: int | None = None
    lapses: dt.datetime | None = None


@dataclass(frozen=True)
class Frame:
    """What the practitioner decided. `openings` stand in the order of places: the main one is offered first."""

    zone: str
    terms: Terms = Terms()
    openings: tuple[Opening, ...] = ()
    closings: tuple[Closing, ...] = ()

    @cached_property
    def by_weekday(self) -> tuple[tuple[Opening, ...], ...]:
        return tuple(tuple(opening for opening in self.openings if opening.weekday == day) for day in range(7))

    @cached_property
    def _closed(self) -> dict[dt.date, tuple[Closing, ...]]:
        return {}

    def closings_on(self, day: dt.date) -> tuple[Closing, ...]:
        if day not in self._closed:
            self._closed[day] = tuple(one for one in self.closings if one.first_day <= day <= one.last_day)
        return self._closed[day]


@dataclass(frozen=True)
class Timetable:
    """A frame and what is taken of it. `busy` is sorted and nothing in it overlaps; `outside` is sorted and may overlap."""

    frame: Frame
    busy: tuple[Busy, ...] = ()
    outside: tuple[Busy, ...] = ()
    sessions: tuple[Session, ...] = ()
    # Sessions of today that are over no longer occupy anything, but count towards the most a day.
    over: tuple[int, ...] = ()

    @cached_property
    def _starts(self) -> list[int]:
        return [one.start for one in self.busy]

    @cached_property
    def _outside(self) -> tuple[list[int], list[Busy]]:
        """Starts, and of each prefix the range that ends last: what overlaps is among them."""
        latest: list[Busy] = []
        for one in self.outside:
            latest.append(one if not latest or one.end >= latest[-1].end else latest[-1])
        return [one.start for one in self.outside], latest

    @cached_property
    def lapses(self) -> list[dt.datetime]:
        """When holds free what they take by the mere passing of time, the earliest first."""
        of_busy = [one.lapses for one in self.busy if one.lapses is not None]
        return sorted(of_busy + [one.lapses for one in self.sessions if one.lapses is not None])

    @cached_property
    def counts(self) -> Counter[dt.date]:
        """Sessions of each local day, on the clock of the main place."""
        zone = self.frame.zone
        days = [date_at(zone, one.session_start) for one in self.busy]
        return Counter(days + [date_at(zone, start) for start in self.over])

    def taken_by(self, start: int, end: int) -> Busy | None:
        """What meets [start, end), if anything does."""
        before = bisect_left(self._starts, end) - 1
        if before >= 0 and self.busy[before].end > start:
            return self.busy[before]
        starts, latest = self._outside
        before = bisect_left(starts, end) - 1
        if before >= 0 and latest[before].end > start:
            return latest[before]
        return None

    def neighbours(self, start: int, end: int) -> tuple[Busy | None, Busy | None]:
        """The sessions just before and after a free range."""
        after = bisect_right(self._starts, start)
        return (self.busy[after - 1] if after else None), (self.busy[after] if after < len(self.busy) else None)


def _monday(day: dt.date) -> int:
    return day.toordinal() - day.weekday()
