"""The rules of the waiting list, as they are told to those who wait: who is asked, for how long, for which times.

Order: who registered first, among those whose wishes and service fit the time. One person is asked at a time.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from booking.local_time import boundary
from booking.models import WaitingEntry
from booking.slots import Slot

ANSWER_WITHIN = dt.timedelta(hours=2)
AT_LEAST = dt.timedelta(minutes=20)
# When the session is near, half of what is left: the next person must have time as well.
QUIET_FROM, QUIET_UNTIL = dt.time(21), dt.time(8)
MORNING_ANSWER = dt.timedelta(hours=1)
BEFORE_SESSION = dt.timedelta(minutes=30)
# After the time to answer the hold goes on a little: the time passes to the next person before anybody else can see it.
GRACE = dt.timedelta(minutes=10)
NOON, EVENING = 12, 18
LONGEST_WAIT = dt.timedelta(days=180)


def part_of(hour: int) -> str:
    if hour < NOON:
        return WaitingEntry.Part.MORNING
    return WaitingEntry.Part.AFTERNOON if hour < EVENING else WaitingEntry.Part.EVENING


def wants(entry: WaitingEntry, slot: Slot) -> bool:
    """Whether a time fits the wishes, on the clock of its place."""
    local = slot.start.astimezone(ZoneInfo(slot.zone))
    if not entry.first_day <= local.date() <= entry.until:
        return False
    if entry.weekdays and local.weekday() not in entry.weekdays:
        return False
    return not entry.parts or part_of(local.hour) in entry.parts


def answer_until(*, start: dt.datetime, zone: ZoneInfo, now: dt.datetime) -> dt.datetime | None:
    """Until when an offer made now waits for its answer; None when the session is too near to ask anybody.

    Two hours, or half of what is left before the session; one made at night, or that would end at night, waits until 9:00.
    Never later than half an hour before the session.
    """
    ends = now + min(ANSWER_WITHIN, (start - now) / 2)
    if is_quiet(now, zone) or is_quiet(ends, zone):
        ends = _next_morning(now, zone) + MORNING_ANSWER
    ends = min(ends, start - BEFORE_SESSION)
    return ends if ends - now >= AT_LEAST else None


def is_quiet(moment: dt.datetime, zone: ZoneInfo) -> bool:
    hour = moment.astimezone(zone).time()
    return hour >= QUIET_FROM or hour < QUIET_UNTIL


def _next_morning(now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    local = now.astimezone(zone)
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + dt.timedelta(days=1)
    return boundary(dt.datetime.combine(day, QUIET_UNTIL), zone)
