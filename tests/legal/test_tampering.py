"""Certificates of erasure: changed, removed, inserted or moved past the triggers, each is named. Acceptances: test_evidence, test_anchors."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from common.clock import now
from legal.models import ErasureCertificate, RetentionOutcome
from legal.retention import certificates
from tests.legal.test_evidence import tamper

pytestmark = pytest.mark.django_db
TABLE = "legal_erasurecertificate"


@pytest.fixture(autouse=True)
def three_nights(db):
    for nights in (3, 2, 1):
        day = now().date() - dt.timedelta(days=nights)
        RetentionOutcome.objects.create(
            day=day, rule="bad-addresses", activity="bad-addresses", signature="a" * 64, ended=nights, started_at=now()
        )
    assert certificates.certify(before=now().date(), now=now()) == 3
    call_command("verify_certificates", stdout=StringIO())
    yield
    transaction.set_rollback(True)


def named() -> str:
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_certificates", stderr=errors)
    return errors.getvalue()


@pytest.mark.parametrize(
    "change", ["recorded_at = now()", "commitment = repeat('a', 64)", "facts = facts || '{\"rows\": 9}'", "hash = repeat('b', 64)"]
)  # fmt: skip
def test_a_changed_one_is_named(change):
    tamper(f"update {TABLE} set {change} where sequence = 2")
    assert "certificate #2" in named()


def test_a_removed_one_is_named():
    tamper(f"delete from {TABLE} where sequence = 2")
    assert "certificate #2: missing" in named()


def test_an_inserted_one_is_named():
    """In the middle, with a hash that fits its own content."""
    tamper(f"update {TABLE} set sequence = sequence + 1 where sequence = 3")
    second = ErasureCertificate.objects.get(sequence=2)
    outcome = RetentionOutcome.objects.create(
        day=now().date(), rule="bad-addresses", activity="bad-addresses", signature="a" * 64, started_at=now()
    )
    forged = ErasureCertificate(
        sequence=3, recorded_at=now(), commitment=ErasureCertificate.commitment_of({}), previous_hash=second.hash,
        outcome=outcome, facts={},
    )  # fmt: skip
    forged.hash = forged.expected_hash()
    forged.save(force_insert=True)
    assert "certificate #4" in named()


def test_two_that_changed_places_are_named():
    tamper(f"update {TABLE} set sequence = case sequence when 1 then 102 when 2 then 101 end where sequence < 3")
    tamper(f"update {TABLE} set sequence = sequence - 100 where sequence > 100")
    found = named()
    assert "certificate #1" in found
    assert "certificate #2" in found


@pytest.mark.parametrize("act", ["update {} set sequence = 9", "delete from {}", "truncate {} cascade"])
def test_the_database_s_own_user_is_refused(act):
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(act.format(TABLE))
