"""Those concerned are written to once when a version is announced and once when it enters into force."""

import datetime as dt

import pytest

from common.clock import now
from common.models import OutboxMessage
from legal.actions import announcements
from legal.models import LegalVersion, VersionNotice
from legal.tasks import enforce_versions
from tests.factories.accounts import UserFactory
from tests.factories.legal import make_acceptance, make_document, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    first = make_version(make_document(), now=now() - dt.timedelta(days=400))
    people = [UserFactory() for _ in range(3)]
    for person in people:
        make_acceptance(first, person, now=now() - dt.timedelta(days=300))
    UserFactory()
    return people


def mails() -> list[tuple[str, str]]:
    return list(OutboxMessage.objects.order_by("pk").values_list("key", "to"))


def test_a_notice_is_announced_at_once_and_told_again_when_it_applies(people):
    version = make_version(make_document(), mode=LegalVersion.Mode.NOTICE)
    enforce_versions()
    enforce_versions()
    assert [to for _key, to in mails()] == [person.email for person in people]
    make_acceptance(version, people[0])
    later = now() + dt.timedelta(days=16)
    assert announcements.announce_due(now=later) == 2
    assert announcements.announce_due(now=later) == 0
    assert len(mails()) == 5


def test_an_informative_version_is_told_only_when_it_applies(people):
    make_version(make_document(), mode=LegalVersion.Mode.INFORM, effective_at=now() + dt.timedelta(days=3))
    assert announcements.announce_due(now=now()) == 0
    assert announcements.announce_due(now=now() + dt.timedelta(days=4)) == 3


def test_a_version_replaced_before_the_sweep_sends_nothing(people):
    make_version(make_document(), now=now() - dt.timedelta(days=20))
    third = make_version(make_document(), now=now() - dt.timedelta(days=2))
    assert announcements.announce_due(now=now()) == 3
    assert all(f"-{third.pk}-" in key for key, _to in mails())
    assert VersionNotice.objects.count() == 2


def test_the_mail_says_what_changes_and_where_to_answer(people):
    version = make_version(make_document(), summary="Le délai passe à quinze jours.")
    enforce_versions()
    message = OutboxMessage.objects.first()
    assert "Le délai passe à quinze jours." in message.text
    assert f"/documents/a-accepter/?version={version.pk}" in message.text
    assert "Le délai passe à quinze jours." in message.html


def test_the_first_version_of_a_document_is_told_to_nobody():
    make_version(make_document())
    assert announcements.announce_due(now=now()) == 0
