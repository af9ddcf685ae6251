"""What the search knows of agendas: the one place where it asks booking."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from django.urls import reverse

from booking import slots
from booking.models import BookingSettings
from booking.policies.offer import practitioners_offering
from booking.slots import DaySlots, Slot
from places.models.gazetteer import OVERSEAS_ZONES
from practitioners.models import PracticePlace
from search.digest import HORIZON_DAYS, PARTS
from search.facts import Availability
from search.query import Query

NOON, EVENING, SATURDAY = 12, 18, 5
# A time can still be booked at the very moment of its notice; no longer this much after.
INSTANT = dt.timedelta(microseconds=1)
HOUR = dt.timedelta(hours=1)


@lru_cache(maxsize=1)
def _zones() -> tuple[ZoneInfo, ...]:
    return tuple(ZoneInfo(zone) for zone in {"Europe/Paris", *OVERSEAS_ZONES.values()})


def is_one_day(now: dt.datetime) -> bool:
    """Whether it is the same day, and has been for an hour, all over France: every entry was renewed since its midnight."""
    return len({moment.astimezone(zone).date() for zone in _zones() for moment in (now, now - HOUR)}) == 1


def part_of(moment: dt.datetime) -> str:
    """Of a local moment: morning before noon, evening from six o'clock."""
    return PARTS[(moment.hour >= NOON) + (moment.hour >= EVENING)]


def availabilities(practitioner_ids: Iterable[int], *, now: dt.datetime) -> dict[int, Availability]:
    """A bounded number of queries whatever the number of practitioners."""
    ids = list(practitioner_ids)
    offering = practitioners_offering(ids)
    default = BookingSettings().minimum_notice_minutes
    own = BookingSettings.objects.filter(practitioner__in=ids).values_list("practitioner", "minimum_notice_minutes")
    notices = dict(own)
    midnights = _next_midnights(offering, now)
    found = {pk: Availability(online=pk in offering, stale_at=midnights.get(pk)) for pk in ids}
    for pk, by_mode in slots.free_by_mode(offering, now=now, days=HORIZON_DAYS).items():
        cells = set()
        for mode, times in by_mode.items():
            for slot in times:
                local = slot.start.astimezone(ZoneInfo(slot.zone))
                cells.add((mode, local.date(), part_of(local)))
        first = {mode: min(slot.start for slot in times) for mode, times in by_mode.items() if times}
        if first:
            notice = dt.timedelta(minutes=notices.get(pk, default))
            # Each mode's first time goes when its notice passes, a day is added at midnight: the earliest makes this stale.
            passes = min(first.values()) - notice + INSTANT
            found[pk] = Availability(True, frozenset(cells), first, min(passes, midnights[pk]))
    return found


def _next_midnights(practitioner_ids: Iterable[int], now: dt.datetime) -> dict[int, dt.datetime]:
    """When the next local day begins, on the clock of each one's main place: another day is then within the horizon."""
    ids = list(practitioner_ids)
    zones = dict.fromkeys(ids, "Europe/Paris")
    places = PracticePlace.objects.filter(practitioner__in=ids).select_related("commune__department")
    zones |= {place.practitioner_id: place.timezone for place in places.order_by("-position", "-pk")}
    of_zone = {}
    for name in set(zones.values()):
        tomorrow = now.astimezone(ZoneInfo(name)).date() + dt.timedelta(days=1)
        of_zone[name] = dt.datetime.combine(tomorrow, dt.time(), ZoneInfo(name)).astimezone(dt.UTC)
    return {pk: of_zone[name] for pk, name in zones.items()}


def strips(
    practitioner_ids: Iterable[int], *, now: dt.datetime, asked: Query | None = None
) -> dict[int, list[DaySlots]]:
    """The next three days with times of each practitioner, as they are at this very moment.

    A question about ways to meet, days or parts of the day is answered with the times that fit it; sorted by next free time,
    with the earliest.
    """
    if asked is None or not is_about_times(asked):
        return slots.next_slots(practitioner_ids, now=now)
    within = asked.days or (dt.date.min, dt.date.max)
    fitting = partial(_fits, days=asked.days, parts=asked.parts)
    return slots.next_slots(practitioner_ids, now=now, modes=asked.modes_asked, fits=fitting, within=within)


def is_about_times(asked: Query | None) -> bool:
    return asked is not None and bool(asked.modes or asked.days or asked.parts or asked.sort == "horaire")


def _fits(slot: Slot, days: tuple[dt.date, dt.date] | None, parts: tuple[str, ...]) -> bool:
    local = slot.start.astimezone(ZoneInfo(slot.zone))
    if days and not days[0] <= local.date() <= days[1]:
        return False
    return not parts or part_of(local) in parts or ("samedi" in parts and local.weekday() == SATURDAY)


def booking_url() -> str:
    """Where the times of a result are posted: booking holds the time and takes over, service and practitioner known."""
    return reverse("booking:hold")
