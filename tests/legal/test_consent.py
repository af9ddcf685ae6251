"""Asking again: a calm notice, an act to accept or refuse, a gate only after the notice period."""

import datetime as dt

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import include, path

from common.clock import now
from config.urls import urlpatterns as site_urls
from legal import notices
from legal.actions import acceptances
from legal.models import Acceptance, AcceptanceDetail, LegalVersion
from tests.factories.accounts import UserFactory
from tests.factories.legal import ARTICLES, make_acceptance, make_document, make_version

pytestmark = pytest.mark.django_db
Mode = LegalVersion.Mode
CHANGED = [ARTICLES[0], {**ARTICLES[1], "body": "Le compte est strictement personnel."}, ARTICLES[2]]


def ago(days: int) -> dt.datetime:
    return now() - dt.timedelta(days=days)


@pytest.fixture
def person(client):
    """Accepted version 1 a year ago, and is signed in."""
    user = UserFactory()
    make_acceptance(make_version(make_document(), now=ago(400)), user, now=ago(365))
    client.force_login(user)
    return user


def second(mode: str = Mode.ACCEPT, published: int = 20) -> LegalVersion:
    return make_version(make_document(), articles=CHANGED, mode=mode, now=ago(published))


def answer(client, version, **fields):
    return client.post("/documents/a-accepter/", {"version": version.pk, **fields})


def test_nothing_is_pending_for_who_accepted_the_latest_or_never_accepted(person):
    assert acceptances.pending_for(person, now()) == []
    second()
    assert acceptances.pending_for(UserFactory(), now()) == []


def test_the_version_accepted_and_the_one_to_accept_are_pending(person):
    version = second()
    (item,) = acceptances.pending_for(person, now())
    assert (item.accepted.number, item.version, item.mode) == (1, version, Mode.ACCEPT)


def test_a_later_correction_does_not_hide_that_acceptance_was_asked(person):
    second(Mode.NOTICE, published=40)
    third = make_version(make_document(), mode=Mode.INFORM, now=ago(2))
    (item,) = acceptances.pending_for(person, now())
    assert (item.version, item.mode) == (third, Mode.NOTICE)
    assert item.gates(now())


def test_the_page_shows_only_what_changed_since_ones_own_version(client, person):
    second()
    response = client.get("/documents/a-accepter/")
    page = response.content.decode()
    assert [change.key for change in response.context["changed"]] == ["compte"]
    assert "strictement" in page
    assert 'id="objet"' not in page
    assert " checked" not in page


def test_accepting_takes_a_tick_and_records_the_exact_words(client, person):
    version = second()
    assert answer(client, version, answer="accept").status_code == 422
    assert Acceptance.objects.count() == 1
    assert answer(client, version, answer="accept", box="on").status_code == 302
    detail = AcceptanceDetail.objects.get(acceptance__version=version)
    assert version.title in detail.box_text
    assert detail.page == "/documents/a-accepter/"
    assert acceptances.pending_for(person, now()) == []


def test_refusing_is_recorded_and_the_notice_stops_insisting(client, person):
    version = second()
    assert answer(client, version, answer="refuse").status_code == 302
    assert Acceptance.objects.get(version=version).refused
    assert b"/documents/a-accepter/?version" not in client.get("/documents/").content
    assert answer(client, version, answer="accept", box="on").status_code == 302
    assert acceptances.pending_for(person, now()) == []


@pytest.mark.parametrize(
    "fields", [{}, {"answer": "peut-être"}, {"answer": "accept"}, {"answer": "x" * 10_000, "box": "on"}]
)
def test_an_answer_that_is_none_is_refused_with_the_page(client, person, fields):
    version = second()
    response = answer(client, version, **fields)
    assert response.status_code == 422
    assert b"error-summary" in response.content


@pytest.mark.parametrize("version", ["", "0", "x", "9" * 40])
def test_answering_about_what_is_not_pending_changes_nothing(client, person, version):
    second()
    response = client.post("/documents/a-accepter/", {"version": version, "answer": "accept", "box": "on"})
    assert response.status_code == 302
    assert Acceptance.objects.count() == 1


def test_one_goes_back_where_one_was_but_never_to_another_site(client, person):
    version = second()
    assert answer(client, version, answer="refuse", next="/compte/coordonnees/").url == "/compte/coordonnees/"
    assert (
        answer(client, version, answer="accept", box="on", next="https://ailleurs.example/").url
        == "/documents/a-accepter/"
    )


def test_the_notice_is_on_pages_but_not_inside_a_booking(client, person):
    second()
    for url, shown in (
        ("/", True),
        ("/documents/", True),
        ("/rendez-vous/nouveau/", False),
        ("/documents/a-accepter/", False),
    ):
        request = RequestFactory().get(url)
        request.user = person
        assert (notices.notice(request) is not None) is shown


def test_an_informative_version_is_dismissed_by_one_act(client, person):
    version = second(Mode.INFORM)
    assert b"/documents/a-accepter/lu/" in client.get("/documents/").content
    response = client.post(
        "/documents/a-accepter/lu/", {"version": version.pk, "next": "/documents/"}, HTTP_ORIGIN="http://testserver"
    )
    assert response.url == "/documents/"
    assert b"/documents/a-accepter/lu/" not in client.get("/documents/").content
    assert Acceptance.objects.count() == 1


@pytest.mark.parametrize("value", ["x", "1.2.x", "9" * 500, "1..2", "é"])
def test_a_spoiled_cookie_is_ignored(client, person, value):
    second(Mode.INFORM)
    client.cookies["versions_lues"] = value
    assert client.get("/documents/").status_code == 200


def test_the_page_to_answer_asks_to_sign_in(client):
    assert client.get("/documents/a-accepter/").status_code == 302


def test_nothing_waits(client, person):
    assert client.get("/documents/a-accepter/").status_code == 200


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [
    path("espace-praticien/essai/", view, name="office_probe"),
    path("espace-praticien/exporter/", view, name="office_export_probe"),
    path("compte/essai/", view, name="probe"),
    path("compte/annuler/", view, name="cancel_probe"),
    path("", include(site_urls)),
]


@pytest.mark.urls("tests.legal.test_consent")
class TestGate:
    """The notice of fifteen days leaves everything open; afterwards writing waits, reading and leaving never."""

    def test_during_the_notice_nothing_is_closed(self, client, person):
        second(Mode.NOTICE, published=10)
        assert client.get("/espace-praticien/essai/").status_code == 200
        assert client.post("/compte/essai/").status_code == 200

    def test_after_it_the_office_and_changes_in_the_account_wait(self, client, person):
        version = second(Mode.NOTICE, published=16)
        response = client.get("/espace-praticien/essai/")
        assert response.url == f"/documents/a-accepter/?version={version.pk}&next=%2Fespace-praticien%2Fessai%2F"
        assert client.post("/compte/essai/").status_code == 302

    @pytest.mark.parametrize(
        ("method", "url"),
        [
            ("get", "/compte/essai/"),
            ("get", "/espace-praticien/exporter/"),
            ("post", "/espace-praticien/exporter/"),
            ("post", "/compte/annuler/"),
            ("get", "/documents/cgu/"),
            ("post", "/compte/deconnexion/"),
        ],
    )
    def test_reading_exporting_and_leaving_stay_open(self, client, person, method, url):
        second(Mode.NOTICE, published=16)
        response = getattr(client, method)(url)
        assert "a-accepter" not in response.get("Location", "")

    def test_a_refusal_does_not_open_the_gate_and_an_acceptance_does(self, client, person):
        version = second(Mode.NOTICE, published=16)
        answer(client, version, answer="refuse")
        assert client.post("/compte/essai/").status_code == 302
        answer(client, version, answer="accept", box="on")
        assert client.post("/compte/essai/").status_code == 200

    def test_a_version_that_only_asks_never_closes_anything(self, client, person):
        second(Mode.ACCEPT, published=200)
        assert client.get("/espace-praticien/essai/").status_code == 200
        assert client.post("/compte/essai/").status_code == 200


def test_an_address_that_was_only_typed_does_not_answer_for_its_account(person):
    """Who books signed out with a known address accepts for that booking; the account's holder is still asked."""
    version = second()
    deed = {"user": person, "version": version, "box_text": "J’accepte", "page": "/", "ip": None, "agent": ""}
    typed = acceptances.accept(**deed, now=now(), proved=False)
    assert [item.version for item in acceptances.pending_for(person, now())] == [version]
    assert acceptances.accept(**deed, now=now(), proved=False) == typed
    assert acceptances.accept(**deed, now=now()) != typed
    assert acceptances.pending_for(person, now()) == []
    assert list(Acceptance.broken_links()) == []
