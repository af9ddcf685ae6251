"""Free times in the words of the product: what pages, the search and the actions ask of an agenda.

They are computed, never stored: `booking.timetable` judges each time, `booking.agenda` reads what it needs.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from django.utils.functional import Promise

from booking import agenda
from booking.agenda import Age, Known, offer_of
from booking.answers import Asked, days_of
from booking.explanation import Explanation as Explanation
from booking.explanation import explain as explain
from booking.reasons import reason
from booking.timetable.minutes import date_at, floor, moment
from booking.timetable.model import Offer, Terms
from booking.timetable.times import Candidate, DayTimes, Why
from practitioners.models import Practitioner, Service

LONGEST = 62
# Next times are looked for here first, then further and further: most agendas have some in their first fortnight.
WINDOWS = (16, 62, 155, 367)


class Slot(NamedTuple):
    """A free time. `start` and `end` are instants in UTC; show them on the clock of `zone`. Of a group: which, and its seats."""

    start: dt.datetime
    end: dt.datetime
    place_id: int | None
    mode: str
    service_id: int
    zone: str
    group_id: int | None = None
    seats_left: int | None = None


@dataclass(frozen=True)
class DaySlots:
    """The free times of a local day, or the reason why there is none, in words."""

    date: dt.date
    slots: Sequence[Slot] = ()
    reason: str | Promise = ""
    why: Why = Why.FREE


def free_slots(
    *,
    practitioner: Practitioner,
    service: Service,
    first_day: dt.date,
    last_day: dt.date,
    now: dt.datetime,
    holder_key: str = "",
) -> dict[dt.date, DaySlots]:
    """Each day from `first_day` to `last_day` (local, at most 62) with its free times or why it has none."""
    last_day = min(last_day, first_day + dt.timedelta(days=LONGEST - 1))
    known = agenda.known([practitioner.pk])[practitioner.pk]
    offer = offer_of(service)
    asked = {0: Asked(practitioner.pk, known, offer)}
    days = days_of(asked, first_day, last_day, now=now, holder_key=holder_key)[0].days
    return {day.date: in_words(day, offer, known.frame.terms) for day in days}


def next_slots(
    practitioner_ids: Iterable[int],
    *,
    now: dt.datetime,
    days: int = 3,
    per_day: int = 4,
    modes: Collection[str] = (),
    fits: Callable[[Slot], bool] | None = None,
    within: tuple[dt.date, dt.date] = (dt.date.min, dt.date.max),
    aged: Mapping[int, Age] | None = None,
) -> dict[int, list[DaySlots]]:
    """For each practitioner the next `days` days that have free times of one service, `per_day` at most each.

    Of the first service anybody can book; or, where a time must be in one of `modes` and one that `fits`, of the service that
    has the earliest such time. Local days outside `within` are not read; `aged`: how old the agendas are, where known. The number of queries does not grow with that of
    practitioners; who has no such time is absent.
    """
    found, _until = _next(
        practitioner_ids, now=now, days=days, per_day=per_day, modes=modes, fits=fits, within=within, aged=aged
    )
    return found


def first_slots(
    practitioner_ids: Iterable[int], *, now: dt.datetime, aged: Mapping[int, Age]
) -> dict[int, tuple[Slot | None, dt.datetime]]:
    """For each the first free time that `next_slots` finds, and until when that is right of an agenda that does not change."""
    ids = list(practitioner_ids)
    found, until = _next(ids, now=now, days=1, per_day=1, aged=aged)
    # The days that are looked at begin yesterday.
    midnight = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(), dt.UTC)
    return {pk: (found[pk][0].slots[0] if pk in found else None, min(until.get(pk, midnight), midnight)) for pk in ids}


def _next(
    practitioner_ids: Iterable[int],
    *,
    now: dt.datetime,
    days: int,
    per_day: int,
    modes: Collection[str] = (),
    fits: Callable[[Slot], bool] | None = None,
    within: tuple[dt.date, dt.date] = (dt.date.min, dt.date.max),
    aged: Mapping[int, Age] | None = None,
) -> tuple[dict[int, list[DaySlots]], dict[int, dt.datetime]]:
    wide = bool(modes) or fits is not None
    asked: dict[tuple[int, int], Asked] = {}
    for pk, known in agenda.known(practitioner_ids, aged).items():
        offers = [offer for offer in known.offers if not offer.follow_up and (not modes or offer.mode in modes)]
        offers = offers if wide else offers[:1]
        for number, offer in enumerate(offers):
            # Without a rule for its way to meet there is nothing to look for, however far.
            if offer.is_group or any(offer.mode in opening.modes for opening in known.frame.openings):
                asked[pk, number] = Asked(pk, known, offer)
    yesterday = now.date() - dt.timedelta(days=1)
    first, end = max(within[0], yesterday), min(within[1], yesterday + dt.timedelta(days=WINDOWS[-1]))
    found: dict[tuple[int, int], list[DaySlots]] = {}
    until: dict[int, dt.datetime] = {}
    for window in WINDOWS:
        waiting = {key: one for key, one in asked.items() if len(found.get(key, ())) < days}
        last = min(end, yesterday + dt.timedelta(days=window))
        if not waiting or first > last:
            break
        for key, kept in days_of(waiting, first, last, now=now).items():
            here = found.setdefault(key, [])
            until[key[0]] = min(kept.until, until.get(key[0], kept.until))
            here += _with_times(kept.days, asked[key].offer, fits, days - len(here), per_day)
        # Beyond the longest horizon of those who still wait there is nothing.
        horizon = max((one.known.frame.terms.horizon_days for one in waiting.values()), default=0)
        if last > now.date() + dt.timedelta(days=horizon + 1):
            break
        first = last + dt.timedelta(days=1)
    best: dict[int, list[DaySlots]] = {}
    for (pk, _number), here in found.items():
        if here and (pk not in best or here[0].slots[0].start < best[pk][0].slots[0].start):
            best[pk] = here
    return best, until


def _with_times(
    days: Iterable[DayTimes], offer: Offer, fits: Callable[[Slot], bool] | None, most: int, per_day: int
) -> list[DaySlots]:
    found: list[DaySlots] = []
    for day in days:
        if len(found) == most:
            break
        # One after the other: of most days a few are shown, and only those are put into words.
        fitting = (slot for one in day.times for slot in (_slot(one, offer),) if fits is None or fits(slot))
        times = tuple(islice(fitting, per_day))
        if times:
            found.append(DaySlots(day.date, times))
    return found


def free_by_mode(practitioner_ids: Iterable[int], *, now: dt.datetime, days: int) -> dict[int, dict[str, list[Slot]]]:
    """Every free time of the next `days` local days, of every service anybody can book, by way to meet (cabinet, visio,
    domicile). Services that last and pause alike share their times: asked once."""
    asked: dict[tuple[int, Offer], Asked] = {}
    for pk, known in agenda.known(practitioner_ids).items():
        alike: set[tuple[object, ...]] = set()
        for offer in known.offers:
            shape = (offer.mode, offer.duration, offer.before, offer.after, offer.is_group and offer.service_id)
            if not offer.follow_up and shape not in alike:
                alike.add(shape)
                asked[pk, offer] = Asked(pk, known, offer)
    yesterday = now.date() - dt.timedelta(days=1)
    found: dict[int, dict[str, list[Slot]]] = {}
    for (pk, offer), kept in days_of(asked, yesterday, yesterday + dt.timedelta(days=days + 2), now=now).items():
        today = date_at(asked[pk, offer].known.frame.zone, floor(now))
        times = found.setdefault(pk, {}).setdefault(offer.mode, [])
        for day in kept.days:
            if day.date < today + dt.timedelta(days=days):
                times += _slots(day, offer)
    return found


def nearest(
    *,
    practitioner: Practitioner,
    service: Service,
    to: dt.datetime,
    now: dt.datetime,
    holder_key: str = "",
    count: int = 3,
) -> list[Slot]:
    """The free times closest to the instant `to`, soonest first."""
    day = max(to, now).date()
    found: list[Slot] = []
    for reach in (3, 21):
        first = max(day - dt.timedelta(days=reach), now.date() - dt.timedelta(days=1))
        week = free_slots(
            practitioner=practitioner,
            service=service,
            first_day=first,
            last_day=day + dt.timedelta(days=reach),
            now=now,
            holder_key=holder_key,
        )
        found = [slot for here in week.values() for slot in here.slots]
        if len(found) >= count:
            break
    closest = sorted(found, key=lambda slot: (abs(slot.start - to), slot.start))[:count]
    return sorted(closest, key=lambda slot: slot.start)


def slot_at(
    *,
    practitioner: Practitioner,
    service: Service,
    start: dt.datetime,
    now: dt.datetime,
    holder_key: str = "",
    known: Known | None = None,
) -> Slot | None:
    """The free time that starts at this instant, if it is one. `known`: the frame, of who read it before a transaction."""
    if start.second or start.microsecond:
        return None
    known = (known or agenda.known([practitioner.pk])[practitioner.pk])._replace(age=None)
    offer = offer_of(service)
    one = dt.timedelta(days=1)
    asked = {0: Asked(practitioner.pk, known, offer)}
    days = days_of(asked, start.date() - one, start.date() + one, now=now, holder_key=holder_key)[0].days
    minute = floor(start)
    for day in days:
        for candidate in day.times:
            if candidate.start == minute:
                return _slot(candidate, offer)
    return None


def in_words(day: DayTimes, offer: Offer, terms: Terms) -> DaySlots:
    return DaySlots(day.date, tuple(_slots(day, offer)), "" if day.times else reason(day.why, terms), day.why)


def _slots(day: DayTimes, offer: Offer) -> list[Slot]:
    return [_slot(one, offer) for one in day.times]


def _slot(one: Candidate, offer: Offer) -> Slot:
    return Slot(
        moment(one.start), moment(one.end), one.place_id, offer.mode, offer.service_id, one.zone, one.group_id, one.seats_left
    )  # fmt: skip
