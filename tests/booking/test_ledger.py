"""The ledger: double entry, in whole cents, that nothing can unbalance, change or write twice."""

import datetime as dt
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking import ledger
from booking.ledger import PLATFORM, STRIPE, Account, LedgerConflict, Unbalanced, bank, client, post, practitioner
from booking.models import LedgerLine, LedgerTransaction
from common.models.evidence import AppendOnlyViolation

AT = dt.datetime(2026, 12, 1, 14, 30, tzinfo=dt.UTC)
PAID = {client(7): -6000, practitioner(3): 6000}


def paid(key: str = "payment-1", at: dt.datetime = AT) -> bool:
    return post(kind="payment", key=key, at=at, lines=PAID)


def raw(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def check_now() -> None:
    """What waits for the commit, asked for at once."""
    raw("set constraints all immediate")
    raw("set constraints all deferred")


def add(row: LedgerTransaction, *amounts: int) -> None:
    for number, cents in enumerate(amounts):
        LedgerLine.objects.create(transaction=row, account=f"bank:{number + 1}", at=AT, amount_cents=cents)


@pytest.mark.django_db
def test_the_same_movement_recorded_twice_is_one() -> None:
    assert paid()
    assert not paid(at=AT + dt.timedelta(hours=1))
    check_now()
    assert LedgerTransaction.objects.count() == 1
    assert dict(LedgerLine.objects.values_list("account", "amount_cents")) == {
        "client:7": -6000,
        "practitioner:3": 6000,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("payment", {client(7): -6001, practitioner(3): 6001}),
        ("payment", {client(8): -6000, practitioner(3): 6000}),
        ("refund", PAID),
    ],
)
def test_another_movement_under_the_same_key_is_refused(kind: str, lines: dict[Account, int]) -> None:
    paid()
    with pytest.raises(LedgerConflict):
        post(kind=kind, key="payment-1", at=AT, lines=lines)


@pytest.mark.django_db
@pytest.mark.parametrize("lines", [{}, {PLATFORM: 0, STRIPE: 0}, {PLATFORM: 100}, {PLATFORM: -115, STRIPE: 114}])
def test_money_never_comes_from_nowhere(lines: dict[Account, int]) -> None:
    with pytest.raises(Unbalanced):
        post(kind="correction", key="x", at=AT, lines=lines)
    assert not LedgerTransaction.objects.exists()


@pytest.mark.django_db
def test_the_database_refuses_a_transaction_that_does_not_sum_to_zero() -> None:
    row = LedgerTransaction.objects.create(key="k", kind="correction", at=AT, line_count=2)
    LedgerLine.objects.create(transaction=row, account="platform", at=AT, amount_cents=100)
    LedgerLine.objects.create(transaction=row, account="stripe", at=AT, amount_cents=-99)
    with pytest.raises(IntegrityError, match="sums to 1"):
        check_now()


@pytest.mark.django_db
@pytest.mark.parametrize("amounts", [[], [50, 50, -100]])
def test_the_database_refuses_a_transaction_without_exactly_its_lines(amounts: list[int]) -> None:
    row = LedgerTransaction.objects.create(key="k", kind="correction", at=AT, line_count=2)
    add(row, *amounts)
    with pytest.raises(IntegrityError, match=f"has {len(amounts)} lines of 2"):
        check_now()


@pytest.mark.django_db
def test_the_database_refuses_lines_added_afterwards_even_balanced() -> None:
    paid()
    check_now()
    add(LedgerTransaction.objects.get(), 100, -100)
    with pytest.raises(IntegrityError, match="has 4 lines of 2"):
        check_now()


@pytest.mark.django_db
def test_the_database_refuses_a_line_of_another_moment_than_its_transaction() -> None:
    row = LedgerTransaction.objects.create(key="k", kind="correction", at=AT, line_count=2)
    LedgerLine.objects.create(transaction=row, account="platform", at=AT, amount_cents=100)
    LedgerLine.objects.create(transaction=row, account="stripe", at=AT - dt.timedelta(1), amount_cents=-100)
    with pytest.raises(IntegrityError, match="1 of another moment"):
        check_now()


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["booking_ledgertransaction", "booking_ledgerline"])
@pytest.mark.parametrize("act", ["update {} set at = at + interval '1 day'", "delete from {}", "truncate {} cascade"])
def test_nothing_recorded_is_ever_changed_or_removed(table: str, act: str) -> None:
    paid()
    check_now()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        raw(act.format(table))
    with pytest.raises(AppendOnlyViolation):
        LedgerLine.objects.all().delete()
    assert LedgerLine.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_record_the_same_movement_at_once_leave_one() -> None:
    gate = threading.Barrier(4)
    found: list[bool] = []

    def work() -> None:
        try:
            with transaction.atomic():
                gate.wait(10)
                found.append(paid())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == [False, False, False, True]
    assert LedgerLine.objects.count() == 2


ACCOUNTS = st.one_of(
    st.builds(client, st.integers(1, 10**9)),
    st.builds(practitioner, st.integers(1, 10**9)),
    st.builds(bank, st.integers(1, 10**9)),
    st.sampled_from([PLATFORM, STRIPE, ledger.INVOICED]),
)


@given(account=ACCOUNTS)
def test_an_account_reads_back_from_its_name(account: Account) -> None:
    assert Account.parse(str(account)) == account


@pytest.mark.parametrize(
    "text", ["", "client", "client:0", "client:-1", "client:x", "platform:1", "client:١", "client:" + "9" * 30, "\0"]
)
def test_what_names_no_account_is_refused(text: str) -> None:
    with pytest.raises(ledger.accounts.UnknownAccount):
        Account.parse(text)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.dictionaries(ACCOUNTS, st.integers(-(10**9), 10**9), min_size=1, max_size=6))
def test_whatever_is_recorded_all_accounts_together_hold_nothing(amounts: dict[Account, int]) -> None:
    with transaction.atomic():
        amounts[Account("bank", 10**12)] = -sum(amounts.values())
        try:
            post(kind="correction", key=str(LedgerTransaction.objects.count()), at=AT, lines=amounts)
        except Unbalanced:
            assert not any(amounts.values())
        check_now()
        assert sum(LedgerLine.objects.values_list("amount_cents", flat=True)) == 0
