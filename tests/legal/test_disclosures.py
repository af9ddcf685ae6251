"""Disclosures to authorities: two people, one seal, a record."""

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.roles import Role
from common.clock import now, today
from common.errors import Conflict
from common.models import ReadingLog
from legal.models import Disclosure
from legal.oversight import disclosures
from tests.factories.accounts import UserFactory
from tests.plugins.people import say_why

pytestmark = pytest.mark.django_db


@pytest.fixture
def lawyers() -> Any:
    return [UserFactory(roles=[Role.LEGAL]) for _n in range(2)]


def prepared(lawyer: Any, person: Any, *, may_tell: bool = True) -> Disclosure:
    return disclosures.prepare(
        authority="Brigade de Hyères", basis="Article 60-1 du code de procédure pénale", scope="Le compte", person=person,
        asked_on=today(), may_tell=may_tell, by=lawyer, now=now(),
    )  # fmt: skip


def test_whoever_prepares_does_not_approve(lawyers: Any) -> None:
    row = prepared(lawyers[0], UserFactory())
    with pytest.raises(disclosures.ByAnother):
        disclosures.approve(disclosure_id=row.pk, by=lawyers[0], now=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Disclosure.objects.filter(pk=row.pk).update(decided_by=lawyers[0])


def test_what_is_approved_is_sealed_with_its_hash_and_its_slip(lawyers: Any) -> None:
    person = UserFactory()
    row = disclosures.approve(disclosure_id=prepared(lawyers[0], person).pk, by=lawyers[1], now=now())
    content = disclosures.read(row)
    assert hashlib.sha256(content).hexdigest() == row.sha256
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        slip = json.loads(archive.read("bordereau.json"))
        data = archive.read("donnees.zip")
    assert slip["files"]["donnees.zip"] == hashlib.sha256(data).hexdigest()
    assert (slip["prepared_by"], slip["approved_by"]) == (lawyers[0].email, lawyers[1].email)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert person.email in archive.read("data.json").decode()


def test_a_changed_archive_is_not_handed_over(lawyers: Any) -> None:
    row = disclosures.approve(disclosure_id=prepared(lawyers[0], UserFactory()).pk, by=lawyers[1], now=now())
    row.sha256 = "0" * 64
    with pytest.raises(Conflict):
        disclosures.read(row)


def test_it_is_decided_once_and_changes_no_more(lawyers: Any) -> None:
    row = disclosures.refuse(
        disclosure_id=prepared(lawyers[0], UserFactory()).pk, reason="Sans base légale", by=lawyers[1], now=now()
    )
    with pytest.raises(disclosures.Decided):
        disclosures.approve(disclosure_id=row.pk, by=lawyers[1], now=now())
    for sql in ("update legal_disclosure set authority = 'x'", "delete from legal_disclosure"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.parametrize("may_tell", [True, False])
def test_the_person_reads_it_unless_the_law_asks_for_secrecy(
    client: Client, login_as: Any, lawyers: Any, may_tell: bool
) -> None:
    person = UserFactory()
    disclosures.approve(disclosure_id=prepared(lawyers[0], person, may_tell=may_tell).pk, by=lawyers[1], now=now())
    assert ReadingLog.objects.filter(act="disclose").count() == 1
    login_as(person)
    assert ("Brigade de Hyères" in client.get("/compte/acces/").content.decode()) is may_tell


def test_the_desk_prepares_with_one_and_approves_with_another(client: Client, login_as: Any) -> None:
    person = UserFactory()
    sent = {
        "authority": "Fisc",
        "basis": "L81 LPF",
        "scope": "Paiements",
        "email": person.email,
        "asked_on": today().isoformat(),
        "may_tell": "on",
    }
    login_as(Role.LEGAL)
    new = "/cms/audits/autorites/nouvelle/"
    assert client.post(new, {**sent, "email": "personne@ailleurs.fr"}).status_code == 422
    assert client.post(new, {**sent, "asked_on": "2999-01-01"}).status_code == 422
    assert client.post(new, sent).status_code == 302
    row = Disclosure.objects.get()
    path = f"/cms/audits/autorites/{row.pk}/"
    say_why(client, path)
    assert client.post(path, {"approuver": "1"}).status_code == 403
    login_as(Role.LEGAL)
    say_why(client, path)
    assert client.post(path, {"approuver": "1"}).status_code == 302
    answer = client.get(f"{path}archive.zip")
    row.refresh_from_db()
    assert hashlib.sha256(answer.content).hexdigest() == row.sha256
