"""What cancelling gives back: the practitioner's prior decision, frozen on the appointment, that executes by itself (B5).

Tiers are {hours_before, percent}, from the earliest to the latest: cancelling at least that many hours before the session
gives back that share of what was paid online; later than the last one, nothing. Hours are elapsed time, whatever the clocks do.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from common.money import percent_of


class Tier(TypedDict):
    hours_before: int
    percent: int


@dataclass(frozen=True)
class Line:
    """Until `until` (None: until the session starts), cancelling gives back `refund` cents; `current` marks now."""

    until: dt.datetime | None
    refund: int
    current: bool


def refundable(tiers: Sequence[Tier], *, paid: int, starts_at: dt.datetime, now: dt.datetime) -> int:
    """Cents given back to a client who cancels at `now`. Never more than `paid`, never rising as time passes."""
    for line in dated_lines(tiers, paid=paid, starts_at=starts_at, now=now):
        if line.current:
            return line.refund
    return 0


def percent_at(tiers: Sequence[Tier], *, starts_at: dt.datetime, now: dt.datetime) -> int:
    """The share given back to a client who cancels at `now`; 0 once it started."""
    for tier in tiers:
        if now <= starts_at.astimezone(dt.UTC) - dt.timedelta(hours=tier["hours_before"]):
            return tier["percent"]
    return 0


def capped(tiers: Sequence[Tier], percent: int) -> list[Tier]:
    """The same scale, giving back at most `percent`: what a client keeps of it after moving the session."""
    found: list[Tier] = []
    for tier in tiers:
        lower = min(tier["percent"], percent)
        if found and found[-1]["percent"] == lower:
            found[-1] = Tier(hours_before=tier["hours_before"], percent=lower)
        elif lower:
            found.append(Tier(hours_before=tier["hours_before"], percent=lower))
    return found


def dated_lines(tiers: Sequence[Tier], *, paid: int, starts_at: dt.datetime, now: dt.datetime) -> list[Line]:
    """The scale as dates and amounts, one line per different amount. At most one line is current: none once it started."""
    started = now >= starts_at
    steps: list[tuple[dt.datetime | None, int]] = []
    for tier in tiers:
        limit = starts_at.astimezone(dt.UTC) - dt.timedelta(hours=tier["hours_before"])
        steps.append((limit, percent_of(paid, tier["percent"] * 100)))
    steps.append((None, 0))
    merged: list[tuple[dt.datetime | None, int]] = []
    for until, refund in steps:
        if merged and merged[-1][1] == refund:
            merged[-1] = (until, refund)
        else:
            merged.append((until, refund))
    lines, found = [], started
    for until, refund in merged:
        current = not found and (until is None or now <= until)
        found = found or current
        lines.append(Line(until, refund, current))
    return lines
