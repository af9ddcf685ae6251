"""What is in a day and where it is drawn: overlapping items in lanes, free gaps between them. Pure: items in, days out."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from booking.agenda_page.axis import Axis, Band, axis_of, bounds

LEAST_ROWS = 5  # 25 minutes: what a name and a finger need
MOST_LANES = 4
SHORT, SMALL, TALL = (dt.timedelta(minutes=minutes) for minutes in (40, 55, 75))
LEAST_GAP = dt.timedelta(minutes=30)
_FIVE = dt.timedelta(minutes=5)

Range = tuple[dt.datetime, dt.datetime]


class Kind(StrEnum):
    APPOINTMENT = "appointment"
    GROUP = "group"
    HOLD = "hold"
    BLOCK = "block"
    CLOSED = "closed"
    EXTERNAL = "external"


@dataclass(frozen=True)
class Item:
    """Something that takes time. `busy` are its edges with its pauses; `row` is what it was read from, for the template."""

    kind: Kind
    key: str
    start: dt.datetime
    end: dt.datetime
    title: str
    busy: Range
    all_day: bool = False
    tint: str = ""
    source: Any = None

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds() // 60)


@dataclass(frozen=True)
class Block:
    """An item on one day: the part of it that falls there, its band, its lane among those at the same time."""

    item: Item
    start: dt.datetime
    end: dt.datetime
    band: Band
    lane: int = 0
    lanes: int = 1
    is_last: bool = True

    @property
    def entry(self) -> str:
        return "block"

    @property
    def size(self) -> str:
        """How much there is room for: one line, two, three, or everything."""
        lasts = self.end - self.start
        return "short" if lasts < SHORT else "small" if lasts < SMALL else "middle" if lasts < TALL else "tall"


@dataclass(frozen=True)
class Gap:
    """Open and free."""

    start: dt.datetime
    end: dt.datetime
    band: Band

    @property
    def entry(self) -> str:
        return "gap"


@dataclass(frozen=True)
class Now:
    start: dt.datetime
    row: int

    @property
    def entry(self) -> str:
        return "now"


@dataclass
class Day:
    date: dt.date
    today: bool
    past: bool
    blocks: list[Block] = field(default_factory=list)
    all_day: list[Item] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    opened: list[Band] = field(default_factory=list)
    holes: list[Band] = field(default_factory=list)
    now: Now | None = None
    free: int = 0
    reason: str = ""

    @property
    def entries(self) -> list[Block | Gap | Now]:
        """In the order of time, as the list is read."""
        every: list[Block | Gap | Now] = [*self.blocks, *self.gaps, *([self.now] if self.now else [])]
        return sorted(every, key=lambda one: (one.start, one.entry != "now"))

    @property
    def sessions(self) -> list[Block]:
        """Appointments and group sessions that begin this day."""
        kinds = {Kind.APPOINTMENT, Kind.GROUP}
        return [block for block in self.blocks if block.item.kind in kinds and block.start == block.item.start]

    @property
    def count(self) -> int:
        return len(self.sessions)

    @property
    def is_closed(self) -> bool:
        return any(item.kind == Kind.CLOSED and item.busy[0] < item.busy[1] for item in self.all_day)


def days_of(
    dates: Sequence[dt.date],
    items: Sequence[Item],
    opened: Iterable[Range],
    zone: ZoneInfo,
    now: dt.datetime,
) -> tuple[Axis, list[Day]]:
    """Every day with what is in it, on one axis."""
    opened = merged(opened)
    timed = [item for item in items if not item.all_day]
    axis = axis_of(dates, zone, [*opened, *((item.start, item.end) for item in timed)])
    return axis, [day_of(date, items, opened, axis, now) for date in dates]


def day_of(date: dt.date, items: Sequence[Item], opened: Sequence[Range], axis: Axis, now: dt.datetime) -> Day:
    begins, ends = bounds(date, axis.zone)
    day = Day(date, today=begins <= now < ends, past=ends <= now, holes=axis.holes(date))
    here = [item for item in items if item.start < ends and item.end > begins]
    day.all_day = [item for item in here if item.all_day]
    parts = [(max(item.start, begins), min(item.end, ends), item) for item in here if not item.all_day]
    day.blocks = in_lanes(
        [
            Block(item, start, end, axis.band(start, end, least=LEAST_ROWS), is_last=item.end <= ends)
            for start, end, item in sorted(parts, key=lambda part: (part[0], -part[1].timestamp(), part[2].key))
        ]
    )
    own = [(max(start, begins), min(end, ends)) for start, end in opened if start < ends and end > begins]
    day.opened = [axis.band(start, end) for start, end in own]
    if day.today and axis.row(now) < axis.rows:
        day.now = Now(now, axis.row(now) + 1)
    if not day.past:
        taken = [item.busy for item in here]
        after = _next_five(now)
        free = [(max(start, after), end) for start, end in without(own, taken)]
        day.gaps = [Gap(start, end, axis.band(start, end)) for start, end in free if end - start >= LEAST_GAP]
    return day


def in_lanes(blocks: Sequence[Block]) -> list[Block]:
    """Those that are drawn over one another stand side by side: each takes the first lane that is free where it begins.

    `blocks` begin one after the other. Beyond four lanes the last one is shared: nothing is hidden from the list.
    """
    placed: list[Block] = []
    cluster: list[tuple[Block, int]] = []
    ends: list[int] = []

    def flush() -> None:
        lanes = min(len(ends), MOST_LANES)
        placed.extend(_at(block, lane, lanes) for block, lane in cluster)
        cluster.clear()
        ends.clear()

    for block in sorted(blocks, key=lambda one: one.band.row):
        row, after = block.band.row, block.band.row + block.band.span
        if ends and row >= max(ends):
            flush()
        lane = next((number for number, end in enumerate(ends) if end <= row), len(ends))
        if lane == len(ends):
            ends.append(after)
        else:
            ends[lane] = after
        cluster.append((block, min(lane, MOST_LANES - 1)))
    flush()
    return placed


def _at(block: Block, lane: int, lanes: int) -> Block:
    return Block(block.item, block.start, block.end, block.band, lane, lanes, block.is_last)


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Sorted, without overlaps."""
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif end > start:
            found.append((start, end))
    return found


def without(ranges: Sequence[Range], taken: Iterable[Range]) -> list[Range]:
    """What is left of `ranges`."""
    left: list[Range] = []
    holes = merged(taken)
    for start, end in ranges:
        for hole_start, hole_end in holes:
            if hole_end <= start or hole_start >= end:
                continue
            if hole_start > start:
                left.append((start, hole_start))
            start = max(start, hole_end)
        if start < end:
            left.append((start, end))
    return left


def _next_five(now: dt.datetime) -> dt.datetime:
    over = dt.timedelta(minutes=now.minute % 5, seconds=now.second, microseconds=now.microsecond)
    return now if not over else now - over + _FIVE
