"""Linking calendars elsewhere and unlinking them, and the address of the private feed."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from booking.calendars import credentials, google, ics_address, web
from booking.calendars import feed as feeds
from booking.calendars.caldav_client import CalDavClient, Found
from booking.calendars.faults import Error, Fault
from booking.models import CalendarConnection, CalendarFeed, ExternalBusy, ExternalCalendar, PublishedEvent
from booking.models.calendar import Names
from common.crypto import encrypt
from common.errors import Conflict, DomainError
from common.tasks import enqueue
from practitioners.models import Practitioner

State, Kind = CalendarConnection.State, CalendarConnection.Kind
MOST_CONNECTIONS = 10


class CalendarNotLinked(DomainError):
    """What is typed leads to no calendar: said beside the field, with the reason."""

    status = 422
    message = _("This calendar could not be linked.")

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(Error(fault.error).label))


class TooManyCalendars(Conflict):
    message = _("Ten calendars can be linked at most. Unlink one first.")


class AlreadyLinked(Conflict):
    message = _("This calendar is linked already.")


def link_ics(
    *, practitioner: Practitioner, label: str, typed: str, show_titles: bool, now: dt.datetime
) -> CalendarConnection:
    """Look whether there is a calendar, then link it; a worker reads it. Raises CalendarNotLinked, AlreadyLinked."""
    try:
        address = ics_address.web_address(typed)
        for known in practitioner.calendar_connections.filter(kind=Kind.ICS, host=ics_address.host_of(address)):
            if credentials.of(known).get("address") == address:
                raise AlreadyLinked
        ics_address.look(address)
    except Fault as fault:
        raise CalendarNotLinked(fault) from fault
    host = ics_address.host_of(address)
    with transaction.atomic():
        connection = _new(
            practitioner, Kind.ICS, label or host, {"address": address}, now, host=host, show_titles=show_titles
        )
        ExternalCalendar.objects.create(connection=connection, name=connection.label)
        _ask(connection)
    return connection


def link_caldav(
    *, practitioner: Practitioner, label: str, address: str, account: str, password: str, now: dt.datetime
) -> CalendarConnection:
    """Sign in and list the calendars of the account; which are read and written is chosen next."""
    found = _look_at_account(address, account, password)
    host = ics_address.host_of(address)
    with transaction.atomic():
        if practitioner.calendar_connections.filter(kind=Kind.CALDAV, host=host, account=account).exists():
            raise AlreadyLinked
        secret = {"address": address, "password": password}
        connection = _new(practitioner, Kind.CALDAV, label or host, secret, now, host=host, account=account)
        connection.state, connection.next_sync_at = State.CHOOSING, None
        connection.save(update_fields=["state", "next_sync_at"])
        for item in found:
            ExternalCalendar.objects.create(connection=connection, href=item.href, name=item.name, is_read=False)
    return connection


def sign_in_again(*, connection: CalendarConnection, password: str, now: dt.datetime) -> None:
    """A new password for a CalDAV account that no longer took the old one. What is known of it is kept."""
    known = credentials.of(connection)
    _look_at_account(str(known["address"]), connection.account, password)
    with transaction.atomic():
        credentials.keep(connection, {**known, "password": password})
        sync_now(connection=connection, now=now)


def _look_at_account(address: str, account: str, password: str) -> list[Found]:
    try:
        client = CalDavClient(address, account, password, seconds=web.IN_A_REQUEST)
        try:
            found = client.calendars()
        finally:
            client.close()
        if not found:
            raise Fault(Error.NOT_A_CALENDAR, "no calendar in this account")
    except Fault as fault:
        raise CalendarNotLinked(fault) from fault
    return found


def link_google(*, practitioner: Practitioner, tokens: dict[str, Any], now: dt.datetime) -> CalendarConnection:
    """A second consent renews the tokens of the connection there is."""
    with transaction.atomic():
        known = practitioner.calendar_connections.filter(kind=Kind.GOOGLE).exclude(state=State.LEAVING).first()
        if known is not None:
            credentials.keep(known, tokens)
            sync_now(connection=known, now=now)
            return known
        connection = _new(practitioner, Kind.GOOGLE, "Google Agenda", tokens, now, host="calendar.google.com")
        ExternalCalendar.objects.create(connection=connection, href=google.PRIMARY, name=connection.label)
        _ask(connection)
    return connection


@transaction.atomic
def choose(
    *,
    connection: CalendarConnection,
    read: Collection[int],
    written: int | None,
    names: str,
    label: str,
    show_titles: bool,
    now: dt.datetime,
) -> None:
    """Which calendars take time away, and to which one appointments are written. Titles that are no longer wanted go at once."""
    row = CalendarConnection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    again = row.show_titles != show_titles or row.state == State.CHOOSING
    if not show_titles:
        row.busy.exclude(summary="").update(summary="")
    row.label, row.show_titles, row.names = label or row.host, show_titles, Names(names)
    if row.state == State.CHOOSING:
        row.state = State.NEW
    row.next_sync_at = now
    row.save()
    calendars = list(row.calendars.select_for_update(no_key=True))
    for calendar in calendars:
        # One that stops being written to frees the one place there is before another takes it.
        if calendar.is_written and calendar.pk != written:
            PublishedEvent.objects.filter(calendar=calendar).delete()
            calendar.is_written = False
            calendar.save(update_fields=["is_written"])
    for calendar in calendars:
        reads = calendar.pk in read
        if calendar.is_read and not reads:
            ExternalBusy.objects.filter(calendar=calendar).delete()
        if reads and (again or not calendar.is_read):
            calendar.listed_at, calendar.sync_token, calendar.etag, calendar.last_modified = None, "", "", ""
        calendar.is_read, calendar.is_written = reads, calendar.pk == written
        calendar.save()
    _ask(row)


@transaction.atomic
def unlink(*, connection: CalendarConnection, now: dt.datetime) -> None:
    """What is known of it is erased now; an access that has to be given back is kept until it is, and used for nothing else."""
    row = CalendarConnection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    if row.kind != Kind.GOOGLE:
        row.delete()
        return
    row.calendars.all().delete()
    row.state, row.claim, row.claimed_until, row.failures, row.next_sync_at = State.LEAVING, "", None, 0, now
    row.save()
    _ask(row)


@transaction.atomic
def sync_now(*, connection: CalendarConnection, now: dt.datetime) -> None:
    CalendarConnection.objects.filter(pk=connection.pk).exclude(state=State.LEAVING).update(next_sync_at=now)
    _ask(connection)


@transaction.atomic
def put_back(*, event: PublishedEvent, now: dt.datetime) -> None:
    """Our event as the appointment has it, after its owner moved or deleted it over there."""
    event.removed_outside_at = event.note_read_at = event.suggested_start = event.suggested_end = None
    event.written = ""
    event.save()
    sync_now(connection=event.connection, now=now)


@transaction.atomic
def note_read(*, event: PublishedEvent, now: dt.datetime) -> None:
    """The practitioner knows that it was deleted over there and leaves it so."""
    event.note_read_at = now
    event.save(update_fields=["note_read_at"])


def new_feed(*, practitioner: Practitioner, names: str = Names.FIRST, now: dt.datetime) -> CalendarFeed:
    """A new address; the one before stops answering in the same transaction."""
    with transaction.atomic():
        Practitioner.objects.select_for_update(of=("self",), no_key=True).get(pk=practitioner.pk)
        _revoke(practitioner, now)
        token = feeds.new_token()
        return CalendarFeed.objects.create(
            practitioner=practitioner,
            token_hash=feeds.hash_of(token),
            secret=encrypt(token),
            names=Names(names),
            created_at=now,
        )


@transaction.atomic
def name_clients(*, feed: CalendarFeed, names: str) -> None:
    """How much of a client's name the same address shows from now on."""
    CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None).update(names=Names(names))


@transaction.atomic
def stop_feed(*, practitioner: Practitioner, now: dt.datetime) -> None:
    _revoke(practitioner, now)


def _revoke(practitioner: Practitioner, now: dt.datetime) -> None:
    practitioner.calendar_feeds.filter(revoked_at=None).update(revoked_at=now, secret="")


def _new(
    practitioner: Practitioner, kind: str, label: str, secret: dict[str, Any], now: dt.datetime, **more: Any
) -> CalendarConnection:
    Practitioner.objects.select_for_update(of=("self",), no_key=True).get(pk=practitioner.pk)
    if practitioner.calendar_connections.exclude(state=State.LEAVING).count() >= MOST_CONNECTIONS:
        raise TooManyCalendars
    return CalendarConnection.objects.create(
        practitioner=practitioner,
        kind=kind,
        label=label[:80],
        secret=credentials.seal(secret),
        created_at=now,
        next_sync_at=now,
        **more,
    )


def _ask(connection: CalendarConnection) -> None:
    from booking.tasks import sync_calendar

    transaction.on_commit(lambda: enqueue(sync_calendar, connection.pk))
