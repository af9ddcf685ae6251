"""Publishing later by itself, and telling those concerned in batches: raced, each once."""

import datetime as dt
import threading

import pytest
from django.db import connections

from accounts.roles import Role
from common.clock import now
from common.models import OutboxMessage
from legal.actions import announcements, documents, publishing
from legal.models import LegalVersion, VersionNotice
from legal.tasks import enforce_versions
from tests.factories.accounts import UserFactory
from tests.factories.legal import ARTICLES, make_acceptance, make_document, make_version
from tests.legal.test_drafting import approved

pytestmark = pytest.mark.django_db


def ready() -> LegalVersion:
    return approved(documents.draft_new_version(document=make_document(), author=UserFactory(), articles=ARTICLES))


def scheduled(version: LegalVersion, *, hours: int = 2, **fields) -> LegalVersion:
    moment = now()
    at = moment + dt.timedelta(hours=hours)
    given = {"approver": UserFactory(), "effective_at": at, "mode": "accept", "summary": "Oui.", **fields}
    return publishing.schedule(version=version, publish_at=at, now=moment, **given)


def test_a_scheduled_version_is_published_at_its_moment_and_once():
    version = scheduled(ready())
    assert publishing.publish_due(now=now()) == 0
    later = now() + dt.timedelta(hours=3)
    assert publishing.publish_due(now=later) == 1
    assert publishing.publish_due(now=later) == 0
    version.refresh_from_db()
    assert version.is_published
    assert version.published_at == later


def test_late_it_still_leaves_the_whole_notice():
    at = now() + dt.timedelta(hours=2)
    version = scheduled(ready(), mode="notice", effective_at=at + dt.timedelta(days=16))
    late = at + dt.timedelta(days=3)
    publishing.publish_due(now=late)
    version.refresh_from_db()
    assert version.effective_at == late + dt.timedelta(days=15)


def test_it_can_be_taken_back_until_then(client, login_as):
    version = scheduled(ready())
    assert client.get("/documents/cgu/").status_code == 404
    login_as(Role.LEGAL)
    client.post(f"/cms/documents-legaux/versions/{version.pk}/etape/deprogrammer/")
    assert publishing.publish_due(now=now() + dt.timedelta(days=1)) == 0
    version.refresh_from_db()
    assert (version.status, version.approver, version.publish_at) == ("approved", None, None)
    assert version.reviewer is not None


def test_it_is_scheduled_from_its_page(client, login_as):
    version = ready()
    login_as(Role.LEGAL)
    at = (now() + dt.timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    url = f"/cms/documents-legaux/versions/{version.pk}/publier/"
    past = (now() - dt.timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    assert client.post(url, {"mode": "inform", "publish_at": past, "summary": "Oui."}).status_code == 422
    assert client.post(url, {"mode": "inform", "publish_at": at, "summary": "Oui."}).status_code == 302
    version.refresh_from_db()
    assert version.status == "scheduled"
    assert client.get(url).status_code in {302, 403}
    assert client.get(f"/cms/documents-legaux/{version.document_id}/").status_code == 200


def test_a_moment_that_has_passed_is_refused():
    with pytest.raises(publishing.BadPublicationDate):
        scheduled(ready(), hours=-1)


@pytest.fixture
def people():
    first = make_version(make_document(), now=now() - dt.timedelta(days=400))
    found = [UserFactory() for _ in range(7)]
    for person in found:
        make_acceptance(first, person, now=now() - dt.timedelta(days=300))
    return found


def test_people_are_told_in_batches_each_once(people):
    version = make_version(make_document())
    assert [announcements.announce_due(now=now(), pace=3) for _ in range(4)] == [3, 3, 1, 0]
    assert sorted(OutboxMessage.objects.values_list("to", flat=True)) == sorted(person.email for person in people)
    notice = VersionNotice.objects.get(version=version)
    assert notice.count == 7
    assert notice.finished_at is not None


def test_who_accepts_between_two_batches_is_not_written_to(people):
    version = make_version(make_document())
    announcements.announce_due(now=now(), pace=3)
    make_acceptance(version, people[5])
    assert announcements.announce_due(now=now(), pace=10) == 3


def test_a_version_replaced_between_two_batches_says_no_more(people):
    make_version(make_document(), now=now() - dt.timedelta(days=20))
    announcements.announce_due(now=now(), pace=3)
    third = make_version(make_document(), now=now() - dt.timedelta(days=2))
    assert announcements.announce_due(now=now(), pace=100) == 7
    assert OutboxMessage.objects.filter(key__contains=f"-{third.pk}-").count() == 7
    assert OutboxMessage.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_the_same_moment_publish_once_and_tell_each_once(people):
    version = scheduled(
        approved(documents.draft_new_version(document=make_document(), author=UserFactory(), articles=ARTICLES)),
        hours=1,
    )
    later, start, errors = now() + dt.timedelta(hours=2), threading.Barrier(4), []
    published = []

    def run() -> None:
        try:
            start.wait(10)
            published.append(publishing.publish_due(now=later))
            for _ in range(3):
                announcements.announce_due(now=later, pace=3)
        except Exception as error:  # noqa: BLE001 - handed to the test below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert sum(published) == 1
    while announcements.announce_due(now=later, pace=3):
        pass
    assert OutboxMessage.objects.filter(key__startswith=f"legal-in_force-{version.pk}-").count() == 7
    assert VersionNotice.objects.get(version=version, moment="in_force").count == 7


def test_the_task_does_both(people):
    scheduled(ready())
    enforce_versions()
    assert not OutboxMessage.objects.exists()
