"""The operators' page: what it says in each state, who may see it, and what its buttons do."""

import datetime as dt

import pytest
from kombu.exceptions import OperationalError

from accounts.roles import Role
from common import clock
from search.models import IndexReport, PendingChange
from search.tasks import check_index

pytestmark = pytest.mark.django_db
PAGE = "/cms/recherche/"


@pytest.fixture
def shown(client, login_as):
    login_as(Role.OPERATOR)

    def read() -> str:
        answer = client.get(PAGE)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def test_without_elasticsearch_it_says_that_nothing_else_is_needed(shown, listed):
    listed()
    html = shown()
    assert "Aucun Elasticsearch n’est configuré" in html
    assert "Aucun contrôle ni reconstruction" in html


def test_a_cluster_that_answers_with_errors_is_named_with_the_reason(shown, fake, listed):
    listed()
    fake.count = 503, {"status": 503}
    html = shown()
    assert "Le moteur embarqué répond à la place d’Elasticsearch" in html
    assert "ouvert" in html
    assert "503" in html


def test_changes_that_wait_are_counted_with_their_age(shown, fake):
    for number in range(3):
        moment = clock.now() - dt.timedelta(minutes=5 - number)
        PendingChange.objects.create(practitioner_id=number, version=1, changed_at=moment)
    html = shown()
    assert "le plus ancien depuis 5\u00a0minutes" in html
    assert "plus de trente secondes" in html


def test_reports_say_what_was_found(shown):
    start = clock.now() - dt.timedelta(minutes=10)
    IndexReport.objects.create(
        kind="check",
        cause="clock",
        outcome="done",
        started_at=start,
        ended_at=start + dt.timedelta(seconds=2),
        figures={"entries": 12345, "documents_missing": 2, "documents_older": 0},
    )
    IndexReport.objects.create(kind="rebuild", cause="operator", started_at=start, error="")
    html = shown()
    assert "2 écarts réparés" in html
    assert "documents qui manquaient\u00a0: 2" in html
    assert "plus ancien\u00a0: 0" not in html
    assert "interrompu" in html, "nobody is at work"


def test_a_check_can_be_asked_for(shown, client, listed):
    listed()
    answer = client.post(f"{PAGE}verifier/", follow=True)
    assert "C’est demandé" in answer.content.decode()
    report = IndexReport.objects.get()
    assert (report.kind, report.cause, report.outcome) == ("check", "operator", "done")


def test_a_rebuild_needs_its_box(shown, client, listed):
    listed()
    refused = client.post(f"{PAGE}reconstruire/", follow=True)
    assert "Cochez d’abord la case" in refused.content.decode()
    assert not IndexReport.objects.exists()
    client.post(f"{PAGE}reconstruire/", {"confirme": "oui"})
    assert IndexReport.objects.get().figures["entries"] == 1


def test_without_a_broker_it_says_that_nothing_was_started(shown, client, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(check_index, "apply_async", away)
    assert "n’a été lancé" in client.post(f"{PAGE}verifier/", follow=True).content.decode()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VERIFICATION, Role.MODERATION, Role.LEGAL, Role.PRACTITIONER])
def test_it_is_for_operators(client, login_as, role):
    login_as(role)
    assert client.get(PAGE).status_code in {302, 403}
    assert client.post(f"{PAGE}verifier/").status_code in {302, 403}
    assert not IndexReport.objects.exists()


def test_its_addresses_take_only_what_they_are_for(shown, client):
    assert client.post(PAGE).status_code == 405
    assert client.get(f"{PAGE}verifier/").status_code == 405
    assert client.post(f"{PAGE}autre/").status_code == 404
