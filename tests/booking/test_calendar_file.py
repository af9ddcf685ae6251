"""The ICS file."""

import datetime as dt

import pytest
from icalendar import Calendar

from booking.calendar_file import file_of
from booking.models import Status
from common.clock import now
from tests.factories.booking import AppointmentFactory

pytestmark = pytest.mark.django_db


def event_of(text: str):
    calendar = Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "America/Guadeloupe"])
def test_the_event_is_at_its_instant_on_the_clock_of_its_place(zone: str) -> None:
    start = dt.datetime(2026, 10, 26, 8, tzinfo=dt.UTC)
    appointment = AppointmentFactory(starts_at=start, timezone=zone)
    calendar, event = event_of(file_of(appointment, for_practitioner=False, now=now()))
    assert event["dtstart"].dt == start
    assert event["dtstart"].params["TZID"] == zone
    assert [str(item["tzid"]) for item in calendar.walk("VTIMEZONE")] == [zone]


def test_the_same_event_before_and_after_cancelling() -> None:
    appointment = AppointmentFactory()
    before, event = event_of(file_of(appointment, for_practitioner=True, now=now()))
    appointment.status, appointment.cancelled_at, appointment.calendar_sequence = Status.CANCELLED_BY_CLIENT, now(), 1
    after, cancelled = event_of(file_of(appointment, for_practitioner=True, now=now()))
    assert (before["method"], after["method"]) == ("PUBLISH", "CANCEL")
    assert event["uid"] == cancelled["uid"]
    assert cancelled["sequence"] > event["sequence"]
    assert cancelled["status"] == "CANCELLED"


def test_nothing_of_the_client_but_the_name_and_only_for_the_practitioner() -> None:
    appointment = AppointmentFactory(contact_phone="+33612345678")
    mine = file_of(appointment, for_practitioner=False, now=now())
    theirs = file_of(appointment, for_practitioner=True, now=now())
    assert "Bernard" not in mine
    assert "Bernard" in theirs
    assert appointment.contact_email not in mine + theirs
    assert "612345678" not in mine + theirs
