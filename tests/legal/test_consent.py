"""Asking again: a calm notice, an act to accept or refuse, a gate only after the notice period."""

import datetime as dt
import re

import pytest
from django.test import RequestFactory

from common.clock import now
from legal import notices
from legal.actions import acceptances
from legal.middleware import always_open, is_open
from legal.models import Acceptance, AcceptanceDetail, LegalVersion
from tests.factories.accounts import UserFactory
from tests.factories.legal import ARTICLES, make_acceptance, make_document, make_version
from tests.site.addresses import named_routes

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


# What waits, once the notice is over: using the service anew. Whoever adds an address that writes decides which of the two it is.
WAITS = {
    "my_billing", "my_relatives", "edit_relative", "favourite", "claims_check",
    "office_facts", "office_place", "office_place_new", "office_practices", "office_document", "office_document_publish", "office_document_discard", "office_review_reply",
    "office:book_for", "office:block", "office:block_edit", "office:unblock", "office:move", "office:accept", "office:propose",
    "office:payment_ask", "office:calendar_link_ics", "office:calendar_link_caldav", "office:calendar", "office:calendar_sync",
    "office:calendar_sign_in", "office:calendar_feed_new", "office:calendar_note",
    "office:client_new", "office:client_edit", "office:client_tag", "office:client_untag", "office:client_archive",
    "office:client_merge", "office:import", "office:import_columns", "office:import_check",
    "office:hours", "office:add_closure", "office:holidays", "office:open_once", "office:remove_exception", "office:save_settings",
    "office:service_new", "office:service_edit", "office:service_archive", "office:service_restore", "office:service_move",
    "office:service_questions", "office:service_switches", "office:question", "office:question_remove", "office:question_move",
    "office:payments_start", "office:invoice_choices", "office:paid_service", "office:subscription_keep", "office:late_act",
    "office:group_new", "office:group_seats", "office:series_new", "office:waiting_offer",
}  # fmt: skip


# The only address of ours that is a regular expression.
LATE = "^paiements/impayes/(?P<pk>[0-9]{1,18})/(?P<step>etape|contestee|reprendre)/$", "paiements/impayes/1/etape/"


def writing() -> dict[str, str]:
    """Addresses of one's space that may be posted to, by name; with a value for whatever an address has."""
    found = {}
    for path_, name, methods in named_routes():
        if path_.startswith(("compte/", "espace-praticien/")) and (methods is None or "POST" in methods):
            plain = path_.replace(*LATE)
            found[name] = "/" + re.sub(r"<int:[^>]+>", "1", re.sub(r"<(?!int)[^>]+>", "x", plain))
    return found


def test_every_address_that_writes_is_open_or_waits() -> None:
    known = set(writing())
    assert {name for name in known if not is_open(name)} == WAITS
    assert {name for name in always_open if "*" not in name} <= known, "an address that no longer is"


class TestGate:
    """The notice of fifteen days leaves everything open; afterwards writing waits, reading and leaving never."""

    @pytest.fixture
    def asked(self, client, person):
        """Whether the gate sends an address on to the page that asks; whatever else the address itself answers."""

        def ask(method: str, url: str) -> bool:
            # One of the addresses signs out.
            client.force_login(person)
            return "a-accepter" in getattr(client, method)(url).get("Location", "")

        return ask

    def test_during_the_notice_nothing_is_closed(self, asked):
        second(Mode.NOTICE, published=10)
        assert not any(asked("post", url) for url in writing().values())

    def test_after_it_what_uses_the_service_waits(self, client, person, asked):
        version = second(Mode.NOTICE, published=16)
        assert {name for name, url in writing().items() if asked("post", url)} == WAITS & set(writing())
        assert client.post("/compte/proches/").url == f"/documents/a-accepter/?version={version.pk}"

    def test_everything_is_read_exported_and_left(self, asked):
        second(Mode.NOTICE, published=16)
        assert not any(asked("get", url) for url in writing().values())
        for url in ("/compte/donnees/fermer/", "/compte/donnees/copie/", "/espace-praticien/quitter/"):
            assert not asked("get", url)
            assert not asked("post", url)
        assert not asked("get", "/espace-praticien/paiements/factures/")
        assert not asked("get", "/documents/cgu/")

    def test_the_page_says_it_before_anything_is_typed(self, client, person):
        second(Mode.NOTICE, published=16)
        assert "attend votre réponse" in client.get("/compte/proches/").content.decode()

    def test_a_refusal_does_not_open_the_gate_and_an_acceptance_does(self, client, person, asked):
        version = second(Mode.NOTICE, published=16)
        answer(client, version, answer="refuse")
        assert asked("post", "/compte/proches/")
        answer(client, version, answer="accept", box="on")
        assert not asked("post", "/compte/proches/")

    def test_a_version_that_only_asks_never_closes_anything(self, asked):
        second(Mode.ACCEPT, published=200)
        assert not asked("post", "/compte/proches/")


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
