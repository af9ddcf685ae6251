"""Days of free times, kept under the age of their agenda and given again for as long as neither a write nor time changes them."""

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from threading import Lock
from typing import NamedTuple, TypeVar

from cachetools import LRUCache
from django.conf import settings

from booking.agenda import Known, read
from booking.timetable.model import Offer
from booking.timetable.times import DayTimes, Moment, day_times

MARGIN_BEFORE, MARGIN_AFTER = dt.timedelta(hours=36), dt.timedelta(hours=60)


class Kept(NamedTuple):
    days: tuple[DayTimes, ...]
    until: dt.datetime


# Weighed by the times they hold: some thirty megabytes a process.
_kept: LRUCache[Hashable, Kept] = LRUCache(
    maxsize=200_000, getsizeof=lambda kept: 40 + sum(len(d.times) for d in kept.days)
)
_lock = Lock()


# Whoever keeps something made of them.
forgotten_with: list[Callable[[], None]] = []


class Written:
    """What was made of such days, as bytes, under what proves it: given again until a moment. Some megabytes a process."""

    def __init__(self, most: int) -> None:
        self._kept: LRUCache[Hashable, tuple[dt.datetime, bytes]] = LRUCache(
            most, getsizeof=lambda kept: len(kept[1]) + 40
        )
        self._lock = Lock()
        forgotten_with.append(self.forget)

    def get(self, key: Hashable, now: dt.datetime) -> tuple[dt.datetime, bytes] | None:
        with self._lock:
            kept = self._kept.get(key)
        return kept if kept and now < kept[0] else None

    def keep(self, key: Hashable, until: dt.datetime, body: bytes) -> None:
        with self._lock:
            self._kept[key] = until, body

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()


def forget() -> None:
    with _lock:
        _kept.clear()
    for other in forgotten_with:
        other()


class Asked(NamedTuple):
    practitioner_id: int
    known: Known
    offer: Offer


Key = TypeVar("Key", bound=Hashable)


def days_of(
    asked: Mapping[Key, Asked], first: dt.date, last: dt.date, *, now: dt.datetime, holder_key: str = ""
) -> dict[Key, Kept]:
    """For each question, every local day from `first` to `last`; queries do not grow with their number.

    What a visitor holds is free to that visitor alone: such an answer is computed and not kept.
    """
    found: dict[Key, Kept] = {}
    if not holder_key and settings.AGENDA_KEEPS_ANSWERS:
        with _lock:
            for key, (pk, known, offer) in asked.items():
                kept = _kept.get((pk, known.age, offer, first, last)) if known.age else None
                if kept and now < kept.until:
                    found[key] = kept
    missing = {key: one for key, one in asked.items() if key not in found}
    if missing:
        found |= _computed(missing, first, last, now, holder_key)
    return found


def _computed(
    asked: Mapping[Key, Asked], first: dt.date, last: dt.date, now: dt.datetime, holder_key: str
) -> dict[Key, Kept]:
    timetables = read(
        {pk: known for pk, known, _offer in asked.values()},
        since=dt.datetime.combine(first, dt.time(), dt.UTC) - MARGIN_BEFORE,
        until=dt.datetime.combine(last, dt.time(), dt.UTC) + MARGIN_AFTER,
        now=now,
        holder_key=holder_key,
        groups=any(offer.is_group for _pk, _known, offer in asked.values()),
    )
    at = Moment.at(now)
    dates = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    found = {}
    for key, (pk, known, offer) in asked.items():
        days = tuple(day_times(timetables[pk], offer, date, at) for date in dates)
        found[key] = Kept(days, min((day.until for day in days), default=now))
        if known.age and not holder_key and settings.AGENDA_KEEPS_ANSWERS:
            with _lock:
                _kept[pk, known.age, offer, first, last] = found[key]
    return found
