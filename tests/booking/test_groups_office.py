"""The practitioner's pages of group sessions."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from booking.models import Closure, GroupSession, Status
from common.clock import now
from tests.factories.booking import AppointmentFactory
from tests.factories.groups import session_of, yoga

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def seat(group, **fields):
    times = {name: getattr(group, name) for name in ("starts_at", "ends_at", "busy_start", "busy_end")}
    return AppointmentFactory(practitioner=group.practitioner, service=group.service, group=group, **(times | fields))


class TestOffice:
    @pytest.fixture
    def office(self, client, login_as):
        practitioner, service = yoga()
        login_as(practitioner.user)
        return client, practitioner, service

    def typed(self, practitioner, session, **changed):
        day = (now() + dt.timedelta(days=7)).date()
        place = practitioner.places.get()
        return {
            "service": session.pk, "day": day.isoformat(), "hour": "19:00", "where": f"p{place.pk}", "weeks": 3, "seats": "",
        } | changed  # fmt: skip

    def test_a_weekly_group_is_scheduled_and_listed(self, office) -> None:
        client, practitioner, service = office
        answer = client.post("/espace-praticien/seances-de-groupe/nouvelle/", self.typed(practitioner, service))
        assert answer.status_code == 302
        assert GroupSession.objects.filter(practitioner=practitioner, seats=5).count() == 3
        page = client.get(answer["Location"]).content.decode()
        assert page.count("0 place prise sur 5") == 3

    def test_what_was_skipped_is_said(self, office) -> None:
        client, practitioner, service = office
        closed = (now() + dt.timedelta(days=14)).date()
        Closure.objects.create(practitioner=practitioner, first_day=closed, last_day=closed)
        answer = client.post("/espace-praticien/seances-de-groupe/nouvelle/", self.typed(practitioner, service))
        page = client.get(answer["Location"]).content.decode()
        assert "Ces dates ont été sautées" in page
        assert "Vous êtes fermé ce jour-là" in page

    def test_nothing_possible_is_a_409_and_loses_nothing_typed(self, office) -> None:
        client, practitioner, service = office
        for _number in range(2):
            answer = client.post(
                "/espace-praticien/seances-de-groupe/nouvelle/",
                self.typed(practitioner, service, weeks=1, note="Apporter les tapis"),
            )
        assert answer.status_code == 409
        assert "Apporter les tapis" in answer.content.decode()

    @pytest.mark.parametrize(
        "changed",
        [
            {"day": "2026-02-31"}, {"day": "9999-12-31"}, {"hour": "25:00"}, {"where": "p999999999999999999"}, {"weeks": "0"},
            {"weeks": "9" * 40}, {"seats": "-1"}, {"service": "x"}, {"note": "x" * 10_000}, {"hour": "🦊"},
        ],
    )  # fmt: skip
    def test_bad_input_is_said_and_kept(self, office, changed) -> None:
        client, practitioner, service = office
        answer = client.post(
            "/espace-praticien/seances-de-groupe/nouvelle/", self.typed(practitioner, service, **changed)
        )
        assert answer.status_code == 422

    def test_the_roster_says_who_comes_and_closes_each_seat(self, office) -> None:
        client, practitioner, service = office
        group = session_of(practitioner, service)
        start = now() - dt.timedelta(hours=1)
        past = {"starts_at": start, "ends_at": start + dt.timedelta(minutes=90), "busy_start": start}
        past["busy_end"] = past["ends_at"]
        GroupSession.objects.filter(pk=group.pk).update(**past)
        came, absent = seat(group, **past), seat(group, contact_first_name="Zoé", **past)
        page = client.get(f"/espace-praticien/seances-de-groupe/{group.pk}/").content.decode()
        assert "Léa Bernard" in page
        assert "Zoé Bernard" in page
        path = f"/espace-praticien/seances-de-groupe/{group.pk}/presences/"
        client.post(path, {"seat": came.reference, "issue": "fait"})
        client.post(path, {"seat": absent.reference, "issue": "absent"})
        came.refresh_from_db()
        absent.refresh_from_db()
        assert (came.status, absent.status) == (Status.DONE, Status.CLIENT_ABSENT)

    def test_fewer_seats_than_people_is_a_409_in_words(self, office) -> None:
        client, practitioner, service = office
        group = session_of(practitioner, service)
        for _number in range(3):
            seat(group)
        path = f"/espace-praticien/seances-de-groupe/{group.pk}/places/"
        answer = client.post(path, {"seats": "2"})
        assert answer.status_code == 409
        assert "déjà prises" in answer.content.decode()
        assert client.post(path, {"seats": "4"}).status_code == 302

    def test_cancelling_says_before_how_many_are_told(self, office) -> None:
        client, practitioner, service = office
        group = session_of(practitioner, service)
        for _number in range(2):
            seat(group)
        path = f"/espace-praticien/seances-de-groupe/{group.pk}/annuler/"
        assert "2 personnes ont une place" in client.get(path).content.decode()
        assert client.post(path).status_code == 302
        assert group.seats_taken.filter(status=Status.CANCELLED_BY_PRACTITIONER).count() == 2

    def test_somebody_elses_group_does_not_exist(self, office) -> None:
        client, _practitioner, _service = office
        other = session_of(*yoga())
        for end in ("", "annuler/"):
            assert client.get(f"/espace-praticien/seances-de-groupe/{other.pk}/{end}").status_code == 404
        assert client.post(f"/espace-praticien/seances-de-groupe/{other.pk}/places/", {"seats": "3"}).status_code == 404

    def test_a_list_of_thirty_sessions_is_read_in_a_bounded_number_of_queries(
        self, office, django_assert_max_num_queries
    ) -> None:
        client, practitioner, service = office
        for number in range(12):
            group = session_of(practitioner, service, days=number + 2)
            seat(group)
        with django_assert_max_num_queries(22):
            client.get("/espace-praticien/seances-de-groupe/")
