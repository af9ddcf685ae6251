"""Somebody with every right on the database changes the ledger: whatever is changed, removed or added is named.

The ledger is one in which every kind of movement happened; each is tampered with by SQL, past the triggers, and put back.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from booking.actions import invoices
from booking.actions.invoices import Draft, Line
from booking.invoicing import mentions, parties
from booking.ledger import at_stripe, entries
from booking.ledger.verification import verify
from booking.models import Invoice, LedgerTransaction, Refund, StripeAccount, Vat
from common.clock import now
from tests.booking import money_stories as stories
from tests.booking.money_machine import Money
from tests.booking.money_world import ACCOUNTS, World
from tests.factories.booking import past_triggers
from tests.factories.invoices import PLATFORM, billing_practitioner

pytestmark = pytest.mark.django_db
Kind = LedgerTransaction.Kind
INVOICES = {Kind.INVOICED, Kind.SETTLED, Kind.CREDITED}
# What subscriptions do is tried by their own tests; a correction is written by hand, and is about nothing.
ELSEWHERE = {Kind.SUBSCRIPTION, Kind.SUBSCRIPTION_REFUND, Kind.SUBSCRIPTION_DISPUTE, Kind.CORRECTION}
Tamper = Callable[[LedgerTransaction], None]


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def removed(row: LedgerTransaction) -> None:
    sql("delete from booking_ledgerline where transaction_id = %s", row.pk)
    sql("delete from booking_ledgertransaction where id = %s", row.pk)


def another_amount(row: LedgerTransaction) -> None:
    sql(
        "update booking_ledgerline set amount_cents = amount_cents + sign(amount_cents) where transaction_id = %s",
        row.pk,
    )


def a_line_less(row: LedgerTransaction) -> None:
    sql(
        "delete from booking_ledgerline where id = (select max(id) from booking_ledgerline where transaction_id = %s)",
        row.pk,
    )


def turned_round(row: LedgerTransaction) -> None:
    sql("update booking_ledgerline set amount_cents = -amount_cents where transaction_id = %s", row.pk)


def from_another(row: LedgerTransaction) -> None:
    _moved(row, "<")


def to_another(row: LedgerTransaction) -> None:
    _moved(row, ">")


def _moved(row: LedgerTransaction, side: str) -> None:
    """To the account of somebody else, of the same sort where there are several."""
    sql(
        "update booking_ledgerline set account = case when account like '%%:%%' then split_part(account, ':', 1) || ':999999'"
        f" else 'guests' end where transaction_id = %s and amount_cents {side} 0",
        row.pk,
    )


def written_twice(row: LedgerTransaction) -> None:
    sql(
        "insert into booking_ledgertransaction (key, kind, at, appointment_id, payment_id, note, line_count)"
        " select key || '-again', kind, at, appointment_id, payment_id, note, line_count"
        " from booking_ledgertransaction where id = %s",
        row.pk,
    )
    sql(
        "insert into booking_ledgerline (transaction_id, account, at, amount_cents)"
        " select t.id, l.account, l.at, l.amount_cents from booking_ledgerline l, booking_ledgertransaction t"
        " where l.transaction_id = %s and t.key = %s",
        row.pk,
        f"{row.key}-again",
    )


def of_another_kind(row: LedgerTransaction) -> None:
    other = Kind.FEE if row.kind != Kind.FEE else Kind.FEE_RETURN
    sql("update booking_ledgertransaction set kind = %s where id = %s", other, row.pk)


def a_month_earlier(row: LedgerTransaction) -> None:
    for table, key in (("booking_ledgertransaction", "id"), ("booking_ledgerline", "transaction_id")):
        sql(f"update {table} set at = at - interval '31 days' where {key} = %s", row.pk)


TAMPERS: tuple[Tamper, ...] = (
    removed, another_amount, a_line_less, turned_round, from_another, to_another, written_twice, of_another_kind, a_month_earlier,
)  # fmt: skip
# Moments that no other row keeps: what it is about is known by its sum alone.
NO_MOMENT = {Kind.STRIPE_FEE, Kind.REFUND_FAILED, Kind.DISPUTE_WON, Kind.PAYOUT_FAILED, *INVOICES}


@pytest.fixture
def everything_happened() -> Iterator[None]:
    """On three appointments one after the other, then at rest."""
    world = World()
    machine = type("MoneyThatMoved", (Money,), {"world": world, "seen": Counter()})()
    try:
        for story in (stories.taken_after_its_end, stories.payout_sent_back, stories.disputed_then_cancelled):
            story(machine)
            machine.all_told()
        machine.come_to_rest()
        refund = Refund.objects.filter(status=Refund.Status.DONE).latest("pk")
        entries.refund_came_back(refund, now=now())
        Refund.objects.filter(pk=refund.pk).update(status=Refund.Status.FAILED)
        yield
    finally:
        machine.connected.__exit__(None, None, None)
        machine.traveller.stop()
        transaction.set_rollback(True)
        machine.outer.__exit__(None, None, None)
        world.stripe.close()


def findings() -> set[str]:
    """Here, and compared with Stripe where there is one."""
    found = {f"{each.code} {each.subject} {each.expected_cents} {each.found_cents}" for each in verify(now=now())}
    if StripeAccount.objects.filter(account_id__in=ACCOUNTS).exists():
        for account in StripeAccount.objects.all():
            found |= {str(each) for each in at_stripe.compare(account, thorough=True)}
        found |= {str(each) for each in at_stripe.compare_platform(thorough=True)}
    return found


def unnamed(kinds: set[str], before: set[str]) -> list[str]:
    """What was done to a movement of each kind and found by nobody."""
    missed = []
    for kind in sorted(kinds):
        row = LedgerTransaction.objects.filter(kind=kind).first()
        assert row is not None, f"no {kind} to be tampered with"
        for tamper in TAMPERS:
            if tamper is a_month_earlier and kind in NO_MOMENT:
                continue
            mark = transaction.savepoint()
            with past_triggers():
                tamper(row)
            if not findings() - before:
                missed.append(f"{kind} {tamper.__name__}")
            transaction.savepoint_rollback(mark)
    return missed


@pytest.mark.usefixtures("everything_happened")
def test_whatever_is_done_to_a_movement_of_money_is_named() -> None:
    assert unnamed({str(kind) for kind in set(Kind) - ELSEWHERE - INVOICES}, findings()) == []


@pytest.mark.usefixtures("everything_happened")
def test_whatever_becomes_of_a_row_that_money_is_about_is_named() -> None:
    before = findings()
    missed = []
    for table in ("payment", "refund", "dispute", "payout"):
        mark = transaction.savepoint()
        with past_triggers():
            sql(f"delete from booking_{table} where id = (select max(id) from booking_{table})")
        if not findings() - before:
            missed.append(table)
        transaction.savepoint_rollback(mark)
    assert missed == []


def test_whatever_is_done_to_what_was_invoiced_is_named(settings: Any) -> None:
    settings.PLATFORM_IDENTITY = PLATFORM
    practitioner = billing_practitioner()
    for cents in (300, 400):
        draft = Draft(
            kind=Invoice.Kind.FEE, practitioner=practitioner, prefix="F", seller=parties.platform(),
            buyer=parties.practitioner(practitioner), vat=Vat.STANDARD, lines=[Line(label="Frais", gross_cents=cents)],
            notes=mentions.of_platform(Vat.STANDARD), days=30,
        )  # fmt: skip
        invoices.issue(draft=draft, now=now())
    first, second = Invoice.objects.order_by("pk")
    invoices.mark_paid(invoice=first, now=now())
    invoices.credit(invoice=second, lines=[Line(label="Frais", gross_cents=400)], reason="Erreur", now=now())
    assert findings() == set()
    assert unnamed({str(kind) for kind in INVOICES}, set()) == []
