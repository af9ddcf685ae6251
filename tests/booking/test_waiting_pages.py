"""The waiting list as people and practitioners meet it: pages, links, answers."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from booking import waiting_links
from booking.models import WaitingEntry, WaitingOffer
from common.clock import now
from common.models import OutboxMessage
from tests.factories.accounts import UserFactory
from tests.factories.booking import bookable_practitioner
from tests.factories.waiting import booked, cancel, waits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("by_day")]
PARIS = ZoneInfo("Europe/Paris")
State = WaitingOffer.State


class TestPages:
    def typed(self, **changed):
        day = now().date()
        return {
            "first_name": "Zoé", "last_name": "Faure", "email": "zoe@exemple.fr", "phone": "", "weekdays": ["0", "2"],
            "parts": ["evening"], "first_day": day.isoformat(), "until": (day + dt.timedelta(days=30)).isoformat(),
        } | changed  # fmt: skip

    def test_by_mail_link_one_registers_waits_takes_the_time_and_books_it(self, visitor, documents) -> None:
        practitioner, service = bookable_practitioner()
        appointment = booked(practitioner, service)
        path = f"/rendez-vous/avec/{practitioner.slug}/liste-d-attente/?service={service.pk}"
        assert "ordre des inscriptions" in visitor.get(path).content.decode()
        sent = visitor.post(path, self.typed(weekdays=[], parts=[]))
        assert "zoe@exemple.fr" in sent.content.decode()
        entry = WaitingEntry.objects.get()
        assert entry.state == "unconfirmed"
        cancel(appointment)
        assert not WaitingOffer.objects.exists()  # an address that nobody proved is not written to
        appointment = booked(practitioner, service)
        link = re.search(
            r"http\S+/rendez-vous/liste-d-attente/[^/\s]+/", OutboxMessage.objects.get(to=entry.email).text
        )[0]
        here = link[link.index("/rendez-vous") :]
        assert visitor.get(here).status_code == 200
        visitor.post(here)
        entry.refresh_from_db()
        assert entry.state == "waiting"
        cancel(appointment)
        offer = WaitingOffer.objects.get()
        page = visitor.get(waiting_links.offer_path(offer)).content.decode()
        assert "Réserver cet horaire" in page
        taken = visitor.post(waiting_links.offer_path(offer), {"reponse": "oui"})
        details = visitor.get(taken["Location"]).content.decode()
        assert 'value="Zoé"' in details
        visitor.post(taken["Location"], visitor.details | {"email": "zoe@exemple.fr"})
        final = visitor.consent(taken["Location"].replace("coordonnees", "verifier"))
        assert final.status_code == 302
        offer.refresh_from_db()
        entry.refresh_from_db()
        assert (offer.state, entry.state) == (State.BOOKED, "booked")
        assert "Vous avez réservé cet horaire" in visitor.get(waiting_links.offer_path(offer)).content.decode()

    def test_the_link_of_an_offer_opens_nothing_to_another_visitor(self, visitor, another_visitor, documents) -> None:
        practitioner, service = bookable_practitioner()
        waits(practitioner, service)
        cancel(booked(practitioner, service))
        offer = WaitingOffer.objects.get()
        reference = offer.appointment.reference
        assert another_visitor.get(f"/rendez-vous/{reference}/coordonnees/").status_code == 404
        path = waiting_links.offer_path(offer)
        forged = path[:-3] + "abc"[: len(path) - len(path[:-3]) - 1] + "/"
        assert another_visitor.get(forged).status_code == 410
        visitor.post(path, {"reponse": "oui"})
        again = another_visitor.post(path, {"reponse": "oui"})
        assert again.status_code == 409
        assert "autre navigateur" in again.content.decode()

    def test_signed_in_one_is_on_the_list_at_once(self, client, login_as) -> None:
        practitioner, service = bookable_practitioner()
        user = UserFactory(email="zoe@exemple.fr")
        login_as(user)
        path = f"/rendez-vous/avec/{practitioner.slug}/liste-d-attente/?service={service.pk}"
        answer = client.post(path, self.typed(email="autre@exemple.fr"))
        entry = WaitingEntry.objects.get()
        assert (entry.state, entry.user, entry.email) == ("waiting", user, "zoe@exemple.fr")
        assert (entry.weekdays, entry.parts) == ([0, 2], ["evening"])
        assert "lundi, mercredi" in client.get(answer["Location"]).content.decode()

    def test_registering_twice_keeps_ones_turn_and_tells_a_stranger_nothing(self, visitor) -> None:
        practitioner, service = bookable_practitioner()
        known = waits(practitioner, service, email="zoe@exemple.fr", created_at=now() - dt.timedelta(days=9))
        path = f"/rendez-vous/avec/{practitioner.slug}/liste-d-attente/?service={service.pk}"
        page = visitor.post(path, self.typed()).content.decode()
        fresh = visitor.post(path, self.typed(email="inconnu@exemple.fr")).content.decode()
        strip = lambda text: re.sub(r"(zoe|inconnu)@exemple.fr|nonce-\S+|csrf\S+ value=\S+", "", text)  # noqa: E731
        assert strip(page) == strip(fresh)
        known.refresh_from_db()
        assert (known.weekdays, WaitingEntry.objects.filter(email="zoe@exemple.fr").count()) == ([], 1)

    def test_one_press_leaves_the_list_without_a_cookie(self, client) -> None:
        practitioner, service = bookable_practitioner()
        entry = waits(practitioner, service)
        path = waiting_links.entry_path(entry, "waiting_leave")
        assert client.get(path).status_code == 200
        entry.refresh_from_db()
        assert entry.state == "waiting"
        assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
        entry.refresh_from_db()
        assert entry.state == "left"
        assert client.post(path).status_code == 200

    @pytest.mark.parametrize(
        "changed",
        [
            {"email": "nobody"}, {"weekdays": ["8"]}, {"parts": ["night"]}, {"until": "2020-01-01"}, {"until": "9999-12-31"},
            {"first_day": "hier"}, {"first_name": "x" * 10_000}, {"phone": "🦊"}, {"first_name": ""},
        ],
    )  # fmt: skip
    def test_bad_input_is_said_and_what_was_typed_kept(self, visitor, changed) -> None:
        practitioner, service = bookable_practitioner()
        path = f"/rendez-vous/avec/{practitioner.slug}/liste-d-attente/?service={service.pk}"
        answer = visitor.post(path, self.typed(**changed))
        assert answer.status_code == 422
        assert 'value="2" id="id_weekdays_2" checked' in answer.content.decode() or "weekdays" in changed
        assert not WaitingEntry.objects.exists()

    @pytest.mark.parametrize("service", ["", "x", "9" * 30, "0"])
    def test_a_service_that_is_none(self, visitor, service) -> None:
        practitioner, _service = bookable_practitioner()
        path = f"/rendez-vous/avec/{practitioner.slug}/liste-d-attente/?service={service}"
        assert visitor.get(path).status_code == 404

    def test_a_follow_up_asks_who_one_is_first(self, visitor) -> None:
        practitioner, service = bookable_practitioner(follow_up=True)
        path = f"/rendez-vous/avec/{practitioner.slug}/liste-d-attente/?service={service.pk}"
        assert visitor.get(path).status_code == 403


class TestOffice:
    @pytest.fixture
    def office(self, client, login_as):
        practitioner, service = bookable_practitioner()
        login_as(practitioner.user)
        return client, practitioner, service

    def test_who_waits_in_order_for_what(self, office) -> None:
        client, practitioner, service = office
        waits(practitioner, service, "Boris", created_at=now() - dt.timedelta(days=1))
        waits(practitioner, service, "Anne", created_at=now() - dt.timedelta(days=2), weekdays=[4], parts=["evening"])
        waits(practitioner, service, "Pas encore", state="unconfirmed")
        page = client.get("/espace-praticien/liste-d-attente/").content.decode()
        assert page.index("Anne Faure") < page.index("Boris Faure")
        assert "vendredi, en soirée" in page
        assert "Pas encore" not in page

    def test_offering_by_hand(self, office) -> None:
        client, practitioner, service = office
        entry = waits(practitioner, service)
        path = f"/espace-praticien/liste-d-attente/{entry.pk}/proposer/"
        start = re.search(r'name="start" value="([^"]+)"', client.get(path).content.decode())[1]
        assert client.post(path, {"start": start}).status_code == 302
        assert WaitingOffer.objects.get().by_hand
        assert "à répondre avant" in client.get("/espace-praticien/liste-d-attente/").content.decode()

    @pytest.mark.parametrize("start", ["", "demain", "2020-01-01T10:00:00+00:00", "9" * 5000])
    def test_offering_nonsense(self, office, start) -> None:
        client, practitioner, service = office
        entry = waits(practitioner, service)
        path = f"/espace-praticien/liste-d-attente/{entry.pk}/proposer/"
        assert client.post(path, {"start": start}).status_code == 409

    def test_removing_tells_the_person(self, office) -> None:
        client, practitioner, service = office
        entry = waits(practitioner, service)
        client.post(f"/espace-praticien/liste-d-attente/{entry.pk}/retirer/")
        entry.refresh_from_db()
        assert entry.state == "removed"
        assert OutboxMessage.objects.filter(to=entry.email).exists()

    def test_somebody_elses_list_does_not_exist(self, office) -> None:
        client, _practitioner, _service = office
        other = waits(*bookable_practitioner())
        assert client.get(f"/espace-praticien/liste-d-attente/{other.pk}/proposer/").status_code == 404
        assert client.post(f"/espace-praticien/liste-d-attente/{other.pk}/retirer/").status_code == 404

    def test_thirty_people_are_read_in_a_bounded_number_of_queries(self, office, django_assert_max_num_queries) -> None:
        client, practitioner, service = office
        for number in range(30):
            waits(practitioner, service, f"Client{number}")
        cancel(booked(practitioner, service))
        with django_assert_max_num_queries(24):
            client.get("/espace-praticien/liste-d-attente/")
