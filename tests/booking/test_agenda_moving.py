"""Moving an appointment from the agenda: the form, what it changes said first, the move, and who else moved it meanwhile."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.test import Client

from booking.actions import office_booking
from booking.actions.office_booking import Stretch
from booking.models import Appointment, Status
from practitioners.models import Practitioner
from tests.factories.booking import AppointmentFactory, PaymentFactory, bookable_practitioner

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
TUESDAY = dt.date(2027, 6, 1)
MORNING = dt.datetime(2027, 5, 31, 8, tzinfo=dt.UTC)
DIALOG = {"HTTP_HX_AGENDA_DIALOG": "1"}


@pytest.fixture(autouse=True)
def on_the_day_before():
    with time_machine.travel(MORNING, tick=False):
        yield


def at(hour: int, minute: int = 0, day: dt.date = TUESDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), PARIS)


@pytest.fixture
def office(client: Client, login_as) -> Practitioner:
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    return practitioner


@pytest.fixture
def booked(office: Practitioner) -> Appointment:
    return AppointmentFactory(practitioner=office, starts_at=at(14, 30), contact_email="lea@exemple.fr")


def path(appointment: Appointment) -> str:
    return f"/espace-praticien/rendez-vous/{appointment.reference}/deplacer/"


def look(client: Client, appointment: Appointment, start: str, day: dt.date = TUESDAY, **more: Any) -> Any:
    return client.get(path(appointment), {"day": day, "start": start, **more}, **DIALOG)


def move(client: Client, appointment: Appointment, start: str, day: dt.date = TUESDAY, **more: Any) -> Any:
    data = {"day": day, "start": start, "was": appointment.starts_at.isoformat(), **more}
    return client.post(path(appointment), data)


def test_without_scripts_a_form_then_what_it_changes_then_the_move(client: Client, booked: Appointment) -> None:
    form = client.get(path(booked)).content.decode()
    assert 'method="get"' in form
    assert {'value="2027-06-01"', 'value="14:30"', 'value="60"'} <= set(form.split())
    shown = client.get(path(booked), {"day": TUESDAY, "start": "16:00", "minutes": "75"})
    words = shown.content.decode()
    assert shown.status_code == 200
    assert "mardi 1er\u00a0juin 2027" in words
    assert "14:30–15:30" in words
    assert "16:00–17:15" in words
    assert "Prévenir Léa Bernard par e-mail" in words
    booked.refresh_from_db()
    assert booked.starts_at == at(14, 30)
    answer = move(client, booked, "16:00", minutes="75")
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?vue=jour&jour=2027-06-01#rdv-{booked.reference}")
    booked.refresh_from_db()
    assert (booked.starts_at, booked.ends_at) == (at(16), at(17, 15))


@pytest.mark.parametrize("tell", [True, False])
def test_the_client_is_told_by_choice(
    client: Client, booked: Appointment, tell: bool, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        move(client, booked, "16:00", **({"tell": "1"} if tell else {}))
    assert [message.to for message in mail.outbox] == ([["lea@exemple.fr"]] if tell else [])


def test_the_dialog_is_a_piece_of_page_and_its_success_says_what_to_read_anew(
    client: Client, booked: Appointment
) -> None:
    piece = look(client, booked, "16:00").content.decode()
    assert "<html" not in piece
    assert "Laisser à sa place" in piece
    data = {"day": TUESDAY, "start": "16:00", "was": booked.starts_at.isoformat()}
    answer = client.post(path(booked), data, **DIALOG)
    assert answer.status_code == 204
    assert f"rdv-{booked.reference}" in answer["Agenda-Changed"]


def test_another_appointment_in_the_way_is_a_409_that_shows_both(client: Client, booked: Appointment) -> None:
    AppointmentFactory(
        practitioner=booked.practitioner, starts_at=at(16), contact_first_name="Marc", contact_last_name="Petit"
    )
    for answer in (look(client, booked, "16:30"), move(client, booked, "16:30", despite="1")):
        words = answer.content.decode()
        assert answer.status_code == 409
        assert "Marc Petit" in words
        assert "16:00–17:00" in words
        assert "16:30–17:30" in words
        assert "Choisir un autre horaire" in words
    booked.refresh_from_db()
    assert booked.starts_at == at(14, 30)


def test_its_own_pause_counts_against_the_next_one(client: Client, office: Practitioner) -> None:
    busy = {"busy_start": at(13), "busy_end": at(14, 15)}
    one = AppointmentFactory(practitioner=office, starts_at=at(13), **busy)
    AppointmentFactory(practitioner=office, starts_at=at(16))
    assert look(client, one, "15:00").status_code == 409
    assert look(client, one, "14:45").status_code == 200


def test_a_time_of_ones_own_and_the_closing_hour_warn_and_let_pass(client: Client, booked: Appointment) -> None:
    stretch = Stretch(TUESDAY, TUESDAY, dt.time(9), dt.time(10), note="Banque")
    office_booking.block(practitioner=booked.practitioner, stretch=stretch)
    for start, words in (("09:30", ("Banque", "Léa Bernard")), ("20:00", ("en dehors de vos heures",))):
        shown = look(client, booked, start)
        assert shown.status_code == 200
        assert all(word in shown.content.decode() for word in words)
        assert 'name="despite"' in shown.content.decode()
    assert move(client, booked, "09:30").status_code == 409
    booked.refresh_from_db()
    assert booked.starts_at == at(14, 30)
    assert move(client, booked, "09:30", despite="1").status_code == 302


def test_who_moved_it_meanwhile_is_shown_where_it_is_now(client: Client, booked: Appointment) -> None:
    was = booked.starts_at
    assert move(client, booked, "10:00").status_code == 302
    data = {"day": TUESDAY, "start": "16:00", "was": was.isoformat()}
    answer = client.post(path(booked), data)
    assert answer.status_code == 409
    words = answer.content.decode()
    assert "déplacé entre-temps" in words
    assert "10:00–11:00" in words
    assert "16:00–17:00" in words


def test_what_was_paid_is_said_to_stay(client: Client, office: Practitioner) -> None:
    paid = AppointmentFactory(practitioner=office, starts_at=at(14), advance_cents=6000, fee_cents=245)
    PaymentFactory(appointment=paid)
    assert "60,00\u00a0€" in look(client, paid, "16:00").content.decode()


def test_the_skipped_hour_is_no_time_and_the_repeated_one_is_two(client: Client, booked: Appointment) -> None:
    autumn = dt.date(2027, 10, 31)
    first, second = (look(client, booked, "02:30", autumn, **more) for more in ({}, {"again": "on"}))
    assert first.status_code == second.status_code == 200
    move(client, booked, "02:30", autumn, again="on", despite="1")
    booked.refresh_from_db()
    assert booked.starts_at == dt.datetime(2027, 10, 31, 1, 30, tzinfo=dt.UTC)
    spring = look(client, booked, "02:30", dt.date(2028, 3, 26))
    assert spring.status_code == 422
    assert "on change d’heure" in spring.content.decode()


@pytest.mark.parametrize("status", [Status.REQUESTED, Status.DONE, Status.CANCELLED_BY_CLIENT])
def test_what_cannot_be_moved_says_so_and_offers_no_button(client: Client, office: Practitioner, status: str) -> None:
    more: dict[str, Any] = {"answer_by": MORNING + dt.timedelta(hours=9)} if status == Status.REQUESTED else {}
    more |= {"cancelled_at": MORNING} if status == Status.CANCELLED_BY_CLIENT else {}
    row = AppointmentFactory(practitioner=office, starts_at=at(14), status=status, **more)
    assert "ne peut plus être déplacé" in client.get(path(row)).content.decode()
    assert 'name="was"' not in look(client, row, "16:00").content.decode()
    assert move(client, row, "16:00").status_code in {403, 409}


@pytest.mark.parametrize(
    "wrong",
    [{"day": ""}, {"day": "9999-12-31"}, {"day": "2020-01-01"}, {"start": "25:00"}, {"start": "x" * 10_000},
     {"minutes": "0"}, {"minutes": "9" * 40}, {"minutes": "-5"}, {"minutes": "😀"}, {"was": "x" * 10_000}],
)  # fmt: skip
def test_bad_input_moves_nothing(client: Client, booked: Appointment, wrong: dict[str, str]) -> None:
    data = {"day": str(TUESDAY), "start": "16:00", "minutes": "60", "was": booked.starts_at.isoformat()} | wrong
    assert client.post(path(booked), data).status_code == (409 if "was" in wrong else 422)
    booked.refresh_from_db()
    assert booked.starts_at == at(14, 30)


def test_anothers_is_not_there(client: Client, office: Practitioner) -> None:
    other = AppointmentFactory(starts_at=at(14))
    assert client.get(path(other)).status_code == 404
    assert move(client, other, "16:00").status_code == 404
