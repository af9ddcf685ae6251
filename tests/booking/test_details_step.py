"""Step 3: relatives that are kept when one says so, the address of a session at home within reach, follow-ups asked for first."""

import datetime as dt
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from booking import picker
from booking.models import Appointment, ClientRecord, OpeningRule, Relative, Status
from booking.policies.follow_up import came_before, is_first_visit
from booking.policies.home_visits import reach_of
from common.clock import now
from places.distance import km_between
from places.models import Commune
from search import geo
from tests.booking.conftest import DETAILS, Visitor, free_start
from tests.factories.booking import AppointmentFactory, bookable_practitioner
from tests.factories.places import CommuneFactory

pytestmark = pytest.mark.django_db
HOME = {"home_street": "3 rue de la Paix", "home_complement": "Bât. B", "home_postal_code": "69003"}


@pytest.fixture
def at_home():
    """Ten kilometres around a place in Lyon, at home only."""
    practitioner, service = bookable_practitioner(mode="domicile")
    practitioner.home_radius_km = 10
    practitioner.save()
    practitioner.places.update(latitude=45.76, longitude=4.85)
    OpeningRule.objects.filter(practitioner=practitioner).update(modes=["domicile"])
    return practitioner, service


def lyon_3() -> Commune:
    return CommuneFactory(
        insee="69383", name="Lyon 3e Arrondissement", postal_codes=["69003"], latitude=45.7536, longitude=4.8687
    )


def grenoble() -> Commune:
    return CommuneFactory(insee="38185", name="Grenoble", postal_codes=["38000"], latitude=45.1787, longitude=5.7148)


def held(visitor: Visitor, practitioner: Any, service: Any, number: int = 20) -> str:
    return str(visitor.hold(practitioner, service, free_start(practitioner, service, number))["Location"])


def some_time(practitioner: Any, service: Any) -> dt.datetime:
    """Follow-ups are not among the next times that search shows to everybody."""
    days = picker.next_days(practitioner=practitioner, service=service, now=now())["days"]
    return days[3].slots[0].start


class TestAtHome:
    def test_the_address_is_frozen_with_the_commune_of_its_postal_code(
        self, visitor: Visitor, documents: None, at_home: Any
    ) -> None:
        commune = lyon_3()
        visitor.details |= HOME
        path = held(visitor, *at_home)
        assert visitor.post(path, visitor.details).status_code == 302
        check = visitor.get(path.replace("coordonnees", "verifier")).content.decode()
        assert "3 rue de la Paix" in check
        assert "69003 Lyon 3e" in check
        assert visitor.consent(path.replace("coordonnees", "verifier")).status_code == 302
        row = Appointment.objects.get()
        assert row.status == Status.CONFIRMED
        assert (row.home_street, row.home_complement, row.home_postal_code) == tuple(HOME.values())
        assert row.home_commune == commune

    def test_too_far_is_said_in_kilometres_with_other_sessions_and_nothing_lost(
        self, visitor: Visitor, at_home: Any
    ) -> None:
        grenoble()
        practitioner, service = at_home
        practitioner.services.create(
            practice=service.practice, name="En visio", mode="visio", duration_minutes=60, price_cents=5000
        )
        answer = visitor.post(held(visitor, *at_home), {**visitor.details, **HOME, "home_postal_code": "38000"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Grenoble est à 93" in page
        assert "jusqu’à 10 km" in page
        assert "En visio" in page
        assert 'value="3 rue de la Paix"' in page
        assert 'value="Bernard"' in page

    def test_several_towns_of_one_code_are_chosen_among(self, visitor: Visitor, at_home: Any) -> None:
        lyon_3()
        CommuneFactory(insee="69063", name="Collonges", postal_codes=["69660"], latitude=45.82, longitude=4.84)
        chosen = CommuneFactory(
            insee="69233", name="Saint-Romain", postal_codes=["69660"], latitude=45.83, longitude=4.83
        )
        path = held(visitor, *at_home)
        answer = visitor.post(path, {**visitor.details, **HOME, "home_postal_code": "69660"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "choisissez la vôtre" in page
        assert "Collonges" in page
        again = {**visitor.details, **HOME, "home_postal_code": "69660", "home_commune": chosen.insee}
        assert visitor.post(path, again).status_code == 302
        assert Appointment.objects.get().home_commune == chosen
        assert "Collonges" in visitor.get("/rendez-vous/communes/?home_postal_code=69660").content.decode()

    @pytest.mark.parametrize("code", ["", "abc", "6900", "99999", "x" * 10_000, "６９００３", "🏠", "69003;"])
    def test_a_code_that_is_none(self, visitor: Visitor, at_home: Any, code: str) -> None:
        lyon_3()
        answer = visitor.post(held(visitor, *at_home), {**visitor.details, **HOME, "home_postal_code": code})
        assert answer.status_code == 422
        assert visitor.get("/rendez-vous/communes/", data={"home_postal_code": code}).status_code == 200

    def test_somebody_elses_commune_is_not_taken_from_the_form(self, visitor: Visitor, at_home: Any) -> None:
        lyon_3()
        far = grenoble()
        visitor.post(held(visitor, *at_home), {**visitor.details, **HOME, "home_commune": far.insee})
        assert Appointment.objects.get().home_commune != far

    def test_without_a_radius_every_commune_is_in_reach(self, at_home: Any) -> None:
        practitioner, _service = at_home
        practitioner.home_radius_km = None
        assert reach_of(practitioner).covers(grenoble())
        assert reach_of(practitioner).words == ""

    def test_a_lapsed_hold_forgets_the_address_and_the_visitors_session_does_not(
        self, visitor: Visitor, documents: None, at_home: Any
    ) -> None:
        import time_machine

        from booking.tasks import expire_holds

        lyon_3()
        visitor.details |= HOME
        path = held(visitor, *at_home)
        visitor.post(path, visitor.details)
        with time_machine.travel(now() + dt.timedelta(minutes=20)):
            expire_holds()
            row = Appointment.objects.get()
            assert (row.home_street, row.home_commune) == ("", None)
            visitor.consent(path.replace("coordonnees", "verifier"))
        row.refresh_from_db()
        assert row.status == Status.CONFIRMED
        assert row.home_street == HOME["home_street"]

    def test_distances_are_those_of_the_search(self) -> None:
        for one, other in [((45.76, 4.85), (45.18, 5.71)), ((-20.9, 55.5), (48.85, 2.35)), ((45.0, 5.0), (45.0, 5.0))]:
            dot = sum(a * b for a, b in zip(geo.unit_vector(*one), geo.unit_vector(*other), strict=True))
            assert km_between(one, other) == pytest.approx(geo.km_of(dot), abs=0.2)


class TestRelatives:
    def booking(self, visitor: Visitor, login_as: Any, **service: Any) -> tuple[Any, str]:
        user = login_as("client")
        visitor.client.force_login(user)
        practitioner, offered = bookable_practitioner(**service)
        return user, held(visitor, practitioner, offered)

    def test_one_is_kept_only_when_told_to(self, visitor: Visitor, login_as: Any) -> None:
        user, path = self.booking(visitor, login_as)
        named = {**visitor.details, "whom": "proche", "attendee_first_name": "Tom", "attendee_last_name": "Bernard"}
        visitor.post(path, named)
        assert not Relative.objects.exists()
        visitor.post(path, {**named, "keep_relative": "on"})
        visitor.post(path, {**named, "keep_relative": "on"})
        relative = Relative.objects.get()
        assert (relative.user, str(relative)) == (user, "Tom Bernard")
        assert Appointment.objects.get().relative == relative

    def test_a_known_one_is_chosen_without_typing(self, visitor: Visitor, login_as: Any) -> None:
        user, path = self.booking(visitor, login_as, accepts_minors=True)
        tom = Relative.objects.create(user=user, first_name="Tom", last_name="Bernard", is_minor=True, created_at=now())
        assert "Tom Bernard" in visitor.get(path).content.decode()
        assert visitor.post(path, {**visitor.details, "whom": f"proche-{tom.pk}"}).status_code == 302
        row = Appointment.objects.get()
        assert (row.relative, row.attendee_name, row.attendee_is_minor) == (tom, "Tom Bernard", True)
        assert f'value="proche-{tom.pk}"' in visitor.get(path).content.decode()

    def test_a_minor_is_refused_where_minors_are_not_received(self, visitor: Visitor, login_as: Any) -> None:
        user, path = self.booking(visitor, login_as)
        tom = Relative.objects.create(user=user, first_name="Tom", is_minor=True, created_at=now())
        answer = visitor.post(path, {**visitor.details, "whom": f"proche-{tom.pk}"})
        assert answer.status_code == 422
        assert "réservée aux adultes" in answer.content.decode()

    def test_nobody_chooses_somebody_elses(self, visitor: Visitor, login_as: Any) -> None:
        from tests.factories.accounts import UserFactory

        _user, path = self.booking(visitor, login_as)
        other = Relative.objects.create(user=UserFactory(), first_name="Ana", created_at=now())
        assert visitor.post(path, {**visitor.details, "whom": f"proche-{other.pk}"}).status_code == 422
        for url in (f"/compte/proches/{other.pk}/", f"/compte/proches/{other.pk}/retirer/"):
            assert visitor.post(url, {"first_name": "X", "last_name": "Y"}).status_code == 404
        assert str(Relative.objects.get()) == "Ana"

    def test_the_list_is_added_to_changed_and_emptied(self, visitor: Visitor, login_as: Any) -> None:
        visitor.client.force_login(login_as("client"))
        named = {"first_name": "Tom", "last_name": "Bernard", "is_minor": "on"}
        assert visitor.post("/compte/proches/", {**named, "last_name": ""}).status_code == 422
        assert visitor.post("/compte/proches/", named).status_code == 302
        relative = Relative.objects.get()
        visitor.post(f"/compte/proches/{relative.pk}/", {"first_name": "Tim", "last_name": "Bernard"})
        relative.refresh_from_db()
        assert (str(relative), relative.is_minor) == ("Tim Bernard", False)
        row = AppointmentFactory(relative=relative, for_relative=True, attendee_first_name="Tim")
        visitor.post(f"/compte/proches/{relative.pk}/retirer/")
        row.refresh_from_db()
        assert (Relative.objects.count(), row.relative, row.attendee_first_name) == (0, None, "Tim")

    def test_twenty_at_most(self, visitor: Visitor, login_as: Any) -> None:
        user, path = self.booking(visitor, login_as)
        for number in range(20):
            Relative.objects.create(user=user, first_name=f"N{number}", created_at=now())
        assert visitor.post("/compte/proches/", {"first_name": "Un", "last_name": "De trop"}).status_code == 422
        kept = {"whom": "proche", "attendee_first_name": "Un", "attendee_last_name": "De trop", "keep_relative": "on"}
        answer = visitor.post(path, {**visitor.details, **kept})
        assert answer.status_code == 422
        assert 'value="De trop"' in answer.content.decode()

    def test_without_an_account_nothing_is_kept(self, visitor: Visitor) -> None:
        practitioner, service = bookable_practitioner()
        path = held(visitor, practitioner, service)
        assert "keep_relative" not in visitor.get(path).content.decode()
        assert "/compte/connexion/" in visitor.get("/compte/proches/")["Location"]


class TestReminderBySms:
    def test_it_needs_a_number(self, visitor: Visitor) -> None:
        path = held(visitor, *bookable_practitioner())
        answer = visitor.post(path, {**visitor.details, "phone": "", "sms_reminder": "on"})
        assert answer.status_code == 422
        assert "numéro de mobile" in answer.content.decode()
        assert visitor.post(path, {**visitor.details, "sms_reminder": "on"}).status_code == 302
        assert Appointment.objects.get().sms_reminder
        visitor.post(path, visitor.details)
        assert not Appointment.objects.get().sms_reminder


class TestFollowUps:
    """The same answer whatever address is typed: nobody learns whose client somebody is."""

    @pytest.fixture
    def follow_up(self):
        return bookable_practitioner(follow_up=True)

    def past(self, practitioner: Any, **more: Any) -> Appointment:
        start = now() - dt.timedelta(days=20)
        return AppointmentFactory(practitioner=practitioner, starts_at=start, **more)

    @pytest.mark.parametrize("address", ["lea.bernard@exemple.fr", "deja.venue@exemple.fr"])
    def test_who_is_not_signed_in_asks_and_the_practitioner_answers(
        self, visitor: Visitor, documents: None, follow_up: Any, address: str
    ) -> None:
        practitioner, service = follow_up
        self.past(practitioner, contact_email="deja.venue@exemple.fr")
        visitor.details["email"] = address
        appointment, _answer = visitor.book(practitioner, service, some_time(practitioner, service))
        assert appointment.status == Status.REQUESTED
        assert appointment.on_request

    def test_a_client_who_came_books_at_once(self, visitor: Visitor, documents: None, follow_up: Any, login_as) -> None:
        practitioner, service = follow_up
        user = login_as("client")
        visitor.client.force_login(user)
        self.past(practitioner, client=user)
        appointment, _answer = visitor.book(practitioner, service, some_time(practitioner, service))
        assert appointment.status == Status.CONFIRMED

    def test_an_appointment_to_come_is_no_session_that_took_place(self, login_as: Any, follow_up: Any) -> None:
        practitioner, _service = follow_up
        user = login_as("client")
        AppointmentFactory(practitioner=practitioner, client=user)
        assert not came_before(practitioner, user, now=now())

    def test_whom_the_practitioner_entered_counts_once_the_address_is_confirmed(self, login_as: Any, follow_up) -> None:
        practitioner, _service = follow_up
        user = login_as("client")
        EmailAddress.objects.filter(user=user).delete()
        source = ClientRecord.Source.IMPORT
        record = ClientRecord.objects.create(
            practitioner=practitioner, email=user.email, source=source, created_at=now()
        )
        assert not came_before(practitioner, user, now=now())
        # A first booking joins the record with whatever account bears its address.
        ClientRecord.objects.filter(pk=record.pk).update(user=user)
        assert not came_before(practitioner, user, now=now())
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        assert came_before(practitioner, user, now=now())

    def test_it_is_said_before_one_chooses(self, visitor: Visitor, follow_up: Any) -> None:
        practitioner, service = follow_up
        page = visitor.get(f"/rendez-vous/avec/{practitioner.slug}/").content.decode()
        assert "réservé aux clients déjà venus" in page
        times = visitor.get(f"/rendez-vous/avec/{practitioner.slug}/horaires/?service={service.pk}").content.decode()
        assert "Séance réservée aux clients déjà venus" in times

    def test_the_practitioner_can_tell_a_first_visit(self, follow_up: Any, client: Client, login_as: Any) -> None:
        practitioner, _service = follow_up
        row = AppointmentFactory(practitioner=practitioner, contact_email="a@exemple.fr")
        assert is_first_visit(row, now=now())
        login_as(practitioner.user)
        Appointment.objects.filter(pk=row.pk).update(mode="domicile", place=None, home_street="3 rue de la Paix")
        page = client.get(f"/espace-praticien/rendez-vous/{row.reference}/").content.decode()
        assert "première visite" in page
        assert "3 rue de la Paix" in page
        self.past(practitioner, contact_email="a@exemple.fr")
        assert not is_first_visit(row, now=now())


def test_other_sessions_stay_instant(client: Client, visitor: Visitor, documents: None) -> None:
    practitioner, service = bookable_practitioner()
    appointment, _answer = visitor.book(practitioner, service, free_start(practitioner, service, 30))
    assert (appointment.status, appointment.on_request) == (Status.CONFIRMED, False)
    assert DETAILS
