"""A version that only informs is told to anonymous readers too, for a month, without knowing one from another."""

import datetime as dt

import pytest

from common import clock
from legal import notices
from legal.models import LegalVersion
from tests.factories.legal import ARTICLES, Kind, make_document, make_version

pytestmark = pytest.mark.django_db
ORIGIN = {"HTTP_ORIGIN": "http://testserver"}
DISMISS = "/documents/a-accepter/lu/"


def informed(kind=Kind.PRIVACY, *, days: int = 2, mode=LegalVersion.Mode.INFORM) -> LegalVersion:
    now = clock.now()
    document = make_document(kind)
    make_version(document, now=now - dt.timedelta(days=300))
    changed = [{**ARTICLES[0], "body": "Autre chose."}, *ARTICLES[1:]]
    return make_version(document, articles=changed, mode=mode, now=now - dt.timedelta(days=days))


def told(client) -> bool:
    return DISMISS.encode() in client.get("/lettre/").content


def test_anonymous_readers_are_told_and_one_press_is_enough(client):
    version = informed()
    response = client.get("/lettre/")
    assert DISMISS.encode() in response.content
    assert not response.cookies, "being told leaves nothing in the browser"
    answer = client.post(DISMISS, {"version": version.pk, "next": "/lettre/"}, **ORIGIN)
    assert answer["Location"] == "/lettre/"
    assert answer.cookies[notices.COOKIE].value == str(version.pk)
    assert not told(client)


def test_a_month_later_nobody_is_told_any_more(client):
    informed(days=31)
    assert not told(client)


def test_a_first_version_and_what_binds_only_who_signed_it_are_not_told(client):
    make_version(make_document(Kind.COOKIES), mode=LegalVersion.Mode.INFORM)
    informed(Kind.CONTRACT)
    assert not told(client)


def test_what_asks_to_accept_asks_nothing_of_who_is_not_signed_in(client):
    informed(Kind.CGU, mode=LegalVersion.Mode.ACCEPT)
    assert not told(client)


@pytest.mark.parametrize("path", ["/rendez-vous/liste-d-attente/faux/", "/compte/connexion/"])
def test_a_booking_in_progress_and_the_sign_in_are_left_alone(client, path):
    informed()
    assert DISMISS.encode() not in client.get(path).content


def test_the_widget_knows_no_notice_and_no_question():
    assert any("/widget/".startswith(path) for path in notices._APART)


def test_a_published_version_is_told_at_once_whatever_was_remembered(client):
    assert not told(client)
    informed()
    assert told(client)


def test_another_site_cannot_dismiss_it(client):
    version = informed()
    refused = client.post(DISMISS, {"version": version.pk}, HTTP_ORIGIN="https://ailleurs.example")
    assert refused.status_code == 403
    assert told(client)
