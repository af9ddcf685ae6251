"""« Agendas liés »: linking without losing what was typed, health in words, and what unlinking does said before."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from booking.actions import calendars
from booking.models import CalendarConnection, CalendarFeed, PublishedEvent, Status
from common.clock import now
from tests.booking.calendar_cases import at, busy, lasting, link, sync
from tests.booking.other_servers import Elsewhere, elsewhere
from tests.booking.test_calendar_expansion import calendar
from tests.factories.booking import AppointmentFactory
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.people import sign_in_fully
from tests.plugins.radicale import PASSWORD, Radicale

__all__ = ["elsewhere"]
pytestmark = pytest.mark.django_db
PAGE = "/espace-praticien/agenda/liaisons/"


@pytest.fixture
def practitioner() -> Any:
    return PractitionerFactory()


@pytest.fixture
def office(practitioner: Any) -> Client:
    client = Client()
    sign_in_fully(client, practitioner.user)
    return client


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_without_a_link_the_page_says_what_that_means(office: Client) -> None:
    assert "un client peut prendre une heure à laquelle vous êtes occupé ailleurs" in text(office.get(PAGE))


def test_an_address_is_linked_read_and_its_health_is_shown(
    office: Client, elsewhere: Elsewhere, practitioner: Any, django_capture_on_commit_callbacks: Any
) -> None:
    elsewhere.says(calendar(*lasting(30)))
    with django_capture_on_commit_callbacks(execute=True):
        answer = office.post(PAGE + "adresse/", {"address": f"{elsewhere.url}/a.ics", "label": "Famille"})
    assert answer["Location"] == PAGE
    assert busy(practitioner) == [(at(30), at(31))]
    page = text(office.get(PAGE))
    assert "Famille" in page
    assert "À jour" in page
    assert "a.ics" not in page


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"<html>", 200, "n’est pas un agenda"),
        (b"", 404, "pas d’agenda à cette adresse"),
        (b"", 500, "erreur qui lui est propre"),
    ],
)
def test_an_address_that_is_no_calendar_is_said_beside_it_and_stays_typed(
    office: Client, elsewhere: Elsewhere, body: bytes, status: int, said: str
) -> None:
    elsewhere.says(body, status)
    answer = office.post(PAGE + "adresse/", {"address": f"{elsewhere.url}/a.ics", "label": "Famille"})
    assert answer.status_code == 422
    assert said in text(answer)
    assert f"{elsewhere.url}/a.ics" in text(answer)
    assert 'value="Famille"' in text(answer)
    assert not CalendarConnection.objects.exists()


@pytest.mark.parametrize(
    "typed", ["", "x" * 10_000, "https://exa mple.fr/", "🙂", "\u202eabc", "http://[::", "//", "http://10.0.0.1/x"]
)
@pytest.mark.parametrize("where", ["adresse/", "caldav/"])
def test_whatever_is_typed_is_a_message_and_no_error(office: Client, typed: str, where: str) -> None:
    data = {"address": typed, "account": typed[:300], "password": typed[:300] or "x", "label": typed}
    assert office.post(PAGE + where, data).status_code == 422
    assert office.post(PAGE + where, {"address": "a\x00b"}).status_code in {400, 422}


def test_the_same_calendar_is_linked_once(office: Client, elsewhere: Elsewhere) -> None:
    elsewhere.says(calendar(*lasting(30)))
    for status in (302, 409):
        assert office.post(PAGE + "adresse/", {"address": f"{elsewhere.url}/a.ics"}).status_code == status


def test_ten_calendars_and_no_more(office: Client, elsewhere: Elsewhere, practitioner: Any) -> None:
    elsewhere.says(calendar(*lasting(30)))
    for number in range(10):
        assert office.post(PAGE + "adresse/", {"address": f"{elsewhere.url}/{number}.ics"}).status_code == 302
    assert office.post(PAGE + "adresse/", {"address": f"{elsewhere.url}/x.ics"}).status_code == 409
    assert practitioner.calendar_connections.count() == 10


def test_a_caldav_account_is_signed_in_chosen_and_written(
    office: Client, radicale: Radicale, practitioner: Any, django_capture_on_commit_callbacks: Any
) -> None:
    AppointmentFactory(practitioner=practitioner, starts_at=at(30))
    radicale.make_calendar("perso")
    typed = {"address": radicale.url, "account": radicale.user, "password": PASSWORD, "label": "Nuage"}
    wrong = office.post(PAGE + "caldav/", {**typed, "password": "faux"})
    assert (wrong.status_code, "refuse l’accès" in text(wrong)) == (422, True)
    with django_capture_on_commit_callbacks(execute=True):
        answer = office.post(PAGE + "caldav/", typed)
    connection = CalendarConnection.objects.get()
    assert answer["Location"] == f"{PAGE}{connection.pk}/"
    assert radicale.files() == {}
    one, other = connection.calendars.order_by("href")
    chosen = {"read": [one.pk, other.pk], "written": one.pk, "names": "none", "label": "Nuage"}
    with django_capture_on_commit_callbacks(execute=True):
        assert office.post(f"{PAGE}{connection.pk}/", chosen)["Location"] == PAGE
    (written,) = radicale.files().values()
    assert "Léa" not in written
    assert office.post(f"{PAGE}{connection.pk}/", {**chosen, "written": "999"}).status_code == 422
    assert office.post(f"{PAGE}{connection.pk}/", {**chosen, "read": ["x"]}).status_code == 422


def test_a_booking_is_written_at_once(
    office: Client, radicale: Radicale, practitioner: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from booking import lifecycle
    from booking.models import AppointmentEvent

    sync(link(radicale, practitioner))
    appointment = AppointmentFactory(
        practitioner=practitioner, starts_at=at(30), status=Status.REQUESTED, answer_by=at(20), on_request=True
    )
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.move(appointment, lifecycle.Step.ACCEPT, by=AppointmentEvent.By.PRACTITIONER, now=now())
    assert [name for name in radicale.files() if appointment.reference.lower() in name]


def test_a_failure_is_said_in_words_with_what_stays_closed(
    office: Client, elsewhere: Elsewhere, practitioner: Any
) -> None:
    elsewhere.says(calendar(*lasting(30)))
    connection = sync(
        calendars.link_ics(
            practitioner=practitioner, label="Famille", typed=f"{elsewhere.url}/a", show_titles=False, now=now()
        )
    )
    elsewhere.says(status=500)
    sync(connection)
    page = text(office.get(PAGE))
    assert "Le serveur de cet agenda répond par une erreur qui lui est propre." in page
    assert "Les heures occupées connues alors restent fermées" in page
    assert "Synchroniser maintenant" in page


def test_what_unlinking_does_is_said_before_it_is_done(office: Client, radicale: Radicale, practitioner: Any) -> None:
    AppointmentFactory(practitioner=practitioner, starts_at=at(30))
    radicale.put("un", *lasting(40))
    connection = sync(link(radicale, practitioner))
    page = text(office.get(f"{PAGE}{connection.pk}/delier/"))
    assert "1 heure occupée qui en est connue est effacée aussitôt" in page
    assert "1 rendez-vous inscrit là-bas y reste tel quel" in page
    assert "Vos rendez-vous ici ne changent pas." in page
    assert CalendarConnection.objects.exists()
    office.post(f"{PAGE}{connection.pk}/delier/")
    assert not CalendarConnection.objects.exists()


def test_a_move_over_there_is_offered_and_a_deletion_told(
    office: Client, radicale: Radicale, practitioner: Any
) -> None:
    moved, deleted = (AppointmentFactory(practitioner=practitioner, starts_at=at(hours)) for hours in (30, 50))
    sync(link(radicale, practitioner))
    PublishedEvent.objects.filter(appointment=moved).update(suggested_start=at(33), suggested_end=at(34))
    PublishedEvent.objects.filter(appointment=deleted).update(removed_outside_at=now())
    page = text(office.get(PAGE))
    assert "le client n’en sait rien" in page
    assert f"/espace-praticien/rendez-vous/{moved.reference}/deplacer/?day=" in page
    assert "tient, et le client compte sur vous" in page
    asked = page.partition(f"/espace-praticien/rendez-vous/{moved.reference}/deplacer/")[2].partition('"')[0]
    following = office.get(f"/espace-praticien/rendez-vous/{moved.reference}/deplacer/" + asked.replace("&amp;", "&"))
    assert following.status_code in {200, 409}
    note = PublishedEvent.objects.get(appointment=deleted)
    assert office.post(f"{PAGE}evenements/{note.pk}/lu/")["Location"] == PAGE
    assert "compte sur vous" not in text(office.get(PAGE))
    assert office.post(f"{PAGE}evenements/{note.pk}/autre/").status_code == 404


def test_somebody_elses_calendar_is_a_404(office: Client, radicale: Radicale) -> None:
    other = PractitionerFactory()
    AppointmentFactory(practitioner=other, starts_at=at(30))
    connection = sync(link(radicale, other))
    note = PublishedEvent.objects.get()
    for path in ("", "delier/", "acces/"):
        assert office.get(f"{PAGE}{connection.pk}/{path}").status_code == 404
    for path in (f"{connection.pk}/synchroniser/", f"{connection.pk}/delier/", f"evenements/{note.pk}/lu/"):
        assert office.post(PAGE + path).status_code == 404
    assert connection.label not in text(office.get(PAGE))


def test_the_feeds_address_is_made_shown_renewed_and_closed(office: Client) -> None:
    assert office.post(PAGE + "flux/", {"names": "first", "new": "1"})["Location"] == PAGE
    first = CalendarFeed.objects.get()
    assert "/rendez-vous/agenda/" in text(office.get(PAGE))
    office.post(PAGE + "flux/", {"names": "none", "save": "1"})
    first.refresh_from_db()
    assert (first.names, first.revoked_at) == ("none", None)
    office.post(PAGE + "flux/", {"names": "none", "new": "1"})
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1
    office.post(PAGE + "flux/", {"names": "tout"})
    office.post(PAGE + "flux/arreter/")
    assert not CalendarFeed.objects.filter(revoked_at=None).exists()


def test_the_page_costs_a_bounded_number_of_queries(
    office: Client, practitioner: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        CalendarConnection.objects.create(
            practitioner=practitioner, kind="ics", label=f"n{number}", host="h", secret="x", created_at=now(),
            last_success_at=now() - dt.timedelta(hours=1), state="working",
        ).calendars.create(name="x")  # fmt: skip
    with django_assert_max_num_queries(20):
        office.get(PAGE)
