"""Appointments written to a CalDAV calendar. The row comes before the request, so that a worker killed anywhere leaves either
nothing or something that the next one recognises as ours; the server's etag decides who wrote last.

Who wins: an appointment's time, state, title and place are ours; what its owner added to the event (a note, an alarm, a
colour) stays. Moved over there: never applied, offered as a move. Deleted over there: the appointment stands, its owner is
told, and the event comes back when they ask for it or when the appointment changes.
"""

import datetime as dt
from typing import Any

import icalendar
import structlog

from booking import calendar_file
from booking.calendars.caldav_client import CalDavClient, Lost, key_of
from booking.calendars.expansion import parse
from booking.calendars.faults import Error, Fault
from booking.calendars.own_events import KEPT, OwnEvent, events_of
from booking.models import Appointment, CalendarConnection, ExternalCalendar, GroupSession, PublishedEvent

log = structlog.get_logger(__name__)
ROUNDS = 3
JUST_PAST = dt.timedelta(days=1)
FORGOTTEN = dt.timedelta(days=40)
OURS = (
    "DTSTART",
    "DTEND",
    "DURATION",
    "STATUS",
    "SUMMARY",
    "LOCATION",
    "SEQUENCE",
    "DTSTAMP",
    "RRULE",
    "RDATE",
    "EXDATE",
)


def publish(connection: CalendarConnection, client: CalDavClient, *, now: dt.datetime) -> None:
    """Bring the written calendar to what the agenda says. Each event fails alone; Fault at the end when one did."""
    calendar = connection.calendars.filter(is_written=True).first()
    if calendar is None:
        return
    _forget_the_past(connection, now)
    rows = {_source_key(row): row for row in connection.published.select_related("appointment", "group")}
    failed: Fault | None = None
    for own in events_of(connection.practitioner, names=connection.names, now=now, past=JUST_PAST):
        row = rows.get(_key(own))
        if row is not None and row.written == own.fingerprint:
            continue
        if row is None and own.source.ends_at <= now:
            continue
        try:
            write(calendar, row, own, client, now=now)
        except Fault as fault:
            failed = failed or _unless_all(fault)
    for row in rows.values():
        if _is_over(row):
            try:
                remove(row, client)
            except Fault as fault:
                failed = failed or _unless_all(fault)
    if failed is not None:
        raise failed


def _unless_all(fault: Fault) -> Fault:
    """What concerns the server or the account would fail for every event: it is said at once."""
    if fault.error in {Error.UNREACHABLE, Error.SLOW, Error.REFUSED, Error.FORBIDDEN_ADDRESS}:
        raise fault
    return Fault(Error.NOT_WRITTEN, fault.detail)


def write(
    calendar: ExternalCalendar, row: PublishedEvent | None, own: OwnEvent, client: CalDavClient, *, now: dt.datetime
) -> None:
    if row is None:
        row = _announce(calendar, own)
    # An update goes over what is there now, with what its owner added to it, and never over what was there once.
    if row.written and _adopt(row, own, client):
        return
    for _round in range(ROUNDS):
        sequence = max(own.event.sequence, row.sequence + 1 if row.written else row.sequence)
        del own.event["sequence"]
        own.event.add("sequence", sequence)
        try:
            etag = client.put(row.href, _text(own), etag=row.etag)
        except Lost:
            if _adopt(row, own, client):
                return
            continue
        row.etag, row.sequence, row.written, row.written_at = etag[:200], sequence, own.fingerprint, now
        row.removed_outside_at = row.note_read_at = row.suggested_start = row.suggested_end = None
        row.save()
        return
    raise Fault(Error.NOT_WRITTEN, "somebody else keeps writing")


def _announce(calendar: ExternalCalendar, own: OwnEvent) -> PublishedEvent:
    """Written and committed before the server hears of it."""
    name = own.uid.partition("@")[0]
    which = {"appointment": own.source} if isinstance(own.source, Appointment) else {"group": own.source}
    href = f"{calendar.href.rstrip('/')}/mpdbe-{name}.ics"
    row, _new = PublishedEvent.objects.get_or_create(
        connection_id=calendar.connection_id, **which, defaults={"calendar": calendar, "href": href}
    )
    return row


def _adopt(row: PublishedEvent, own: OwnEvent, client: CalDavClient) -> bool:
    """What is there instead of what was expected. True when nothing is left to do; else the row is ready for another try."""
    current = client.get(row.href)
    if current is None:
        row.etag = ""
        return False
    text, row.etag = current[0], current[1][:200]
    there = _event_in(text, own.uid)
    if there is None:
        raise Fault(Error.NOT_WRITTEN, "another event has its place")
    row.sequence = max(row.sequence, _sequence(there))
    if _same(there, own.event):
        # Ours, as we wrote it before we were interrupted.
        row.written, row.written_at = own.fingerprint, row.written_at
        row.removed_outside_at = row.suggested_start = row.suggested_end = None
        row.save()
        return True
    for name in OURS:
        there.pop(name, None)
    for name, value in there.items():
        if name not in own.event:
            own.event[name] = value
    known = {part.name for part in own.event.subcomponents}
    for part in there.subcomponents:
        if part.name not in known:
            own.event.add_component(part)
    # Whatever happens next, it is known that this is an update of what is there.
    row.written = row.written or "there"
    return False


def remove(row: PublishedEvent, client: CalDavClient) -> None:
    """The event of something cancelled; its owner's changes to it do not keep it."""
    for _round in range(ROUNDS):
        try:
            client.delete(row.href, etag=row.etag)
        except Lost:
            current = client.get(row.href)
            row.etag = current[1] if current else ""
            continue
        row.delete()
        return
    raise Fault(Error.NOT_WRITTEN, "somebody else keeps writing")


def notice(
    calendar: ExternalCalendar, client: CalDavClient, found: dict[str, tuple[str, Any]], gone: set[str], *,
    whole: bool, now: dt.datetime,
) -> None:  # fmt: skip
    """What its owner did to our events over there: `found` by key of href, `gone` the keys that were deleted.

    A whole reading that does not name one of ours proves nothing (it may lie outside what was asked for): it is asked for.
    """
    for row in calendar.published.select_related("appointment", "group"):
        key = key_of(row.href)
        if not row.written or row.removed_outside_at or _is_over(row):
            continue
        if key in gone or (whole and key not in found and _ends_at(row) > now):
            current = client.get(row.href)
            if current is None:
                row.removed_outside_at, row.etag = now, ""
                row.save(update_fields=["removed_outside_at", "etag"])
            continue
        if key in found and found[key][0] != row.etag:
            _notice_change(row, *found[key])


def _notice_change(row: PublishedEvent, etag: str, event: Any) -> None:
    try:
        start, end = event.start, event.end
    except Exception:  # noqa: BLE001 (its owner made it unreadable; our times stand)
        start = end = None
    row.etag = etag[:200]
    source = row.appointment or row.group
    moved = isinstance(start, dt.datetime) and isinstance(end, dt.datetime) and start.tzinfo and end.tzinfo
    if moved and source is not None and (start, end) != (source.starts_at, source.ends_at):
        row.suggested_start, row.suggested_end = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
    else:
        row.suggested_start = row.suggested_end = None
    row.save(update_fields=["etag", "suggested_start", "suggested_end"])


def _text(own: OwnEvent) -> str:
    return calendar_file.calendar_text([own.event], zones=[own.zone])


def _event_in(text: bytes, uid: str) -> Any:
    try:
        calendars = parse(text)
    except Fault:
        return None
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    return next((event for event in events if str(event.get("UID", "")) == uid), None)


def _sequence(event: Any) -> int:
    value = event.get("SEQUENCE", 0)
    return int(value) if isinstance(value, int) else 0


def _same(there: Any, own: icalendar.Event) -> bool:
    def seen(event: Any) -> tuple[Any, ...]:
        return (
            event.get("DTSTART") and event.start,
            event.get("DTEND") and event.end,
            *(str(event.get(name, "")) for name in ("STATUS", "SUMMARY", "LOCATION")),
        )

    return seen(there) == seen(own)


def _key(own: OwnEvent) -> tuple[str, int]:
    return ("appointment" if isinstance(own.source, Appointment) else "group", own.source.pk)


def _source_key(row: PublishedEvent) -> tuple[str, int]:
    return ("appointment", row.appointment_id) if row.appointment_id else ("group", row.group_id or 0)


def _ends_at(row: PublishedEvent) -> dt.datetime:
    source = row.appointment or row.group
    assert source is not None
    return source.ends_at


def _is_over(row: PublishedEvent) -> bool:
    """Cancelled, refused, expired: its event has nothing to say any more. What took place stays where it is written."""
    if row.appointment is not None:
        return row.appointment.status not in KEPT
    return row.group is not None and row.group.status == GroupSession.Status.CANCELLED


def _forget_the_past(connection: CalendarConnection, now: dt.datetime) -> None:
    """Rows of what is long over; the events stay in the practitioner's calendar."""
    old = now - FORGOTTEN
    connection.published.filter(appointment__ends_at__lt=old).delete()
    connection.published.filter(group__ends_at__lt=old).delete()
