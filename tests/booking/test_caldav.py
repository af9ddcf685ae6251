"""Two ways with a real CalDAV server (Radicale): what is read, what is written, and who wins."""

import datetime as dt
import re
from typing import Any

import pytest
from icalendar import Calendar

from booking import lifecycle
from booking.actions import calendars
from booking.calendars.caldav_client import CalDavClient, Lost
from booking.calendars.faults import Error
from booking.models import Appointment, AppointmentEvent, CalendarConnection, ExternalBusy, PublishedEvent, Status
from common.clock import now
from tests.booking.calendar_cases import HOUR, at, busy, lasting, link, sync
from tests.factories.booking import AppointmentFactory
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.radicale import PASSWORD, Radicale

pytestmark = pytest.mark.django_db


@pytest.fixture
def practitioner() -> Any:
    return PractitionerFactory()


def only_event(radicale: Radicale) -> Any:
    (text,) = radicale.files().values()
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event


def cancel(appointment: Appointment) -> None:
    appointment.cancelled_at = now()
    lifecycle.move(appointment, lifecycle.Step.CANCEL_BY_CLIENT, by=AppointmentEvent.By.CLIENT, now=now())


# Signing in


def test_calendars_of_the_account_are_found_from_the_address_of_the_server(radicale: Radicale) -> None:
    radicale.make_calendar("perso")
    client = CalDavClient(radicale.url, radicale.user, PASSWORD)
    assert sorted(item.name for item in client.calendars()) == [f"{radicale.user}/agenda", f"{radicale.user}/perso"]
    assert all(item.writable for item in client.calendars())


@pytest.mark.parametrize("path", ["/", "/praticien/inconnu/", "/quelque/part"])
def test_a_wrong_password_is_said_and_nothing_is_linked(radicale: Radicale, practitioner: Any, path: str) -> None:
    with pytest.raises(calendars.CalendarNotLinked) as refused:
        calendars.link_caldav(
            practitioner=practitioner,
            label="",
            address=radicale.url + path,
            account=radicale.user,
            password="faux",
            now=now(),
        )
    assert refused.value.fault.error == Error.REFUSED
    assert not CalendarConnection.objects.exists()


def test_a_password_is_never_sent_in_the_clear(radicale: Radicale, practitioner: Any, settings: Any) -> None:
    settings.CALENDARS_MAY_BE_PRIVATE = False
    with pytest.raises(calendars.CalendarNotLinked) as refused:
        calendars.link_caldav(
            practitioner=practitioner, label="", address="http://exemple.fr/", account="a", password="b", now=now()
        )
    assert refused.value.fault.error == Error.FORBIDDEN_ADDRESS


def test_neither_password_nor_address_is_readable_in_the_database(radicale: Radicale, practitioner: Any) -> None:
    connection = link(radicale, practitioner)
    row = CalendarConnection.objects.filter(pk=connection.pk).values().get()
    assert not any(PASSWORD in str(value) or radicale.url in str(value) for value in row.values())


# Reading


def test_events_over_there_take_time_here(radicale: Radicale, practitioner: Any) -> None:
    radicale.put("dentiste", *lasting(30))
    connection = sync(link(radicale, practitioner))
    assert connection.state == CalendarConnection.State.WORKING
    assert busy(practitioner) == [(at(30), at(31))]


def test_only_what_changed_is_asked_for_and_deletions_are_followed(radicale: Radicale, practitioner: Any) -> None:
    for name, hours in (("un", 30), ("deux", 40), ("trois", 50)):
        radicale.put(name, *lasting(hours))
    connection = sync(link(radicale, practitioner))
    first = set(ExternalBusy.objects.values_list("pk", flat=True))
    radicale.put("deux", *lasting(42))
    radicale.ask("DELETE", "trois.ics")
    radicale.put("quatre", *lasting(60))
    sync(connection)
    assert busy(practitioner) == [(at(30), at(31)), (at(42), at(43)), (at(60), at(61))]
    assert len(first & set(ExternalBusy.objects.values_list("pk", flat=True))) == 1


def test_a_token_the_server_forgot_means_reading_all_of_it_and_losing_nothing(
    radicale: Radicale, practitioner: Any
) -> None:
    radicale.put("un", *lasting(30))
    connection = sync(link(radicale, practitioner))
    connection.calendars.update(sync_token="http://radicale.org/ns/sync/oublie")
    radicale.put("deux", *lasting(40))
    radicale.ask("DELETE", "un.ics")
    assert sync(connection).state == CalendarConnection.State.WORKING
    assert busy(practitioner) == [(at(40), at(41))]
    assert connection.calendars.get().sync_token.startswith("http://radicale.org/ns/sync/")


def test_a_series_is_expanded_with_its_exceptions(radicale: Radicale, practitioner: Any) -> None:
    start, end = lasting(30)
    radicale.put("serie", start, end, "RRULE:FREQ=DAILY;COUNT=4", "EXDATE:" + start.partition(":")[2])
    sync(link(radicale, practitioner))
    assert busy(practitioner) == [(at(30 + 24 * day), at(31 + 24 * day)) for day in (1, 2, 3)]


def test_an_access_withdrawn_over_there_closes_what_was_known_and_says_so(
    radicale: Radicale, practitioner: Any
) -> None:
    radicale.put("un", *lasting(30))
    connection = sync(link(radicale, practitioner))
    calendars.credentials.keep(connection, {"address": radicale.url, "password": "retiré"})
    connection = sync(connection)
    assert (connection.state, connection.last_error) == ("refused", Error.REFUSED)
    assert busy(practitioner) == [(at(30), at(31))]
    with pytest.raises(calendars.CalendarNotLinked):
        calendars.sign_in_again(connection=connection, password="encore faux", now=now())
    calendars.sign_in_again(connection=connection, password=PASSWORD, now=now())
    assert sync(connection).state == "working"


# Writing


def test_an_appointment_is_written_once_and_moves_and_goes_with_itself(radicale: Radicale, practitioner: Any) -> None:
    appointment = AppointmentFactory(practitioner=practitioner, starts_at=at(30))
    connection = sync(link(radicale, practitioner))
    event = only_event(radicale)
    assert event["uid"] == f"{appointment.reference.lower()}@monprodubienetre.example"
    assert (event.start, event.end) == (at(30), at(31))
    assert sync(connection).state == "working"
    assert len(radicale.files()) == 1
    assert busy(practitioner) == []
    Appointment.objects.filter(pk=appointment.pk).update(
        starts_at=at(33), ends_at=at(34), busy_start=at(33), busy_end=at(34), calendar_sequence=1
    )
    sync(connection)
    moved = only_event(radicale)
    assert (moved.start, moved["uid"]) == (at(33), event["uid"])
    assert int(moved["sequence"]) > int(event["sequence"])
    appointment.refresh_from_db()
    cancel(appointment)
    sync(connection)
    assert radicale.files() == {}
    assert not PublishedEvent.objects.exists()


@pytest.mark.parametrize(("names", "shown"), [("none", ""), ("first", "Léa"), ("full", "Léa Bernard")])
def test_of_the_client_only_the_name_and_only_as_much_as_was_chosen(
    radicale: Radicale, practitioner: Any, names: str, shown: str
) -> None:
    appointment = AppointmentFactory(practitioner=practitioner, starts_at=at(30), contact_phone="+33612345678")
    sync(link(radicale, practitioner, names=names))
    (text,) = radicale.files().values()
    summary = str(only_event(radicale)["summary"])
    assert summary == (f"{appointment.service_name} avec {shown}" if shown else appointment.service_name)
    assert appointment.contact_email not in text
    assert "612345678" not in text


def test_what_its_owner_added_over_there_stays_when_the_appointment_moves(
    radicale: Radicale, practitioner: Any
) -> None:
    """412: the event is read again, our fields are put into it, and it is written over the version just read."""
    appointment = AppointmentFactory(practitioner=practitioner, starts_at=at(30))
    connection = sync(link(radicale, practitioner))
    ((name, text),) = radicale.files().items()
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Partir\r\nTRIGGER:-PT30M\r\nEND:VALARM\r\n"
    edited = text.replace("END:VEVENT", f"DESCRIPTION:Apporter le tapis\r\n{alarm}END:VEVENT")
    assert radicale.ask("PUT", name, data=edited.encode()).status_code in {201, 204}
    Appointment.objects.filter(pk=appointment.pk).update(
        starts_at=at(33), ends_at=at(34), busy_start=at(33), busy_end=at(34)
    )
    connection.calendars.update(is_read=False)  # so that the change over there is met by the writing alone
    assert sync(connection).state == "working"
    event = only_event(radicale)
    assert (event.start, str(event["description"])) == (at(33), "Apporter le tapis")
    assert [part.name for part in event.subcomponents] == ["VALARM"]


def test_moved_over_there_is_a_suggestion_and_never_a_move(radicale: Radicale, practitioner: Any) -> None:
    appointment = AppointmentFactory(practitioner=practitioner, starts_at=at(30))
    connection = sync(link(radicale, practitioner))
    ((name, text),) = radicale.files().items()
    there = re.sub(r"DTSTART[^\r]*", lasting(35)[0], re.sub(r"DTEND[^\r]*", lasting(35)[1], text))
    radicale.ask("PUT", name, data=there.encode())
    sync(connection)
    sync(connection)
    appointment.refresh_from_db()
    published = PublishedEvent.objects.get()
    assert appointment.starts_at == at(30)
    assert (published.suggested_start, published.suggested_end) == (at(35), at(36))
    assert only_event(radicale).start == at(35)
    calendars.put_back(event=published, now=now())
    sync(connection)
    assert only_event(radicale).start == at(30)
    assert PublishedEvent.objects.get().suggested_start is None


def test_deleted_over_there_leaves_the_appointment_and_a_note(radicale: Radicale, practitioner: Any) -> None:
    appointment = AppointmentFactory(practitioner=practitioner, starts_at=at(30))
    connection = sync(link(radicale, practitioner))
    (name,) = radicale.files()
    radicale.ask("DELETE", name)
    sync(connection)
    sync(connection)
    appointment.refresh_from_db()
    published = PublishedEvent.objects.get()
    assert (appointment.status, radicale.files()) == (Status.CONFIRMED, {})
    assert published.removed_outside_at is not None
    calendars.put_back(event=published, now=now())
    sync(connection)
    assert only_event(radicale).start == at(30)


def test_deleted_over_there_comes_back_when_the_appointment_moves(radicale: Radicale, practitioner: Any) -> None:
    appointment = AppointmentFactory(practitioner=practitioner, starts_at=at(30))
    connection = sync(link(radicale, practitioner))
    radicale.ask("DELETE", next(iter(radicale.files())))
    sync(connection)
    Appointment.objects.filter(pk=appointment.pk).update(
        starts_at=at(33), ends_at=at(34), busy_start=at(33), busy_end=at(34)
    )
    sync(connection)
    assert only_event(radicale).start == at(33)


def test_a_whole_reading_that_does_not_name_ours_is_no_deletion(radicale: Radicale, practitioner: Any) -> None:
    AppointmentFactory(practitioner=practitioner, starts_at=at(30))
    connection = sync(link(radicale, practitioner))
    ((name, text),) = radicale.files().items()
    far = dt.datetime(2035, 1, 1, tzinfo=dt.UTC)
    there = re.sub(
        r"DTSTART[^\r]*",
        f"DTSTART:{far:%Y%m%dT%H%M%SZ}",
        re.sub(r"DTEND[^\r]*", f"DTEND:{far + HOUR:%Y%m%dT%H%M%SZ}", text),
    )
    radicale.ask("PUT", name, data=there.encode())
    connection.calendars.update(listed_at=None)
    sync(connection)
    assert PublishedEvent.objects.get().removed_outside_at is None


def test_after_a_kill_between_the_request_and_its_answer_nothing_is_twice(
    radicale: Radicale, practitioner: Any
) -> None:
    AppointmentFactory(practitioner=practitioner, starts_at=at(30))
    connection = sync(link(radicale, practitioner))
    before = PublishedEvent.objects.get()
    PublishedEvent.objects.update(etag="", written="", sequence=0)
    sync(connection)
    after = PublishedEvent.objects.get()
    assert (after.etag, after.written) == (before.etag, before.written)
    assert len(radicale.files()) == 1


def test_the_etag_decides_and_a_stale_one_is_refused(radicale: Radicale, practitioner: Any) -> None:
    radicale.put("un", *lasting(30))
    client = CalDavClient(radicale.url, radicale.user, PASSWORD)
    href = radicale.calendar + "un.ics"
    text, etag = client.get(href) or (b"", "")
    radicale.put("un", *lasting(31))
    with pytest.raises(Lost):
        client.put(href, text.decode(), etag=etag)
    with pytest.raises(Lost):
        client.put(href, text.decode(), etag="")
    with pytest.raises(Lost):
        client.delete(href, etag=etag)


def test_unlinking_erases_what_is_known_and_leaves_the_appointments(radicale: Radicale, practitioner: Any) -> None:
    appointment = AppointmentFactory(practitioner=practitioner, starts_at=at(30))
    radicale.put("un", *lasting(40))
    connection = sync(link(radicale, practitioner))
    calendars.unlink(connection=connection, now=now())
    assert not CalendarConnection.objects.exists()
    assert busy(practitioner) == []
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED
