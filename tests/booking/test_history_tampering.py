"""Whatever is done to a row of history behind the program's back is refused, or named."""

import datetime as dt
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from booking.ledger.verification import verify
from booking.models import Appointment, AppointmentEvent, LedgerLine, PaymentEvent
from common import history
from common.clock import now
from common.models import HistorySeal, ReadingLog
from common.models.evidence import AppendOnlyViolation
from common.tasks import seal_history
from tests.booking.conftest import Stripe, Visitor, free_start
from tests.factories.accounts import UserFactory
from tests.factories.booking import past_triggers

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(hours=2)


@pytest.fixture
def lived(visitor: Visitor, stripe: Stripe, paid_service: Any) -> Appointment:
    """A booking that was paid: its steps, those of its payment, and what the ledger holds."""
    appointment, _answer = visitor.book(*paid_service, free_start(*paid_service, 60))
    stripe.pay(appointment)
    visitor.webhook(stripe.news())
    ReadingLog.objects.create(reader=UserFactory(), subject="x.Y:1", reason="Litige")
    ReadingLog.objects.create(reader=UserFactory(), subject="x.Y:2", reason="Litige")
    appointment.refresh_from_db()
    assert appointment.status == "confirmed"
    return appointment


@pytest.fixture(autouse=True)
def thrown_away(db: None) -> Iterator[None]:
    """What was broken on purpose is not checked once more at the end of the test."""
    yield
    transaction.set_rollback(True)


@pytest.fixture
def sealed(lived: Appointment) -> Appointment:
    assert history.seal(now=now() + LATER) > 8
    assert broken() == []
    return lived


def broken() -> list[str]:
    return [f"{each.where} {each.what}" for each in history.problems()]


def run(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def tamper(sql: str, *params: object) -> None:
    """As a superuser who switched the triggers off."""
    with past_triggers():
        run(sql, *params)


def key_of(table: str, place: int = 0) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select id from {table} order by id offset %s limit 1", [place])
        return int(cursor.fetchone()[0])


TABLES = ["booking_appointmentevent", "booking_paymentevent", "booking_ledgertransaction", "booking_ledgerline", "common_readinglog"]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("act", ["update {} set id = id", "delete from {}", "truncate {} cascade"])
def test_the_database_s_own_user_is_refused(lived: Appointment, table: str, act: str) -> None:
    run("set constraints all immediate")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run(act.format(table))


def test_every_history_refuses_it_even_one_that_no_test_fills() -> None:
    with connection.cursor() as cursor:
        for watched in [*history.histories, history.History("common_historyseal", "made_at", ())]:
            cursor.execute(
                "select bool_or(tgtype & 8 > 0), bool_or(tgtype & 16 > 0), bool_or(tgtype & 32 > 0) from pg_trigger"
                " where tgrelid = %s::regclass and tgname ~ 'append_only|no_truncate|frozen' and tgenabled = 'O'",
                [watched.table],
            )
            assert cursor.fetchone() == (True, True, True), watched.table


CHANGES: dict[str, str] = {
    "booking_appointmentevent": "at = at + interval '1 second'",
    "booking_paymentevent": "detail = 'autre'",
    "booking_ledgertransaction": "kind = 'fee'",
    "booking_ledgerline": "amount_cents = amount_cents + 1",
    "common_readinglog": "reason = 'autre'",
}


@pytest.mark.parametrize("table", TABLES)
class TestWithTheTriggersOff:
    def test_a_changed_row_is_named(self, sealed: Appointment, table: str) -> None:
        key = key_of(table)
        tamper(f"update {table} set {CHANGES[table]} where id = %s", key)
        assert f"{table} row {key} was changed" in broken()

    def test_a_removed_row_is_named(self, sealed: Appointment, table: str) -> None:
        key = key_of(table, 1)
        tamper(f"delete from {table} where id = %s", key)
        assert f"{table} row {key} was removed" in broken()

    def test_an_inserted_row_is_named(self, sealed: Appointment, table: str) -> None:
        key, last = key_of(table), key_of(table, 1)
        tamper(f"delete from {table} where id = %s", last)
        for free in (last, -7):
            unique = {"key": f"key || '{free}'", "account": f"account || '{free}'"}
            names = [name for name in columns_of(table) if name != "id"]
            values = ", ".join(unique.get(name, name) for name in names)
            tamper(
                f"insert into {table} (id, {', '.join(names)}) select {free}, {values} from {table} where id = %s", key
            )
            tamper(f"update {table} set {CHANGES[table]} where id = {free}")
        found = broken()
        assert f"{table} row -7 was inserted afterwards" in found
        assert f"{table} row {last} was changed" in found, "put where one was removed"

    def test_two_rows_that_changed_places_are_both_named(self, sealed: Appointment, table: str) -> None:
        first, second = key_of(table), key_of(table, 1)
        tamper(f"update {table} set id = -1 where id = %s", first)
        tamper(f"update {table} set id = %s where id = %s", first, second)
        tamper(f"update {table} set id = %s where id = -1", second)
        assert {f"{table} row {first} was changed", f"{table} row {second} was changed"} <= set(broken())


def columns_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


class TestBeforeTheNight:
    """What was written today has no seal yet: the row and its history must agree."""

    def test_a_sound_history_agrees(self, lived: Appointment) -> None:
        assert broken() == []

    @pytest.mark.parametrize(
        ("sql", "named"),
        [
            ("delete from booking_appointmentevent where id = {last_event}", "booking_appointment row {appointment}"),
            ("delete from booking_appointmentevent where id = {first_event}", "booking_appointmentevent row {second_event}"),
            ("update booking_appointmentevent set after = 'refused' where id = {last_event}", "booking_appointment row {appointment}"),
            ("update booking_appointment set status = 'done' where id = {appointment}", "booking_appointment row {appointment}"),
            ("delete from booking_paymentevent where id = {last_step}", "booking_payment row {payment}"),
            ("update booking_paymentevent set before = 'expired' where id = {first_step}", "booking_paymentevent row {first_step}"),
            ("update booking_payment set status = 'failed' where id = {payment}", "booking_payment row {payment}"),
        ],
    )  # fmt: skip
    def test_what_does_not_follow_is_named(self, lived: Appointment, sql: str, named: str) -> None:
        events = list(AppointmentEvent.objects.values_list("pk", flat=True))
        steps = list(PaymentEvent.objects.values_list("pk", flat=True))
        rows = {
            "appointment": lived.pk, "payment": lived.payments.get().pk, "first_event": events[0], "second_event": events[1],
            "last_event": events[-1], "first_step": steps[0], "last_step": steps[-1],
        }  # fmt: skip
        tamper(sql.format(**rows))
        assert any(each.startswith(named.format(**rows)) for each in broken())


class TestTheSeals:
    def test_what_is_still_being_written_waits(self, lived: Appointment) -> None:
        assert history.seal(now=now()) == 0
        assert history.seal(now=now() + LATER) > 0
        assert history.seal(now=now() + LATER) == 0, "once"

    def test_blocks_follow_one_another(self, lived: Appointment, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(history, "BLOCK", 2)
        count = history.seal(now=now() + LATER)
        assert sum(HistorySeal.objects.values_list("count", flat=True)) == count
        assert max(HistorySeal.objects.values_list("count", flat=True)) == 2
        assert broken() == []

    @pytest.mark.parametrize(
        ("sql", "named"),
        [
            ("update common_historyseal set entries = '' where number = 2", "seal #2 was changed"),
            ("update common_historyseal set made_at = now() where number = 2", "seal #2 was changed"),
            ("delete from common_historyseal where number = 2", "seal #2 missing"),
            ("update common_historyseal set previous_hash = repeat('a', 64) where number = 2", "seal #2 does not follow"),
        ],
    )  # fmt: skip
    def test_a_seal_that_was_touched_is_named(self, sealed: Appointment, sql: str, named: str) -> None:
        tamper(sql)
        assert any(each.startswith(named) for each in broken())

    def test_a_history_rewritten_with_all_its_seals_is_seen_by_who_kept_the_public_file(
        self, sealed: Appointment, client: Client, tmp_path: Path
    ) -> None:
        kept = tmp_path / "ancres.json"
        kept.write_bytes(client.get("/documents/registre/ancres.json").content)
        assert json.loads(kept.read_text())["history"]
        call_command("verify_history", f"--anchors={kept}", stdout=StringIO())
        tamper("update booking_appointmentevent set detail = 'autre'")
        tamper("delete from common_historyseal")
        history.seal(now=now() + LATER)
        assert broken() == [], "alone, the database sees nothing"
        errors = StringIO()
        with pytest.raises(CommandError):
            call_command("verify_history", f"--anchors={kept}", stderr=errors)
        assert "is not the one that was published" in errors.getvalue()

    def test_the_head_can_be_noted_down(self, sealed: Appointment) -> None:
        out = StringIO()
        call_command("verify_history", stdout=out)
        head = out.getvalue().split("head ")[1].strip()
        call_command("verify_history", f"--expect={head}", stdout=StringIO())
        with pytest.raises(CommandError):
            call_command("verify_history", f"--expect={head[:-1]}x", stderr=StringIO())

    @pytest.mark.parametrize("given", ["x", "12", ":ab"])
    def test_a_head_that_is_none_is_refused(self, given: str) -> None:
        with pytest.raises(CommandError, match="NUMBER:HASH"):
            call_command("verify_history", f"--expect={given}")

    def test_they_are_only_added(self, sealed: Appointment) -> None:
        with pytest.raises(AppendOnlyViolation):
            HistorySeal.objects.update(count=0)

    def test_the_night_makes_them(self, lived: Appointment) -> None:
        seal_history()
        assert broken() == []

    def test_rows_of_later_days_go_on_where_the_last_seal_ended(
        self, sealed: Appointment, visitor: Visitor, paid_service: Any
    ) -> None:
        before = HistorySeal.objects.count()
        visitor.hold(*paid_service, free_start(*paid_service, 70))
        assert history.seal(now=now() + LATER) == 1
        assert HistorySeal.objects.count() == before + 1
        assert broken() == []


def test_evidence_of_every_app_is_among_what_is_verified(lived: Appointment) -> None:
    """A chain that no command of its own verifies is verified here."""
    tamper("update legal_acceptance set commitment = repeat('a', 64)")
    assert any(each.startswith("legal.Acceptance #1") for each in broken())


def test_a_row_put_into_a_gap_is_named(visitor: Visitor, documents: None, stripe: Stripe, paid_service: Any) -> None:
    """Keys that a rolled back transaction left unused are no place to hide a row."""
    visitor.hold(*paid_service, free_start(*paid_service, 60))
    run("select nextval(pg_get_serial_sequence('booking_appointmentevent', 'id'))")
    gap = key_of("booking_appointmentevent") + 1
    visitor.post(f"/rendez-vous/{Appointment.objects.get().reference}/liberer/")
    ReadingLog.objects.create(reader=UserFactory(), subject="x.Y:1", reason="Litige")
    another = Visitor(Client(), visitor.on_commit)
    another.hold(*paid_service, free_start(*paid_service, 65))
    history.seal(now=now() + LATER)
    tamper(
        "insert into booking_appointmentevent (id, appointment_id, action, before, after, by, at, detail, written_in)"
        " select %s, appointment_id, action, before, after, by, at, detail, 1 from booking_appointmentevent limit 1",
        gap,
    )
    assert f"booking_appointmentevent row {gap} was inserted afterwards" in broken()


def test_the_ledger_s_own_control_sees_a_line_inserted_before_the_night(lived: Appointment) -> None:
    line = LedgerLine.objects.first()
    assert line is not None
    tamper(
        "insert into booking_ledgerline (transaction_id, account, at, amount_cents) values (%s, 'client:999', %s, 5)",
        line.transaction_id,
        line.at,
    )
    assert [each.code for each in verify(now=now())]
