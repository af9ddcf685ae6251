"""The geometry of the charts: numbers for SVG, computed here so that the templates only draw. No script draws anything."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from booking.money_figures.figures import Line

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 76, 8, 14, 30
ROW, NAMES, AMOUNTS = 30, 190, 90
MOST_ROWS = 12
MOST_TICKS = 12


class Named(Protocol):
    """A bucket of time: its name, and the few letters that fit under a bar."""

    @property
    def name(self) -> str: ...
    @property
    def tick(self) -> str: ...


Bucket = TypeVar("Bucket", bound=Named)


@dataclass(frozen=True)
class Mark:
    """A bar, with what a pointer that rests on it reads."""

    x: float
    y: float
    width: float
    height: float
    label: str
    middle: float
    text: str = ""
    name: str = ""

    @property
    def end(self) -> float:
        return self.x + self.width


@dataclass(frozen=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    marks: list[Mark]
    ticks: list[Tick]
    names: list[Tick]
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: float = HEIGHT - BOTTOM


def nice_top(value: float) -> float:
    """The axis ends on a round number not far above the highest bar."""
    if value <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value * (1 - 1e-9))


def columns(lines: Sequence[Bucket], value: Callable[[Bucket], float | None], said: Callable[[float], str]) -> Chart:
    """One bar a day or a month. `said` writes a value of the axis, and of a bar."""
    values = [value(line) or 0 for line in lines]
    top = nice_top(max(values, default=0))
    height = HEIGHT - TOP - BOTTOM
    step = (WIDTH - LEFT - RIGHT) / max(1, len(lines))
    every = max(1, math.ceil(len(lines) / MOST_TICKS))
    marks, names = [], []
    for number, (line, amount) in enumerate(zip(lines, values, strict=True)):
        x, high = LEFT + number * step, height * amount / top
        known = value(line)
        marks.append(
            Mark(
                round(x + step * 0.15, 2),
                round(HEIGHT - BOTTOM - high, 2),
                round(step * 0.7, 2),
                round(high, 2),
                f"{line.name} : {said(amount) if known is not None else '–'}",
                round(x + step / 2, 2),
            )
        )
        if number % every == 0:
            names.append(Tick(round(x + step / 2, 2), line.tick))
    ticks = [Tick(round(HEIGHT - BOTTOM - height * part, 2), said(top * part)) for part in (0, 0.5, 1)]
    return Chart(WIDTH, HEIGHT, marks, ticks, names)


def rows(lines: Sequence[Line], value: Callable[[Line], int], said: Callable[[float], str]) -> Chart:
    """One bar a practice or a region, the longest first; the table beside it holds them all."""
    shown = lines[:MOST_ROWS]
    top = max((value(line) for line in shown), default=0) or 1
    room = WIDTH - NAMES - AMOUNTS
    marks = [
        Mark(
            NAMES,
            number * ROW + 5,
            round(room * value(line) / top, 2),
            ROW - 10,
            f"{line.name} : {said(value(line))}",
            number * ROW + ROW / 2,
            text=said(value(line)),
            name=line.name if len(line.name) <= 26 else f"{line.name[:25]}…",
        )
        for number, line in enumerate(shown)
    ]
    return Chart(WIDTH, max(ROW, len(shown) * ROW), marks, [], [], left=NAMES)
