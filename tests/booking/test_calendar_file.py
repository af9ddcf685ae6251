"""The ICS file: taken from a page, or sent with a mail, where it moves and removes the event that mail programs have."""

import datetime as dt
from email import message_from_bytes
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from django.core.mail import EmailMultiAlternatives
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from booking import calendar_file
from booking.calendar_file import attachment, file_of, timed_event
from booking.models import Appointment, Status
from common.clock import now
from practitioners.models import Practitioner
from tests.factories.booking import AppointmentFactory

pytestmark = pytest.mark.django_db


def event_of(text: str) -> tuple[Any, Any]:
    calendar = Calendar.from_ical(text.encode())
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def cancelled(appointment: Appointment) -> Appointment:
    """As it stands once cancelled; it is only read here."""
    appointment.status, appointment.cancelled_at = Status.CANCELLED_BY_CLIENT, now()
    appointment.calendar_sequence += 1
    return appointment


@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "America/Guadeloupe"])
def test_the_event_is_at_its_instant_on_the_clock_of_its_place(zone: str) -> None:
    start = dt.datetime(2026, 10, 26, 8, tzinfo=dt.UTC)
    appointment = AppointmentFactory(starts_at=start, timezone=zone)
    calendar, event = event_of(file_of(appointment, for_practitioner=False, now=now()))
    assert event["dtstart"].dt == start
    assert event["dtstart"].params["TZID"] == zone
    assert [str(item["tzid"]) for item in calendar.walk("VTIMEZONE")] == [zone]


@pytest.mark.parametrize(
    "zone", ["Europe/Paris", "America/Miquelon", "Indian/Reunion", "Pacific/Noumea", "Africa/Casablanca"]
)
def test_the_zone_in_the_file_says_the_same_as_the_zone_at_every_hour(zone: str) -> None:
    """Some programs believe the VTIMEZONE and not its name; read here by another library than the one that writes the rest."""
    text = calendar_file._zone_text(zone, 2026, 2027)
    read = tzical(StringIO(f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n")).get()
    moment = dt.datetime(2026, 1, 1, 0, 30, tzinfo=dt.UTC)
    while moment.year < 2028:
        shown = moment.astimezone(ZoneInfo(zone))
        assert shown.replace(tzinfo=read).utcoffset() == shown.utcoffset(), shown
        moment += dt.timedelta(hours=1 if shown.month in {3, 10, 11} else 13)


def test_the_zone_is_made_once_and_stays_small() -> None:
    calendar_file._zone_text.cache_clear()
    appointment = AppointmentFactory()
    texts = [file_of(appointment, for_practitioner=True, now=now()) for _again in range(5)]
    assert calendar_file._zone_text.cache_info().misses == 1
    assert len(texts[0]) < 2_000


def test_the_same_event_before_and_after_cancelling() -> None:
    appointment = AppointmentFactory()
    before, event = event_of(file_of(appointment, for_practitioner=True, now=now()))
    after, gone = event_of(file_of(cancelled(appointment), for_practitioner=True, now=now()))
    assert (before["method"], after["method"]) == ("PUBLISH", "CANCEL")
    assert event["uid"] == gone["uid"]
    assert gone["sequence"] > event["sequence"]
    assert gone["status"] == "CANCELLED"


@pytest.mark.parametrize("for_practitioner", [True, False])
def test_a_mail_asks_programs_to_follow_the_event(for_practitioner: bool) -> None:
    """RFC 5546: only REQUEST and CANCEL, with an organizer who is not the reader, move and remove what is known."""
    appointment = AppointmentFactory()
    reader = appointment.practitioner.professional_email if for_practitioner else appointment.contact_email
    part = attachment(appointment, for_practitioner=for_practitioner, now=now())
    calendar, event = event_of(part["text"])
    assert (calendar["method"], part["content_type"]) == ("REQUEST", "text/calendar; method=REQUEST")
    assert event["attendee"] == f"mailto:{reader}"
    assert (event["attendee"].params["PARTSTAT"], event["attendee"].params["RSVP"]) == ("ACCEPTED", "FALSE")
    assert event["organizer"] != event["attendee"]
    appointment.starts_at += dt.timedelta(hours=2)
    appointment.ends_at += dt.timedelta(hours=2)
    appointment.calendar_sequence += 1
    _calendar, moved = event_of(attachment(appointment, for_practitioner=for_practitioner, now=now())["text"])
    assert (moved["uid"], int(moved["sequence"])) == (event["uid"], int(event["sequence"]) + 1)
    assert moved.start == event.start + dt.timedelta(hours=2)
    part = attachment(cancelled(appointment), for_practitioner=for_practitioner, now=now())
    assert part["content_type"] == "text/calendar; method=CANCEL"
    assert int(event_of(part["text"])[1]["sequence"]) > int(moved["sequence"])


def test_the_part_of_the_mail_says_its_method() -> None:
    part = attachment(AppointmentFactory(), for_practitioner=False, now=now())
    mail = EmailMultiAlternatives("Objet", "Texte", "a@b.example", ["c@d.example"])
    mail.attach(part["name"], part["text"], part["content_type"])
    sent = message_from_bytes(mail.message().as_bytes())
    (found,) = [item for item in sent.walk() if item.get_content_type() == "text/calendar"]
    assert (found.get_param("method"), found.get_content_charset()) == ("REQUEST", "utf-8")
    assert b"BEGIN:VEVENT" in found.get_payload(decode=True)


def test_nothing_of_the_client_but_the_name_and_only_for_the_practitioner() -> None:
    appointment = AppointmentFactory(contact_phone="+33612345678")
    mine = file_of(appointment, for_practitioner=False, now=now())
    theirs = file_of(appointment, for_practitioner=True, now=now())
    mailed = attachment(appointment, for_practitioner=True, now=now())["text"]
    assert "Bernard" not in mine
    assert "Bernard" in theirs
    assert appointment.contact_email not in mine + theirs + mailed
    assert "612345678" not in mine + theirs + mailed


def test_lines_are_folded_at_75_octets_and_accents_come_back_whole() -> None:
    appointment = AppointmentFactory(
        service_name="Séance découverte, réflexologie « plantaire » ; pieds fatigués été comme hiver"
    )
    text = file_of(appointment, for_practitioner=True, now=now())
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    assert str(event_of(text)[1]["summary"]).startswith(appointment.service_name)


INJECTIONS = [
    "x\r\nATTENDEE:mailto:pirate@exemple.fr", "x\nEND:VEVENT\nBEGIN:VEVENT", "a\\nb;c,d:e\"f", "\x00\x0b\x1f", "\u2028ORGANIZER:x",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "ع" * 90, "\r", "^n^^'", "x" * 10_000,
]  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(name=st.one_of(st.sampled_from(INJECTIONS), st.text(max_size=200)), place=st.text(max_size=80))
def test_whatever_is_in_a_name_stays_in_its_line(name: str, place: str) -> None:
    start = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
    event = timed_event(
        uid="a@b", sequence=0, stamp=start, starts_at=start, ends_at=start + dt.timedelta(hours=1), zone="Europe/Paris",
        status="CONFIRMED", summary=name, location=place,
    )  # fmt: skip
    text = calendar_file.calendar_text([event], zones=["Europe/Paris"], name=f"Agenda {name}")
    calendar, found = event_of(text)
    assert sorted(found) == sorted(event)
    assert str(found["summary"]) == calendar_file.one_line(name)
    assert sorted(calendar) == ["NAME", "PRODID", "VERSION", "X-WR-CALNAME"]


@settings(max_examples=40, deadline=None)
@given(name=st.one_of(st.sampled_from(INJECTIONS), st.text(max_size=80)))
def test_a_mail_has_one_attendee_whatever_the_client_is_called(name: str) -> None:
    start = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
    appointment = Appointment(
        reference="RDV1", practitioner=Practitioner(professional_email="claire@exemple.fr"), service_name=name,
        contact_first_name=name, starts_at=start, ends_at=start + dt.timedelta(hours=1), timezone="Europe/Paris",
        status=Status.CONFIRMED,
    )  # fmt: skip
    _calendar, event = event_of(attachment(appointment, for_practitioner=True, now=start)["text"])
    assert event["attendee"] == "mailto:claire@exemple.fr"
    assert sorted(event) == [
        "ATTENDEE",
        "DTEND",
        "DTSTAMP",
        "DTSTART",
        "ORGANIZER",
        "SEQUENCE",
        "STATUS",
        "SUMMARY",
        "UID",
    ]
