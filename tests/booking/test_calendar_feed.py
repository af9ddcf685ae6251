"""The private feed: a key that can be withdrawn, and nothing of clients but what was chosen."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from icalendar import Calendar

from booking.actions import calendars
from booking.calendars import feed
from booking.models import CalendarFeed, GroupSession, Status
from common.clock import now
from common.logs import mask_address
from practitioners.models import Practitioner
from tests.booking.calendar_cases import at
from tests.factories.booking import AppointmentFactory, HeldFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def practitioner() -> Any:
    return PractitionerFactory()


def path_of(found: CalendarFeed) -> str:
    return "/" + feed.address_of(found).split("/", 3)[3]


def opened(practitioner: Any, **more: Any) -> str:
    return path_of(calendars.new_feed(practitioner=practitioner, now=now(), **more))


def events(answer: Any) -> list[Any]:
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_the_feed_shows_what_is_booked_within_its_window_and_nothing_else(client: Client, practitioner: Any) -> None:
    shown = [AppointmentFactory(practitioner=practitioner, starts_at=at(hours)) for hours in (30, -24 * 20, 24 * 360)]
    shown.append(AppointmentFactory(practitioner=practitioner, starts_at=at(60), status=Status.DONE))
    asked = AppointmentFactory(practitioner=practitioner, starts_at=at(40), status=Status.REQUESTED, answer_by=at(20))
    AppointmentFactory(
        practitioner=practitioner, starts_at=at(50), status=Status.CANCELLED_BY_CLIENT, cancelled_at=now()
    )
    AppointmentFactory(practitioner=practitioner, starts_at=at(-24 * 32), status=Status.DONE)
    AppointmentFactory(practitioner=practitioner, starts_at=at(24 * 370))
    HeldFactory(practitioner=practitioner, starts_at=at(80))
    AppointmentFactory(starts_at=at(30))
    answer = client.get(opened(practitioner))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    found = {str(event["uid"]).partition("@")[0].upper(): event for event in events(answer)}
    assert set(found) == {row.reference for row in (*shown, asked)}
    assert str(found[asked.reference]["status"]) == "TENTATIVE"


def test_a_group_session_is_one_event_with_its_seats(client: Client, practitioner: Any) -> None:
    service = practitioner.services.first()
    group = GroupSession.objects.create(
        practitioner=practitioner, service=service, mode="cabinet", starts_at=at(30), ends_at=at(31), busy_start=at(30),
        busy_end=at(31), timezone="Europe/Paris", seats=8,
    )  # fmt: skip
    for _seat in range(2):
        AppointmentFactory(practitioner=practitioner, starts_at=at(30), group=group)
    (event,) = events(client.get(opened(practitioner)))
    assert str(event["summary"]) == f"{service.name} (2 places sur 8)"


@pytest.mark.parametrize(("names", "shown"), [("none", ""), ("first", "Léa"), ("full", "Léa Bernard")])
def test_of_clients_only_as_much_of_the_name_as_was_chosen(
    client: Client, practitioner: Any, names: str, shown: str
) -> None:
    row = AppointmentFactory(practitioner=practitioner, starts_at=at(30), contact_phone="+33612345678")
    answer = client.get(opened(practitioner, names=names))
    (event,) = events(answer)
    assert str(event["summary"]) == (f"{row.service_name} avec {shown}" if shown else row.service_name)
    text = answer.content.decode()
    assert row.contact_email not in text
    assert "612345678" not in text
    assert "ATTENDEE" not in text


def test_a_new_address_closes_the_old_one_at_once(client: Client, practitioner: Any) -> None:
    old = opened(practitioner)
    new = opened(practitioner)
    assert (client.get(old).status_code, client.get(new).status_code) == (410, 200)
    assert CalendarFeed.objects.get(revoked_at=None).secret
    assert not CalendarFeed.objects.exclude(revoked_at=None).get().secret
    calendars.stop_feed(practitioner=practitioner, now=now())
    assert client.get(new).status_code == 410


def test_there_is_never_more_than_one_live_address(practitioner: Any) -> None:
    opened(practitioner)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(practitioner=practitioner, token_hash="x", created_at=now())


@pytest.mark.parametrize("token", ["faux", "x" * 3000, "é%20è", "..%2F..", "%00"])
def test_an_address_that_opens_nothing(client: Client, token: str) -> None:
    assert client.get(f"/rendez-vous/agenda/{token}.ics").status_code in {400, 404}


def test_an_unchanged_feed_is_not_sent_again(client: Client, practitioner: Any) -> None:
    appointment = AppointmentFactory(practitioner=practitioner, starts_at=at(30))
    path = opened(practitioner)
    first = client.get(path)
    again = client.get(path, HTTP_IF_NONE_MATCH=f'"autre", W/{first["ETag"]}')
    assert (again.status_code, again.content) == (304, b"")
    appointment.service_name = "Autre séance"
    appointment.save()
    assert client.get(path, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_it_is_private_to_its_reader_and_unknown_to_search_engines(client: Client, practitioner: Any) -> None:
    path = opened(practitioner)
    answer = client.get(path)
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Cache-Control"] == "private, no-cache"
    assert not answer.cookies
    token = path.rsplit("/", 1)[1].removesuffix(".ics")
    assert token not in mask_address(f"GET {path}")
    row = CalendarFeed.objects.values().get()
    assert not any(token in str(value) for value in row.values())
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


def test_it_stops_with_the_practitioner(client: Client, practitioner: Any) -> None:
    path = opened(practitioner)
    Practitioner.objects.filter(pk=practitioner.pk).update(status=Practitioner.Status.ENDED)
    assert client.get(path).status_code == 410


def test_a_year_of_appointments_costs_a_bounded_number_of_queries(
    client: Client, practitioner: Any, django_assert_max_num_queries: Any
) -> None:
    for day in range(40):
        AppointmentFactory(practitioner=practitioner, starts_at=at(24 * (day + 1)))
    path = opened(practitioner)
    with django_assert_max_num_queries(6):
        assert len(events(client.get(path))) == 40


def test_when_it_was_last_read_is_known_to_the_hour(client: Client, practitioner: Any) -> None:
    path = opened(practitioner)
    client.get(path)
    row = CalendarFeed.objects.get()
    assert row.last_read_at is not None
    client.get(path)
    assert CalendarFeed.objects.get().last_read_at == row.last_read_at
    assert now() - row.last_read_at < dt.timedelta(minutes=1)
