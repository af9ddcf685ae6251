"""Reading a calendar elsewhere, and writing to it. Whatever fails there changes the connection's state and nothing else."""

import datetime as dt
from zoneinfo import ZoneInfo

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F, Q

from booking.actions import calendars
from booking.calendars import busy, claims, health, providers, publishing
from booking.calendars.caldav_reading import CalDavProvider
from booking.calendars.faults import Error, Fault
from booking.calendars.providers import Provider, Reading, Window
from booking.local_time import PARIS
from booking.models import CalendarConnection, ExternalCalendar
from practitioners.models import Practitioner

log = structlog.get_logger(__name__)
State = CalendarConnection.State
EVERY = dt.timedelta(minutes=10)
LONGEST_WAIT = dt.timedelta(hours=6)
REFUSED_WAIT = dt.timedelta(hours=12)
# Occurrences move into the window as days pass, even of events that do not change.
WHOLE_EVERY = dt.timedelta(hours=20)
BEFORE, AHEAD = dt.timedelta(days=1), dt.timedelta(days=400)
MOST_AT_ONCE = 200


def due(*, now: dt.datetime) -> list[int]:
    """Those who waited longest first, so that a slow one delays nobody else for ever."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    over = Q(practitioner__status=Practitioner.Status.ENDED)
    waiting = CalendarConnection.objects.filter(free, Q(next_sync_at__lte=now) & ~Q(state=State.CHOOSING) | over)
    return list(
        waiting.order_by(F("next_sync_at").asc(nulls_last=True), "pk").values_list("pk", flat=True)[:MOST_AT_ONCE]
    )


def sync(*, connection_id: int, now: dt.datetime) -> bool:
    """One reading and one writing. False when another worker is at it, or there is nothing to do."""
    claim = claims.take(connection_id, now)
    if not claim:
        return False
    connection = CalendarConnection.objects.select_related("practitioner").get(pk=connection_id)
    seen = connection.next_sync_at
    try:
        if connection.state == State.LEAVING:
            return _leave(connection, now=now)
        if connection.practitioner.status == Practitioner.Status.ENDED:
            calendars.unlink(connection=connection, now=now)
            return False
        if connection.state == State.CHOOSING:
            return False
        fault = _work(connection, claim, now)
        return _record(connection, claim, fault, seen, now) is None
    except claims.ClaimLost:
        # Unlinked or taken over meanwhile: what was read here is nobody's any more.
        return False
    finally:
        CalendarConnection.objects.filter(pk=connection_id, claim=claim).update(claim="", claimed_until=None)


def _work(connection: CalendarConnection, claim: str, now: dt.datetime) -> Fault | None:
    """The first thing that failed; the others were done all the same."""
    failed: Fault | None = None
    try:
        provider = providers.of(connection)
    except Fault as fault:
        return fault
    try:
        for calendar in connection.calendars.filter(Q(is_read=True) | Q(is_written=True)):
            try:
                _read(provider, calendar, _window(connection.practitioner, now), claim, now)
            except Fault as fault:
                failed = failed or fault
        if isinstance(provider, CalDavProvider):
            publishing.publish(connection, provider.client, now=now)
    except Fault as fault:
        failed = failed or fault
    except SoftTimeLimitExceeded:
        failed = Fault(Error.SLOW, "out of time")
    except claims.ClaimLost:
        raise
    except Exception:
        log.exception("calendar_failed", connection=connection.pk)
        failed = Fault(Error.UNEXPECTED)
    finally:
        provider.close()
    return failed


def _window(practitioner: Practitioner, now: dt.datetime) -> Window:
    place = practitioner.places.select_related("commune__department").order_by("position", "pk").first()
    return Window(now - BEFORE, now + AHEAD, ZoneInfo(place.timezone if place else PARIS))


def _read(provider: Provider, calendar: ExternalCalendar, window: Window, claim: str, now: dt.datetime) -> None:
    whole = calendar.listed_at is None or calendar.listed_at <= now - WHOLE_EVERY
    reading = provider.read(calendar, window, whole=whole)
    if isinstance(provider, CalDavProvider):
        _notice(provider, calendar, reading, now)
    with transaction.atomic():
        if calendar.is_read:
            busy.keep(calendar, reading, claim=claim)
        else:
            claims.hold(calendar.connection_id, claim)
        calendar.etag, calendar.last_modified = reading.etag, reading.last_modified
        calendar.sync_token = reading.sync_token
        if reading.whole:
            calendar.listed_at = now
        calendar.save(update_fields=["etag", "last_modified", "sync_token", "listed_at"])


def _notice(provider: CalDavProvider, calendar: ExternalCalendar, reading: Reading, now: dt.datetime) -> None:
    if not calendar.is_written:
        return
    found = {
        href: (reading.etags.get(href, ""), event)
        for href, expansion in reading.resources.items()
        for event in expansion.ours.values()
    }
    publishing.notice(calendar, provider.client, found, reading.gone, whole=reading.whole, now=now)


def _record(
    connection: CalendarConnection, claim: str, fault: Fault | None, seen: dt.datetime | None, now: dt.datetime
) -> Fault | None:
    """State and the next time, unless somebody asked for an earlier one meanwhile."""
    with transaction.atomic():
        row = claims.hold(connection.pk, claim)
        if fault is None:
            row.state, row.last_success_at, row.failing_since, row.failures = State.WORKING, now, None, 0
            row.told_at = None
            wait = EVERY
        else:
            refused = fault.error in {Error.REFUSED, Error.GONE}
            row.state = State.REFUSED if fault.error == Error.REFUSED else State.FAILING
            row.last_error, row.last_error_detail, row.last_error_at = fault.error, fault.detail[:200], now
            row.failing_since = row.failing_since or now
            row.failures = min(row.failures + 1, 1000)
            wait = (
                REFUSED_WAIT if refused and row.failures > 3 else min(EVERY * 2 ** min(row.failures, 10), LONGEST_WAIT)
            )
            log.warning("calendar_not_synced", connection=row.pk, error=fault.error, detail=fault.detail)
            health.tell_when_due(row, now=now)
        if row.next_sync_at == seen:
            row.next_sync_at = now + wait
        row.save()
    return fault


def _leave(connection: CalendarConnection, *, now: dt.datetime) -> bool:
    """Gives the access back; what is known here was erased when its owner asked. Given up after a month of trying."""
    try:
        provider = providers.of(connection)
        provider.revoke()
        provider.close()
    except Fault as fault:
        log.warning("calendar_not_revoked", connection=connection.pk, error=fault.error, detail=fault.detail)
        if fault.error != Error.REFUSED and connection.failures < 30:
            CalendarConnection.objects.filter(pk=connection.pk).update(
                failures=F("failures") + 1,
                next_sync_at=now + min(EVERY * 2 ** min(connection.failures, 10), LONGEST_WAIT * 4),
            )
            return False
    connection.delete()
    return True
