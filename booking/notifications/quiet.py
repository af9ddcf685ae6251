"""When a reminder may leave: near its lead, and an SMS never between 21:00 and 8:00 on the clock of the place."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from booking.notifications.kinds import Kind
from common.models import OutboxMessage

EVENING, MORNING = dt.time(21), dt.time(8)
# When its hour is at night, an SMS leaves in the last hour of the evening before.
EARLIER = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Lead:
    """A reminder leaves `lead` before the session, or a little later, and not at all once only `least` is left."""

    lead: dt.timedelta
    least: dt.timedelta


LEADS = {
    "reminder_48h": Lead(dt.timedelta(hours=48), dt.timedelta(hours=36)),
    "reminder_2h": Lead(dt.timedelta(hours=2), dt.timedelta(hours=1)),
    "reminder_sms": Lead(dt.timedelta(hours=2), dt.timedelta(hours=1)),
}


@dataclass(frozen=True)
class Window:
    """A reminder leaves within [opens, closes]; whoever settled the appointment after `opens` needs none."""

    opens: dt.datetime
    closes: dt.datetime


def is_night(moment: dt.datetime, zone: str) -> bool:
    hour = moment.astimezone(ZoneInfo(zone)).time()
    return hour >= EVENING or hour < MORNING


def window(kind: Kind, starts_at: dt.datetime, zone: str) -> Window:
    lead = LEADS[kind.name]
    opens, closes = starts_at - lead.lead, starts_at - lead.least
    if kind.channel != OutboxMessage.Channel.SMS:
        return Window(opens, closes)
    evening = _evening_of(opens, zone)
    if is_night(opens, zone):
        return Window(evening - EARLIER, evening)
    return Window(opens, min(closes, evening))


def _evening_of(moment: dt.datetime, zone: str) -> dt.datetime:
    """The 21:00 that begins the night of `moment`; by day, the one that comes."""
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() - dt.timedelta(days=1) if local.time() < MORNING else local.date()
    return dt.datetime.combine(day, EVENING, ZoneInfo(zone)).astimezone(dt.UTC)
