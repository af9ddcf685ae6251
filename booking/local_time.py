"""Local time of a place to instants, right on the two odd days of the year."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

PARIS = "Europe/Paris"


def instant(local: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """The UTC instant at which the clocks of `zone` show the naive `local`.

    None when they never do (an hour skipped in spring); the first of two when they do twice (autumn).
    """
    moment = local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None, fold=0) == local else None


def boundary(local: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Like `instant`, for the edge of a range: one that is skipped falls on the change of clocks, plus what was skipped."""
    return local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)


def days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for number in range((last - first).days + 1):
        yield first + dt.timedelta(days=number)
