"""“Ce qui s’applique à moi”: what is in force for one person, what was answered and when, what is coming."""

import datetime as dt

import pytest

from accounts.roles import Role
from common.clock import now
from legal import mine
from legal.actions import acceptances, publishing
from tests.factories.accounts import UserFactory
from tests.factories.legal import ARTICLES, Kind, make_acceptance, make_document, make_version

pytestmark = pytest.mark.django_db
URL = "/documents/ce-qui-s-applique-a-moi/"


def ago(days: int) -> dt.datetime:
    return now() - dt.timedelta(days=days)


@pytest.fixture
def person(client):
    """Accepted the terms and a practitioner's, a year ago."""
    user = UserFactory()
    make_acceptance(make_version(now=ago(400)), user, now=ago(365))
    theirs = publishing.ensure_practitioner_document(
        kind=Kind.PRACTITIONER_TERMS, owner=UserFactory(), title="CGV de Zoé", articles=ARTICLES, now=ago(400)
    )
    make_acceptance(theirs, user, now=ago(365))
    client.force_login(user)
    return user


def test_what_was_accepted_and_when_with_its_receipts(client, person):
    ours, theirs = mine.applying_to(person, now=now())
    assert [line.accepted.version.number for line in ours] == [1]
    assert [line.document.title for line in theirs] == ["CGV de Zoé"]
    page = client.get(URL).content.decode()
    assert f"/documents/recu/{ours[0].accepted.sequence}/pdf/" in page
    assert "CGV de Zoé" in page


def test_what_changed_since_and_what_is_coming(client, person):
    make_version(make_document(), now=ago(20))
    make_version(make_document(), effective_at=now() + dt.timedelta(days=10))
    (line,), _theirs = mine.applying_to(person, now=now())
    assert (line.in_force.number, line.upcoming.number, line.accepted.version.number) == (2, 3, 1)
    assert line.is_behind
    assert line.pending.asks_to_accept
    page = client.get(URL).content.decode()
    assert "?de=1&amp;a=2" in page
    assert "?de=2&amp;a=3" in page
    assert "/documents/a-accepter/?version=" in page


def test_a_refusal_is_shown_until_it_is_accepted(client, person):
    version = make_version(make_document(), now=ago(20))
    facts = {"user": person, "version": version, "box_text": "x", "page": "/", "ip": None, "agent": "", "now": now()}
    acceptances.refuse(**facts)
    (line,), _theirs = mine.applying_to(person, now=now())
    assert line.refused.version == version
    assert "Vous avez refusé la version 2" in client.get(URL).content.decode()
    acceptances.accept(**facts)
    (line,), _theirs = mine.applying_to(person, now=now())
    assert line.refused is None
    assert not line.is_behind


def test_contracts_of_practitioners_concern_only_them(client, login_as):
    make_version(make_document(kind=Kind.CONTRACT, title="Contrat"))
    make_version(make_document(kind=Kind.STRUCTURES, title="Structures"))
    kinds = lambda user: {line.document.kind for line in mine.applying_to(user, now=now())[0]}  # noqa: E731
    assert kinds(UserFactory()) == set()
    assert kinds(login_as(Role.PRACTITIONER)) == {Kind.CONTRACT}
    assert kinds(login_as(Role.STRUCTURE)) == {Kind.STRUCTURES}


def test_nobody_reads_it_without_signing_in(client):
    assert client.get(URL).status_code == 302


def test_it_says_when_nothing_is_published(client):
    client.force_login(UserFactory())
    assert client.get(URL).status_code == 200


def test_a_person_who_answered_twenty_practitioners_costs_no_more_questions(
    client, person, django_assert_max_num_queries
):
    for number in range(20):
        version = publishing.ensure_practitioner_document(
            kind=Kind.PRACTITIONER_TERMS, owner=UserFactory(), title=f"CGV {number}", articles=ARTICLES, now=ago(400)
        )
        make_acceptance(version, person)
    with django_assert_max_num_queries(8):
        assert len(mine.applying_to(person, now=now())[1]) == 21


def test_how_to_show_the_differences_is_the_readers_choice(client, person):
    make_version(make_document(), articles=[{**ARTICLES[0], "body": "Autre."}, *ARTICLES[1:]], now=ago(20))
    for view, name in (("texte", "view-texte"), ("cote", "view-cote")):
        page = client.get(f"/documents/cgu/comparer/?de=1&a=2&vue={view}").content.decode()
        assert f'class="changes {name}"' in page
    assert 'class="changes"' in client.get("/documents/cgu/comparer/?de=1&a=2&vue=<x>").content.decode()
