"""Consents are proofs like acceptances: changed, removed, inserted, moved or cut off with the triggers off, the row is named."""

import datetime as dt
import importlib.util
import json
import uuid
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from common import history
from common.clock import now
from legal import verifier
from legal.actions import anchors, verification
from legal.consents import proofs
from legal.consents.proofs import Circumstances
from legal.models import ConsentProof, DailyAnchor
from tests.factories.legal import make_acceptance, make_version
from tests.legal.test_evidence import tamper

pytestmark = pytest.mark.django_db
CHAIN, DETAILS = "legal_consentproof", "legal_consentdetail"


@pytest.fixture(autouse=True)
def thrown_away(db):
    yield
    transaction.set_rollback(True)


@pytest.fixture
def anchored() -> DailyAnchor:
    """Four consents, anchored with an acceptance."""
    make_acceptance(make_version(now=now() - dt.timedelta(days=5)))
    for event in ("given", "withdrawn", "given", "renewed"):
        how = Circumstances(text="Je souhaite la lettre", page="/lettre/", ip="192.0.2.7")
        proofs.record(subject=uuid.uuid4(), topic="newsletter", event=event, how=how, now=now(), email="lea@exemple.fr")
    anchor = anchors.anchor_yesterday(now=now())
    assert anchor is not None
    assert broken() == []
    return anchor


def broken() -> list[str]:
    return [f"{each.where}: {each.what}" for each in verification.problems()]


def cut(sequence: int) -> None:
    tamper(f"delete from {DETAILS} where proof_id in (select id from {CHAIN} where sequence >= %s)", sequence)
    tamper(f"delete from {CHAIN} where sequence >= %s", sequence)


def test_an_anchor_states_the_head_of_the_consents(anchored, client):
    head = ConsentProof.objects.get(sequence=4)
    assert f"legal.ConsentProof:4:{head.hash}" in anchored.others.split()
    assert anchored.stated().startswith("anchor/2\n")
    rows = json.loads(client.get("/documents/registre/ancres.json").content)["anchors"]
    assert rows[0]["others"] == anchored.others
    assert "exemple.fr" not in json.dumps(rows)


@pytest.mark.parametrize(
    "change", ["event = 'ended'", "topic = 'surveys'", "commitment = repeat('a', 64)", "recorded_at = now()", "hash = repeat('b', 64)"]
)  # fmt: skip
def test_a_changed_one_is_named(anchored, change):
    tamper(f"update {CHAIN} set {change} where sequence = 2")
    assert any(line.startswith("consent #2") for line in broken())
    assert any(each.where == "legal.ConsentProof #2" for each in history.problems())


def test_a_changed_detail_is_named(anchored):
    tamper(
        f"update {DETAILS} set text = 'J’accepte tout' where proof_id in (select id from {CHAIN} where sequence = 3)"
    )
    assert broken() == ["consent #3: its detail does not give its commitment"]


def test_a_removed_one_is_named(anchored):
    tamper(f"delete from {DETAILS} where proof_id in (select id from {CHAIN} where sequence = 2)")
    tamper(f"delete from {CHAIN} where sequence = 2")
    assert any(line.startswith("consent #2: missing") for line in broken())


def test_an_inserted_one_is_named(anchored):
    tamper(f"update {CHAIN} set sequence = sequence + 1000 where sequence >= 3")
    tamper(f"update {CHAIN} set sequence = sequence - 999 where sequence > 1000")
    tamper(
        f"insert into {CHAIN} (sequence, recorded_at, commitment, previous_hash, hash, topic, event)"
        f" select 3, recorded_at, repeat('f', 64), hash, repeat('e', 64), topic, event from {CHAIN} where sequence = 2"
    )
    assert any(line.startswith("consent #3") for line in broken())


def test_two_that_changed_places_are_named(anchored):
    for before, after in ((2, 1002), (3, 2), (1002, 3)):
        tamper(f"update {CHAIN} set sequence = {after} where sequence = {before}")
    found = "\n".join(broken())
    assert "consent #2" in found
    assert "consent #3" in found


def test_those_cut_off_at_the_end_are_named_by_the_anchor(anchored):
    """What is left is a whole chain: only the anchor contradicts."""
    cut(3)
    assert list(proofs.problems()) == []
    assert f"legal.ConsentProof #4: missing: it was the head anchored on {anchored.day}" in broken()


def test_an_end_rewritten_with_every_hash_is_named_by_the_anchor(anchored):
    cut(4)
    how = Circumstances(text="Autre chose")
    proofs.record(subject=uuid.uuid4(), topic="surveys", event="given", how=how, now=now(), email="x@exemple.fr")
    assert list(proofs.problems()) == []
    assert f"legal.ConsentProof #4: is not the head that was anchored on {anchored.day}" in broken()


def test_cut_off_together_with_the_anchor_they_are_seen_by_who_kept_the_public_file(anchored, client, tmp_path):
    kept = tmp_path / "ancres.json"
    kept.write_bytes(client.get("/documents/registre/ancres.json").content)
    cut(3)
    tamper("delete from legal_dailyanchor")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_acceptances", f"--anchors={kept}", stdout=out, stderr=out)
    assert "legal.ConsentProof #4: missing" in out.getvalue()


@pytest.mark.parametrize(
    "others", ["legal.Nothing:1:aa", "legal.ConsentProof:x:aa", f"legal.ConsentProof:{'9' * 99}:aa", "\x00"]
)
def test_a_published_file_that_says_nonsense_breaks_nothing(anchored, others):
    noted = [{**anchors.as_published(anchored), "others": others}]
    assert any("no chain here" in each.what for each in verification.problems(noted))


def test_the_published_program_verifies_a_receipt_under_such_an_anchor(anchored):
    from legal.actions import acceptances
    from legal.models import Acceptance

    receipt = json.loads(json.dumps(acceptances.receipt(acceptance=Acceptance.objects.get())))
    published = {"anchors": [anchors.as_published(anchored)]}
    program = _program()
    assert all(holds for _name, holds in program.check(receipt, None, published))
    receipt["proof"]["anchor"]["others"] = "legal.ConsentProof:4:" + "0" * 64
    assert ("l'ancre", False) in program.check(receipt, None, published)


def _program() -> ModuleType:
    path = Path(verifier.__file__).parent / "programs" / "verifier_un_recu.py"
    spec = importlib.util.spec_from_file_location("verifier_un_recu", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("act", ["update {} set sequence = 9", "delete from {}", "truncate {} cascade"])
def test_the_database_s_own_user_is_refused(anchored, act):
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(act.format(CHAIN))
