"""A practitioner's clients and agenda as files: nobody is kept here by what a tool would not give back."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from icalendar import Calendar

from booking import calendar_file, client_csv, client_list
from booking.models import Appointment, ClientRecord, Status
from practitioners.models import Practitioner

IN_CALENDAR = (Status.REQUESTED, Status.CONFIRMED, Status.DONE)


def clients(practitioner: Practitioner, *, now: dt.datetime) -> str:
    """Every client, archived ones too. The first columns are those that the import reads."""
    rows = client_list.with_sessions(ClientRecord.objects.filter(practitioner=practitioner), now=now)
    return client_csv.write(_client_lines(rows.order_by("folded_name", "pk").iterator(chunk_size=1000)))


def agenda(practitioner: Practitioner) -> str:
    rows = Appointment.objects.booked().filter(practitioner=practitioner).select_related("place__commune__department")
    return client_csv.write(_agenda_lines(rows.order_by("starts_at", "pk").iterator(chunk_size=1000)))


def calendar(practitioner: Practitioner, *, now: dt.datetime) -> str:
    """Every appointment that stands, in one ICS file; each as the mails attach it."""
    rows = Appointment.objects.filter(practitioner=practitioner, status__in=IN_CALENDAR).select_related(
        "practitioner", "place__commune__department"
    )
    whole = Calendar()
    whole.add("prodid", "-//Mon Pro du Bien-Être//Agenda//FR")
    whole.add("version", "2.0")
    for row in rows.order_by("starts_at"):
        one = Calendar.from_ical(calendar_file.file_of(row, for_practitioner=True, now=now))
        for event in one.walk("VEVENT"):
            whole.add_component(event)
    whole.add_missing_timezones()
    return str(whole.to_ical().decode())


def _client_lines(rows: Iterator[ClientRecord]) -> Iterator[list[str]]:
    yield [
        _("First name"), _("Last name"), _("E-mail"), _("Phone"), _("Labels"), _("Practical note"), _("Last session"),
        _("Next session"), _("Added on"), _("Source"), pgettext("client", "Archived"),
    ]  # fmt: skip
    for row in rows:
        zone = getattr(row, "session_zone", None) or "Europe/Paris"
        yield [
            row.first_name,
            row.last_name,
            row.email,
            client_csv.write_phone(row.phone),
            ", ".join(row.tags),
            row.note.replace("\r\n", "\n"),
            _moment(getattr(row, "last_session", None), zone),
            _moment(getattr(row, "next_session", None), zone),
            f"{row.created_at.astimezone(ZoneInfo(zone)):%d/%m/%Y}",
            str(row.get_source_display()),
            _("yes") if row.archived_at else "",
        ]


def _agenda_lines(rows: Iterator[Appointment]) -> Iterator[list[str]]:
    yield [
        _("Date"), _("Start"), _("End"), _("State"), _("Session"), _("For"), _("First name"), _("Last name"), _("E-mail"),
        _("Phone"), _("Location"), _("Price"), _("Paid online"), _("Reference"),
    ]  # fmt: skip
    for row in rows:
        zone = ZoneInfo(row.timezone)
        start, end = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
        yield [
            f"{start:%d/%m/%Y}",
            f"{start:%H:%M}",
            f"{end:%H:%M}",
            str(row.get_status_display()),
            row.service_name,
            row.attendee_name,
            row.contact_first_name,
            row.contact_last_name,
            row.contact_email,
            client_csv.write_phone(row.contact_phone),
            str(row.place) if row.place else str(row.get_mode_display()),
            _euros(row.price_cents),
            _euros(row.advance_cents),
            row.reference,
        ]


def _moment(value: dt.datetime | None, zone: str) -> str:
    return f"{value.astimezone(ZoneInfo(zone)):%d/%m/%Y %H:%M}" if value else ""


def _euros(cents: int) -> str:
    """`45,50`, as a French spreadsheet reads a number."""
    return f"{cents // 100},{cents % 100:02d}"
