"""The pages where a practitioner books for a client and blocks time: found by two letters, nothing typed is lost."""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from booking.actions import office_booking
from booking.actions.office_booking import Stretch
from booking.models import Appointment, ClientRecord, Closure
from practitioners.models import Practitioner
from tests.booking.conftest import free_start
from tests.booking.test_office_booking import at, record_of
from tests.factories.booking import AppointmentFactory, bookable_practitioner
from tests.factories.practitioners import PractitionerFactory

AGENDA = "/espace-praticien/agenda"
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def office(client: Client, login_as) -> Practitioner:
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    return practitioner


@pytest.mark.django_db
class TestPages:
    def new(self, client: Client, path: str, data: dict[str, Any] | None = None) -> Any:
        return client.post(f"{AGENDA}/{path}", data) if data is not None else client.get(f"{AGENDA}/{path}")

    def test_a_client_is_found_by_two_letters_and_one_letter_finds_nobody(
        self, client: Client, office: Practitioner
    ) -> None:
        record = record_of(office)
        record_of(PractitionerFactory(), last_name="Bertrand")
        found = client.get(f"{AGENDA}/clients/?q=be&jour=2027-06-01").json()["results"]
        assert [row["label"] for row in found] == ["Léa Bernard"]
        assert found[0]["url"] == f"{AGENDA}/rendez-vous/?jour=2027-06-01&client={record.pk}"
        assert client.get(f"{AGENDA}/clients/?q=b").json()["results"] == []
        listed = self.new(client, "rendez-vous/?q=BÉR").content.decode()
        assert "Léa Bernard" in listed

    def test_from_the_client_to_the_appointment(self, client: Client, office: Practitioner) -> None:
        record, service = record_of(office), office.services.get()
        start = free_start(office, service, 30)
        day = start.astimezone(PARIS).date()
        path = f"rendez-vous/?client={record.pk}&jour={day}"
        page = self.new(client, path).content.decode()
        assert start.isoformat() in page
        answer = self.new(client, path, {"service": service.pk, "day": day, "slot": start.isoformat(), "tell": "1"})
        appointment = Appointment.objects.get()
        assert answer.status_code == 302
        assert answer["Location"] == f"{AGENDA}/?vue=jour&jour={day}#rdv-{appointment.reference}"
        assert (appointment.starts_at, appointment.record) == (start, record)

    def test_a_new_client_without_an_address_and_a_time_of_ones_own_choice(
        self, client: Client, office: Practitioner
    ) -> None:
        day = at(3, 9).date()
        typed = {"first_name": "Zoé", "last_name": "Perrot", "email": "", "phone": "06 12 34 56 78"}
        data = {**typed, "service": office.services.get().pk, "day": day, "slot": "autre", "start": "10:10"}
        assert self.new(client, "rendez-vous/?client=nouveau", data).status_code == 302
        appointment = Appointment.objects.get()
        assert appointment.starts_at == at(3, 10, 10)
        assert appointment.record.phone == "+33612345678"

    def test_outside_the_hours_the_form_asks_again_and_loses_nothing(
        self, client: Client, office: Practitioner
    ) -> None:
        data: dict[str, Any] = {
            "first_name": "Zoé", "last_name": "Perrot", "email": "zoe@exemple.fr", "phone": "",
            "service": office.services.get().pk, "day": at(3, 9).date(), "slot": "autre", "start": "21:00",
        }  # fmt: skip
        answer = self.new(client, "rendez-vous/?client=nouveau", data)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "en dehors de vos heures" in page
        assert 'name="despite"' in page
        assert 'value="zoe@exemple.fr"' in page
        assert 'value="21:00"' in page
        assert not ClientRecord.objects.exists()
        assert self.new(client, "rendez-vous/?client=nouveau", {**data, "despite": "1"}).status_code == 302

    def test_a_taken_time_is_a_409_and_a_known_address_leads_to_its_record(
        self, client: Client, office: Practitioner
    ) -> None:
        known = record_of(office)
        AppointmentFactory(practitioner=office, starts_at=at(3, 10))
        data = {
            "first_name": "Zoé", "last_name": "Perrot", "email": "zoe@exemple.fr", "phone": "",
            "service": office.services.get().pk, "day": at(3, 9).date(), "slot": "autre", "start": "10:30",
        }  # fmt: skip
        taken = self.new(client, "rendez-vous/?client=nouveau", data)
        assert taken.status_code == 409
        assert "vient d’être pris" in taken.content.decode()
        twice = self.new(client, "rendez-vous/?client=nouveau", {**data, "start": "14:00", "email": known.email})
        assert twice.status_code == 409
        assert f"client={known.pk}" in twice.content.decode()

    def test_the_times_of_another_day_are_shown_without_booking(self, client: Client, office: Practitioner) -> None:
        record, service = record_of(office), office.services.get()
        start = free_start(office, service, 60)
        data = {"service": service.pk, "day": start.astimezone(PARIS).date(), "voir": "1"}
        page = self.new(client, f"rendez-vous/?client={record.pk}", data)
        assert page.status_code == 200
        assert start.isoformat() in page.content.decode()
        assert not Appointment.objects.exists()

    def test_blocking_asks_once_more_when_something_is_inside(self, client: Client, office: Practitioner) -> None:
        AppointmentFactory(practitioner=office, starts_at=at(3, 10))
        day = at(3, 9).date()
        data = {"first_day": day, "start": "09:00", "end": "12:00", "note": "Banque"}
        asked = self.new(client, "blocages/", data)
        assert asked.status_code == 409
        assert "Léa Bernard" in asked.content.decode()
        assert not Closure.objects.exists()
        assert self.new(client, "blocages/", {**data, "despite": "1"}).status_code == 302
        block = Closure.objects.get()
        assert (block.kind, block.note) == ("block", "Banque")
        moved = {"first_day": day, "start": "14:00", "end": "15:00", "note": "Banque"}
        assert self.new(client, f"blocages/{block.pk}/", moved).status_code == 302
        block.refresh_from_db()
        assert block.start == dt.time(14)
        assert self.new(client, f"blocages/{block.pk}/retirer/", {}).status_code == 302
        assert not Closure.objects.exists()

    def test_a_drag_fills_the_form_of_a_block(self, client: Client, office: Practitioner) -> None:
        day = at(3, 9).date()
        block = office_booking.block(practitioner=office, stretch=Stretch(day, day, dt.time(9), dt.time(10))).blocks[0]
        later = day + dt.timedelta(days=1)
        answer = client.get(
            f"{AGENDA}/blocages/{block.pk}/?day={later}&start=13:15&minutes=45", HTTP_HX_AGENDA_DIALOG="1"
        )
        page = answer.content.decode()
        assert "<html" not in page
        assert {f'value="{later}"', 'value="13:15"', 'value="14:00"'} <= set(re.findall(r'value="[^"]*"', page))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"first_day": ""},
            {"first_day": "2027-99-99"},
            {"first_day": "0001-01-01"},
            {"first_day": "9999-12-31"},
            {"start": "12:00", "end": ""},
            {"start": "12:00", "end": "11:00"},
            {"start": "99:99", "end": "x"},
            {"last_day": "2020-01-01"},
            {"until": "2999-01-01"},
            {"note": "x" * 10_000},
            {"place": "999999999999999999999"},
        ],
    )
    def test_a_wrong_block_is_refused_whole(self, client: Client, office: Practitioner, wrong: dict[str, str]) -> None:
        data = {"first_day": str(at(3, 9).date()), "start": "09:00", "end": "10:00", "note": "😀 \u202eBanque"} | wrong
        answer = self.new(client, "blocages/", data)
        expected = 302 if "place" in wrong else 422  # a field that one place alone does not have
        assert answer.status_code == expected
        assert Closure.objects.exists() is ("place" in wrong)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"service": "x"},
            {"service": "9" * 30},
            {"day": "hier"},
            {"slot": "", "start": ""},
            {"slot": "x" * 10_000},
            {"start": "25:00"},
            {"first_name": ""},
            {"last_name": "x" * 10_000},
            {"email": "pas-une-adresse"},
            {"phone": "12"},
        ],
    )
    def test_a_wrong_booking_is_refused_whole(
        self, client: Client, office: Practitioner, wrong: dict[str, str]
    ) -> None:
        data = {
            "first_name": "Zoé", "last_name": "Perrot", "email": "zoe@exemple.fr", "phone": "0612345678",
            "service": str(office.services.get().pk), "day": str(at(3, 9).date()), "slot": "autre", "start": "10:00",
        }  # fmt: skip
        answer = self.new(client, "rendez-vous/?client=nouveau", {**data, **wrong})
        assert answer.status_code in {422, 302}
        assert (answer.status_code == 302) is Appointment.objects.exists()
        if answer.status_code == 422:
            kept = "zoe@exemple.fr" if "email" not in wrong else "pas-une-adresse"
            assert kept in answer.content.decode()

    def test_anothers_record_and_block_do_not_exist(self, client: Client, office: Practitioner) -> None:
        other = PractitionerFactory()
        page = self.new(client, f"rendez-vous/?client={record_of(other).pk}").content.decode()
        assert "Léa" not in page
        day = at(3, 9).date()
        block = office_booking.block(practitioner=other, stretch=Stretch(day, day, note="Secret")).blocks[0]
        assert self.new(client, f"blocages/{block.pk}/").status_code == 404
        assert self.new(client, f"blocages/{block.pk}/retirer/", {}).status_code == 404
        closed = Closure.objects.create(practitioner=office, first_day=day, last_day=day)
        assert self.new(client, f"blocages/{closed.pk}/").status_code == 404
