"""ICS text → times taken, without the database: recurrences expanded, exceptions honoured, all-day and floating times on the
practitioner's clock. Whatever cannot be read is named, so that what was known of it is kept.

The text comes from anywhere. The library takes a string for the name of a file when it can, so it is only ever given bytes;
it remembers time zones by name for the whole process, so its memory is emptied before each calendar; a rule of one
occurrence a second, or without a step (INTERVAL=0, which never ends), is refused before it is expanded.
"""

import datetime as dt
import hashlib
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from celery.exceptions import SoftTimeLimitExceeded

from booking.calendar_file import is_ours
from booking.calendars.faults import Error, Fault
from booking.local_time import boundary

MOST_OCCURRENCES = 20_000
LONGEST_TITLE = 200
# Rules that dateutil would walk through for minutes.
TOO_DENSE = {"SECONDLY", "MINUTELY"}
MANY_PARTS = 40
OLDEST = dt.timedelta(days=366 * 30)
# For one text: a rule that never comes true (30 February) is looked for until the year 9999, and there may be thousands.
MOST_SECONDS = 30.0
_parsing = threading.Lock()


@dataclass(frozen=True, order=True)
class TakenTime:
    uid: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    all_day: bool = False
    summary: str = ""


@dataclass
class Expansion:
    times: list[TakenTime] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)  # hashes of UIDs whose events make no sense
    ours: dict[str, Any] = field(default_factory=dict)  # UID → the event that we wrote there, as it is now


def uid_hash(uid: str) -> str:
    return hashlib.sha256(uid.encode("utf-8", "replace")).hexdigest()[:40]


def expand(text: bytes, *, zone: ZoneInfo, since: dt.datetime, until: dt.datetime, titles: bool = False) -> Expansion:
    """What `text` takes away between two instants. Raises Fault when it is no whole calendar."""
    with _parsing, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        icalendar.use_zoneinfo()
        calendars = parse(text)
        found, ends = Expansion(), time.monotonic() + MOST_SECONDS
        for calendar in calendars:
            for uid, events in _by_uid(calendar).items():
                if is_ours(uid):
                    found.ours[uid] = events[0]
                    continue
                try:
                    times = list(_times_of(uid, events, zone, since, until, titles))
                except (Fault, SoftTimeLimitExceeded):
                    raise
                except Exception:  # noqa: BLE001 (anything may be in there; the event is named, and kept as it was known)
                    found.unreadable.add(uid_hash(uid))
                    times = []
                found.times += times
                if time.monotonic() > ends:
                    raise Fault(Error.TOO_LARGE, "too long to work out")
                if len(found.times) > MOST_OCCURRENCES:
                    raise Fault(Error.TOO_LARGE, "too many occurrences")
        return found


def parse(text: bytes) -> list[Any]:
    """Calendars of a text that has a beginning and an end; Fault otherwise."""
    body = text.removeprefix(b"\xef\xbb\xbf").strip()
    if not body.upper().startswith(b"BEGIN:VCALENDAR") or b"\n" not in body:
        raise Fault(Error.NOT_A_CALENDAR)
    if not body.upper().endswith(b"END:VCALENDAR"):
        raise Fault(Error.INCOMPLETE, "no end")
    try:
        calendars = icalendar.Calendar.from_ical(body, multiple=True)
    except Exception as error:
        raise Fault(Error.NOT_A_CALENDAR, type(error).__name__) from error
    if not calendars or any(item.name != "VCALENDAR" for item in calendars):
        raise Fault(Error.NOT_A_CALENDAR)
    return list(calendars)


def _by_uid(calendar: Any) -> dict[str, list[Any]]:
    """Events by UID, the series before its exceptions; one without UID stands by itself."""
    groups: dict[str, list[Any]] = {}
    for number, event in enumerate(calendar.walk("VEVENT")):
        uid = str(event.get("UID", "")) or f"without uid {number} {event.get('DTSTART', '')} {event.get('SUMMARY', '')}"
        groups.setdefault(uid, []).append(event)
    for events in groups.values():
        events.sort(key=lambda event: "RECURRENCE-ID" in event)
    return groups


def _times_of(
    uid: str, events: list[Any], zone: ZoneInfo, since: dt.datetime, until: dt.datetime, titles: bool
) -> Iterator[TakenTime]:
    single = icalendar.Calendar()
    for event in events:
        if "DTSTART" not in event or any(name in {"DTSTART", "DTEND", "RRULE"} for name, _why in event.errors):
            raise ValueError("unreadable")
        _refuse_dense(event, until)
        single.add_component(event)
    key = uid_hash(uid)
    # A day more on each side: the library compares floating and all-day times without a zone.
    margin = dt.timedelta(days=1)
    seen: dict[dt.datetime, TakenTime] = {}
    for event in recurring_ical_events.of(single).between(since - margin, until + margin):
        taken = _taken(event, key, zone, titles)
        if taken is None or taken.ends_at <= since or taken.starts_at >= until:
            continue
        known = seen.get(taken.starts_at)
        if known is None or known.ends_at < taken.ends_at:
            seen[taken.starts_at] = taken
        if len(seen) > MOST_OCCURRENCES:
            raise Fault(Error.TOO_LARGE, "too many occurrences")
    yield from seen.values()


def _refuse_dense(event: Any, until: dt.datetime) -> None:
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        frequency = str((rule.get("FREQ") or [""])[0]).upper()
        parts = 1
        for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            parts *= max(1, len(rule.get(name, [])))
        start = event.decoded("DTSTART")
        first = start if isinstance(start, dt.datetime) else dt.datetime.combine(start, dt.time())
        old = first.replace(tzinfo=dt.UTC) < until - OLDEST
        step = rule.get("INTERVAL") or [1]
        endless = any(not isinstance(number, int) or number < 1 for number in step)
        if endless or frequency in TOO_DENSE or parts > MANY_PARTS or (frequency == "HOURLY" and old):
            raise ValueError("too dense")


def _taken(event: Any, key: str, zone: ZoneInfo, titles: bool) -> TakenTime | None:
    """The occurrence as a range of instants; None when it takes no time."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return None
    if str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() in {"FREE", "WORKINGELSEWHERE"}:
        return None
    start, end = event.start, event.end
    all_day = not isinstance(start, dt.datetime)
    starts_at, ends_at = _instant(start, zone), _instant(end, zone)
    if ends_at <= starts_at:
        return None
    title = " ".join(str(event.get("SUMMARY", "")).replace("\x00", "").split())[:LONGEST_TITLE] if titles else ""
    return TakenTime(key, starts_at, ends_at, all_day, title)


def _instant(moment: dt.date | dt.datetime, zone: ZoneInfo) -> dt.datetime:
    if not isinstance(moment, dt.datetime):
        return boundary(dt.datetime.combine(moment, dt.time()), zone)
    return boundary(moment, zone) if moment.tzinfo is None else moment.astimezone(dt.UTC)
