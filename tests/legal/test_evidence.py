"""The chain of acceptances proves what was accepted, resists tampering and survives erasure."""

import hashlib
import threading
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import clock
from common.models import AppendOnlyModel
from common.models.evidence import AppendOnlyViolation
from legal.actions import acceptances, documents, verification
from legal.models import Acceptance, AcceptanceDetail, LegalVersion
from legal.retention import people
from tests.factories.accounts import UserFactory
from tests.factories.legal import make_acceptance, make_version

pytestmark = pytest.mark.django_db


def tamper(sql: str, *params: object) -> None:
    """Change a row as a superuser who switched the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        try:
            cursor.execute(sql, params)
        finally:
            cursor.execute("set session_replication_role = origin")


def verify() -> str:
    out = StringIO()
    call_command("verify_acceptances", stdout=out, stderr=out)
    return out.getvalue()


def broken() -> str:
    out = StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("verify_acceptances", stdout=out, stderr=out)
    assert failure.value.returncode == 1
    return out.getvalue()


def test_a_whole_chain_is_verified_and_its_head_is_shown():
    version = make_version()
    for _ in range(3):
        make_acceptance(version)
    assert "3 acceptances whole" in verify()
    assert "head 3:" in verify()


@pytest.mark.parametrize(
    "sql",
    [
        f"update legal_acceptance set {column} where sequence = 2"
        for column in (
            "refused = true",
            "commitment = repeat('a', 64)",
            "recorded_at = now()",
            "previous_hash = repeat('b', 64)",
            "hash = repeat('c', 64)",
        )
    ],
)
def test_a_changed_link_is_named_even_when_the_trigger_was_off(sql):
    version = make_version()
    for _ in range(3):
        make_acceptance(version)
    tamper(sql)
    assert "acceptance #2" in broken()


def test_moving_an_acceptance_to_another_version_is_detected():
    first = make_version()
    make_acceptance(first)
    second = make_version(first.document)
    tamper("update legal_acceptance set version_id = %s where sequence = 1", second.pk)
    assert "acceptance #1" in broken()


def test_a_removed_link_is_named():
    version = make_version()
    for _ in range(3):
        make_acceptance(version)
    tamper(
        "delete from legal_acceptancedetail where acceptance_id = (select id from legal_acceptance where sequence = 2)"
    )
    tamper("delete from legal_acceptance where sequence = 2")
    assert "acceptance #2: missing" in broken()


def test_a_chain_cut_at_its_end_does_not_contain_the_head_noted_before():
    version = make_version()
    for _ in range(3):
        make_acceptance(version)
    sequence, link_hash = verification.head()
    tamper(
        "delete from legal_acceptancedetail where acceptance_id = (select id from legal_acceptance where sequence = 3)"
    )
    tamper("delete from legal_acceptance where sequence = 3")
    assert "2 acceptances whole" in verify()
    with pytest.raises(CommandError):
        call_command("verify_acceptances", f"--expect={sequence}:{link_hash}", stderr=StringIO())


@pytest.mark.parametrize(
    "change", ["box_text = 'autre'", "ip = '198.51.100.1'", "page = '/ailleurs/'", "agent = 'autre'", "salt = 'x'"]
)
def test_a_changed_detail_is_named(change):
    make_acceptance(make_version())
    tamper(f"update legal_acceptancedetail set {change}")
    assert "acceptance #1: its detail" in broken()


def test_giving_someone_elses_name_to_an_acceptance_is_detected():
    make_acceptance(make_version())
    tamper("update legal_acceptancedetail set user_id = %s", UserFactory().pk)
    assert "acceptance #1: its detail" in broken()


@pytest.mark.parametrize(
    "change",
    [
        "title = 'Autre'",
        "summary = 'autre'",
        "effective_at = now()",
        "mode = 'inform'",
        "preamble = 'autre'",
        "articles = '[]'",
        "number = 9",
    ],
)
def test_a_changed_published_version_is_named(change):
    make_version()
    tamper(f"update legal_legalversion set {change}")
    assert "cgu v" in broken()


@pytest.mark.parametrize(
    "sql",
    [
        "update legal_acceptance set refused = true",
        "delete from legal_acceptance",
        "truncate legal_acceptance cascade",
        "update legal_acceptancedetail set ip = null",
        "update legal_legalversion set summary = 'x'",
        "update legal_legalversion set status = 'draft'",
        "delete from legal_legalversion",
    ],
)
def test_the_database_refuses_what_would_change_evidence(sql):
    make_acceptance(make_version())
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(sql)


def test_python_refuses_too():
    row = make_acceptance(make_version())
    for attempt in (
        row.save,
        row.delete,
        Acceptance.objects.all().delete,
        lambda: Acceptance.objects.update(refused=True),
    ):
        with pytest.raises(AppendOnlyViolation):
            attempt()
    assert issubclass(Acceptance, AppendOnlyModel)


def test_a_draft_stays_editable_and_can_be_thrown_away():
    document = make_version().document
    draft = documents.draft_new_version(document=document, author=UserFactory())
    documents.edit_draft(
        version=draft, editor=UserFactory(), title="Autre titre", articles=[{"key": "a", "title": "A", "body": "B"}]
    )
    documents.discard_draft(version=draft)
    assert document.versions.count() == 1


def dump() -> bytes:
    """The data of every table as `pg_dump` writes them (COPY), those of this transaction included."""
    written = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'copy "{table}" to stdout') as rows:
                written += [bytes(row) for row in rows]
    return b"".join(written)


def test_erasing_a_hundred_people_keeps_the_chain_whole_and_no_dump_holds_them():
    version = make_version()
    persons = [UserFactory(first_name="Zoé", last_name=f"Tréhorenteuc{number}") for number in range(100)]
    for person in persons:
        make_acceptance(version, person)
    salts = list(AcceptanceDetail.objects.values_list("salt", flat=True))
    traces = [text.encode() for person in persons for text in (person.email, person.last_name)]
    traces += [salt.encode() for salt in salts]
    before = dump()
    assert all(trace in before for trace in traces)
    for person in persons:
        assert acceptances.erase_details(user=person) == 1
    people.erase_accounts([person.pk for person in persons], clock.now())
    assert AcceptanceDetail.objects.count() == 0
    assert "100 acceptances whole, 0 with their details" in verify()
    after = dump()
    assert [trace for trace in traces if trace in after] == []


def test_accepting_twice_is_one_link():
    version, person = make_version(), UserFactory()
    assert make_acceptance(version, person) == make_acceptance(version, person)
    assert Acceptance.objects.count() == 1


def test_a_refusal_is_recorded_and_may_turn_into_an_acceptance_but_never_back():
    version, person = make_version(), UserFactory()
    given_facts = {
        "user": person,
        "version": version,
        "box_text": "J’accepte.",
        "page": "/",
        "ip": None,
        "agent": "",
        "now": version.published_at,
    }
    assert acceptances.refuse(**given_facts).refused
    assert acceptances.refuse(**given_facts).sequence == 1
    assert not acceptances.accept(**given_facts).refused
    with pytest.raises(acceptances.AlreadyAccepted):
        acceptances.refuse(**given_facts)
    assert "2 acceptances whole" in verify()


def test_a_draft_cannot_be_accepted():
    draft = documents.draft_new_version(document=make_version().document, author=UserFactory())
    with pytest.raises(acceptances.NotPublished):
        make_acceptance(draft)


def test_an_ipv6_address_written_at_length_still_verifies():
    version = make_version()
    acceptances.accept(
        user=UserFactory(), version=version, box_text="J’accepte.", page="/", ip="2001:0DB8:0000:0000:0000:0000:0000:0001",
        agent="", now=version.published_at,
    )  # fmt: skip
    assert "1 acceptances whole" in verify()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(
        st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=80),
        min_size=1,
        max_size=5,
    ),
    erased=st.sets(st.integers(0, 4)),
    hit=st.integers(0, 4),
)
def test_whatever_is_accepted_and_erased_the_chain_holds_and_one_changed_link_breaks_it(texts, erased, hit):
    with transaction.atomic():
        version = make_version()
        people = [UserFactory() for _ in texts]
        for person, text in zip(people, texts, strict=True):
            acceptances.accept(
                user=person, version=version, box_text=text, page=text, ip=None, agent=text, now=version.published_at
            )
        for index in erased:
            if index < len(people):
                acceptances.erase_details(user=people[index])
        assert list(verification.problems()) == []
        rows = list(Acceptance.objects.order_by("sequence"))
        tamper("update legal_acceptance set refused = not refused where sequence = %s", rows[hit % len(rows)].sequence)
        assert (
            next(problem.where for problem in verification.problems())
            == f"acceptance #{rows[hit % len(rows)].sequence}"
        )
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_people_who_accept_at_the_same_moment_make_one_chain():
    version = make_version()
    people = [UserFactory() for _ in range(8)]
    in_threads([lambda person=person: make_acceptance(version, person) for person in people for _ in range(2)])
    assert list(Acceptance.objects.values_list("sequence", flat=True)) == list(range(1, 9))
    assert "8 acceptances whole" in verify()


def in_threads(calls: list[Callable[[], object]]) -> None:
    errors: list[Exception] = []
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        try:
            start.wait(10)
            call()
        except Exception as error:  # noqa: BLE001 - handed to the test below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []


def test_the_receipt_can_be_recomputed_by_anyone():
    receipt = acceptances.receipt(acceptance=make_acceptance(make_version()))
    commitment = hashlib.sha256(f"{receipt['salt']}\n{receipt['committed']}".encode()).hexdigest()
    parts = [receipt["previous_hash"], str(receipt["sequence"]), receipt["recorded_at"], commitment, *receipt["facts"]]
    assert commitment == receipt["commitment"]
    assert hashlib.sha256("\n".join(parts).encode()).hexdigest() == receipt["hash"]
    assert LegalVersion.objects.get().content_hash == receipt["content_hash"]
