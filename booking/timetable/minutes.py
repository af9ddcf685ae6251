"""Local clocks in whole minutes, right on the two odd days of the year."""

import datetime as dt
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.local_time import boundary, instant

DAY = 24 * 60
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class LocalDay(NamedTuple):
    """`midnight` is when the day begins; `regular` when its clocks do not change, so that minutes simply add up."""

    midnight: int
    regular: bool


@lru_cache(maxsize=16_384)
def local_day(zone: str, day: dt.date) -> LocalDay:
    place = ZoneInfo(zone)
    begins, ends = (boundary(dt.datetime.combine(date, dt.time()), place) for date in (day, day + dt.timedelta(days=1)))
    return LocalDay(floor(begins), ends - begins == dt.timedelta(days=1))


def start_at(zone: str, day: dt.date, minute: int) -> int | None:
    """The instant at which the clocks of `zone` show that minute of the day: none when they skip it, the first of two."""
    here = local_day(zone, day)
    if here.regular:
        return here.midnight + minute
    found = instant(_local(day, minute), ZoneInfo(zone))
    return None if found is None else floor(found)


def edge_at(zone: str, day: dt.date, minute: int) -> int:
    """Like `start_at` for the edge of a range, which a change of clocks moves but never removes. 1440 is the next midnight."""
    here = local_day(zone, day)
    return here.midnight + minute if here.regular else floor(boundary(_local(day, minute), ZoneInfo(zone)))


@lru_cache(maxsize=16_384)
def date_at(zone: str, minute: int) -> dt.date:
    """The local day of an instant."""
    return moment(minute).astimezone(ZoneInfo(zone)).date()


def floor(instant_: dt.datetime) -> int:
    return int((instant_ - EPOCH).total_seconds() // 60)


def ceil(instant_: dt.datetime) -> int:
    """The first whole minute that is not before it: what is offered from a moment on is offered from there."""
    return -int(-(instant_ - EPOCH).total_seconds() // 60)


def moment(minute: int) -> dt.datetime:
    return EPOCH + dt.timedelta(minutes=minute)


def of_day(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def _local(day: dt.date, minute: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute)
