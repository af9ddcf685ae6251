"""The judgement of each time, from which both the offered ones and the explanation of the others are made."""

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from booking.timetable.minutes import ceil, date_at, edge_at, floor, local_day, moment, start_at
from booking.timetable.model import HOME, Busy, Closing, Offer, Opening, Timetable, Whereabouts

PRACTICE = "cabinet"


class Why(StrEnum):
    """Why a time is not offered, the most final first; of a day, the last one that any of its times reached."""

    FREE = "free"
    PAST = "past"
    BEYOND = "beyond"
    NOT_OPEN = "not_open"
    CLOSED = "closed"
    TOO_SOON = "too_soon"
    DAY_FULL = "day_full"
    TAKEN = "taken"
    ON_THE_ROAD = "on_the_road"
    NO_SEAT = "no_seat"


class Candidate(NamedTuple):
    """A start that the rules allow, or a group's scheduled session. Instants in minutes."""

    start: int
    end: int
    zone: str
    place_id: int | None
    where: Whereabouts
    group_id: int | None = None
    seats_left: int | None = None


class Verdict(NamedTuple):
    why: Why
    closing: Closing | None = None
    busy: Busy | None = None
    travel: int = 0


FREE = Verdict(Why.FREE)


class DayTimes(NamedTuple):
    """The free times of a local day by start, or why there is none. Right for as long as `until` has not come."""

    date: dt.date
    times: tuple[Candidate, ...]
    why: Why
    until: dt.datetime


class Moment(NamedTuple):
    """The moment from which an agenda is looked at; `minute` is the first whole one not before it."""

    now: dt.datetime
    minute: int

    @classmethod
    def at(cls, now: dt.datetime) -> "Moment":
        return cls(now, ceil(now))


def day_times(timetable: Timetable, offer: Offer, day: dt.date, at: Moment) -> DayTimes:
    """Every time of a local day that can be booked at this moment, one place each (the main one first)."""
    frame = timetable.frame
    terms = frame.terms
    today = date_at(frame.zone, floor(at.now))
    until = _next_midnight(frame.zone, today)
    if day < today:
        return DayTimes(day, (), Why.PAST, until)
    if day > today + dt.timedelta(days=terms.horizon_days):
        return DayTimes(day, (), Why.BEYOND, until)
    free: dict[int, Candidate] = {}
    why, rank, soonest = Why.CLOSED, _RANK[Why.CLOSED], None
    for candidate in candidates(timetable, offer, day):
        start = candidate.start
        if start in free:
            continue
        verdict = judge(timetable, offer, candidate, day, at)
        found = verdict.why
        if found is Why.FREE:
            free[start] = candidate
        elif found is Why.CLOSED or found is Why.TOO_SOON:
            # Nothing will change these before the day is over.
            if _RANK[found] > rank:
                why, rank = found, _RANK[found]
            continue
        elif _RANK[found] > rank:
            why, rank = found, _RANK[found]
        if soonest is None or start < soonest:
            soonest = start
    if soonest is not None:
        # What is in time now will be too late: what is said of the day may change with it.
        until = min(until, moment(soonest - terms.notice))
    lapse = next((one for one in timetable.lapses if one > at.now), None)
    until = min(until, lapse) if lapse else until
    times = tuple(free[start] for start in sorted(free))
    return DayTimes(day, times, Why.FREE if times else why, until)


def judge(timetable: Timetable, offer: Offer, candidate: Candidate, day: dt.date, at: Moment) -> Verdict:
    """What becomes of one candidate of the local day `day`; the order of the questions is that of `Why`."""
    terms = timetable.frame.terms
    start, end = candidate.start, candidate.end
    if candidate.group_id is None and (closing := _closed(timetable, candidate, day)):
        return Verdict(Why.CLOSED, closing=closing)
    if start - terms.notice < at.minute:
        return Verdict(Why.TOO_SOON)
    if candidate.group_id is not None:
        return FREE if candidate.seats_left else Verdict(Why.NO_SEAT)
    if terms.most_a_day is not None and timetable.counts[day] >= terms.most_a_day:
        return Verdict(Why.DAY_FULL)
    busy_start, busy_end = start - offer.before, end + offer.after
    if taken := timetable.taken_by(busy_start, busy_end):
        return Verdict(Why.TAKEN, busy=taken)
    if candidate.where is not None and (terms.travel or terms.home_travel):
        earlier, later = timetable.neighbours(busy_start, busy_end)
        for one, gap in (
            (earlier, busy_start - earlier.end if earlier else 0),
            (later, later.start - busy_end if later else 0),
        ):
            if one and gap < (road := terms.minutes_between(one.where, candidate.where)):
                return Verdict(Why.ON_THE_ROAD, busy=one, travel=road)
    return FREE


def candidates(timetable: Timetable, offer: Offer, day: dt.date) -> Iterator[Candidate]:
    """Every start that the rules of a local day allow, place after place; of a group, its sessions of that day."""
    if offer.is_group:
        for session in timetable.sessions:
            if session.service_id == offer.service_id and date_at(session.zone, session.start) == day:
                yield Candidate(
                    session.start, session.end, session.zone, session.place_id, session.place_id,
                    session.group_id, session.seats_left,
                )  # fmt: skip
        return
    for opening in openings_on(timetable, offer.mode, day):
        yield from _expand(opening, timetable.frame.terms.step, offer, day)


def openings_on(timetable: Timetable, mode: str, day: dt.date) -> list[Opening]:
    return [one for one in timetable.frame.by_weekday[day.weekday()] if mode in one.modes and one.applies(day)]


def _expand(opening: Opening, step: int, offer: Offer, day: dt.date) -> Iterator[Candidate]:
    """Starts every `step` minutes of local time; a session lasts its duration in elapsed time and ends within the range."""
    zone, lasts = opening.zone, offer.duration
    place_id = opening.place_id if offer.mode == PRACTICE else None
    where: Whereabouts = HOME if offer.mode == HOME else place_id
    midnight, regular = local_day(zone, day)
    if regular:
        for start in range(midnight + opening.start, midnight + opening.end - lasts + 1, step):
            yield Candidate(start, start + lasts, zone, place_id, where)
        return
    closes = edge_at(zone, day, opening.end)
    for minute in range(opening.start, opening.end, step):
        found = start_at(zone, day, minute)
        if found is not None and found + lasts <= closes:
            yield Candidate(found, found + lasts, zone, place_id, where)


def _closed(timetable: Timetable, candidate: Candidate, day: dt.date) -> Closing | None:
    for closing in timetable.frame.closings_on(day):
        if closing.place_id is not None and closing.place_id != candidate.place_id:
            continue
        if closing.start is None or closing.end is None:
            return closing
        starts, ends = (edge_at(candidate.zone, day, minute) for minute in (closing.start, closing.end))
        if candidate.start < ends and candidate.end > starts:
            return closing
    return None


def _next_midnight(zone: str, today: dt.date) -> dt.datetime:
    return moment(local_day(zone, today + dt.timedelta(days=1)).midnight)


_RANK = {why: rank for rank, why in enumerate(Why)}
