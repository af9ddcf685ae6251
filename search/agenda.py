"""What the search knows of agendas: the one place where it asks booking.

An entry's `free` is a list of keys, one a part of a local day with a free time (`2026-12-01:matin`): nothing in it moves
at midnight, and a question about days is a set of keys.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.urls import reverse

from booking import slots
from booking.models import BookingSettings
from booking.policies.offer import practitioners_offering
from booking.slots import DaySlots
from common import clock

HORIZON_DAYS = 60
NOON, EVENING = 12, 18
PARTS = ("matin", "apres-midi", "soir")


@dataclass(frozen=True, slots=True)
class Availability:
    """`online` is the Contract's first criterion; `next_free` an instant; `free` the keys above.

    `stale_at` is when time alone makes this wrong: the minimum notice of the first free time passes then.
    """

    online: bool = False
    next_free: dt.datetime | None = None
    stale_at: dt.datetime | None = None
    free: tuple[str, ...] = ()


def part_of(moment: dt.datetime) -> str:
    """Of a local moment: morning before noon, evening from six o'clock."""
    return PARTS[(moment.hour >= NOON) + (moment.hour >= EVENING)]


def key(day: dt.date, part: str) -> str:
    return f"{day.isoformat()}:{part}"


def keys(days: tuple[dt.date, dt.date] | None, parts: tuple[str, ...], today: dt.date | None = None) -> list[str]:
    """The keys that answer a question: these days, or the whole horizon, at any of these parts (`samedi` is a day)."""
    first = days[0] if days else (today or clock.today())
    last = days[1] if days else first + dt.timedelta(days=HORIZON_DAYS)
    found = []
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        saturday = "samedi" in parts and day.weekday() == 5
        found += [key(day, part) for part in PARTS if not parts or saturday or part in parts]
    return found


def availabilities(practitioner_ids: Iterable[int], *, now: dt.datetime) -> dict[int, Availability]:
    """A bounded number of queries whatever the number of practitioners."""
    ids = list(practitioner_ids)
    offering = practitioners_offering(ids)
    default = BookingSettings().minimum_notice_minutes
    own = BookingSettings.objects.filter(practitioner__in=ids).values_list("practitioner", "minimum_notice_minutes")
    notices = dict(own)
    found = {pk: Availability(online=pk in offering) for pk in ids}
    for pk, days in slots.next_slots(offering, now=now, days=HORIZON_DAYS, per_day=1000).items():
        times = [slot for day in days for slot in day.slots]
        if times:
            local = (slot.start.astimezone(ZoneInfo(slot.zone)) for slot in times)
            free = dict.fromkeys(key(moment.date(), part_of(moment)) for moment in local)
            first = min(slot.start for slot in times)
            notice = dt.timedelta(minutes=notices.get(pk, default))
            found[pk] = Availability(True, first, first - notice, tuple(free))
    return found


def strips(practitioner_ids: Iterable[int], *, now: dt.datetime) -> dict[int, list[DaySlots]]:
    """The next three days with times of each practitioner, as they are at this very moment."""
    return slots.next_slots(practitioner_ids, now=now)


def booking_url() -> str:
    """Where the times of a result are posted: booking holds the time and takes over, service and practitioner known."""
    return reverse("booking:hold")
