# ruff: noqa: E402, T201 (a script: settings first, its output is its purpose, its SQL is made of its own constants)
"""A ledger of 1 000 000 lines verified: `python tests/bench/ledger.py [LINES]`. Payments, their fees and Stripe's, refunds: each with
its appointment, so that every check has as much to read. One cent is then made wrong, which must be named and nothing else."""

import os
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

import django

django.setup()

from django.db import connection, models, transaction

from booking.ledger.verification import one_state, verify
from booking.models import Appointment, LedgerLine, Payment, Refund
from common.clock import now
from tests.bench.figures import keep
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, PaymentFactory, StripeAccountFactory, past_triggers
from tests.factories.practitioners import PractitionerFactory

# A payment writes three movements of two lines; every tenth is refunded: 6,2 lines.
LINES_OF_TEN_PAYMENTS = 62
AT = "p.paid_at"


def copied(model: type[models.Model], source: int, **changes: str) -> str:
    """`insert … select` of copies of one row, with other expressions for some of its columns."""
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = [changes.get(column, f"x.{column}") for column in columns]
    return (
        f"insert into {model._meta.db_table} ({', '.join(columns)}) select {', '.join(values)}"
        f" from {model._meta.db_table} x, generate_series(1, %s) g where x.id = {source}"
    )


def posted(kind: str, key: str, rows: str, gives: str, takes: str, cents: str) -> list[str]:
    """The statements that write a movement for each of `rows`."""
    return [
        "insert into booking_ledgertransaction (key, kind, at, appointment_id, payment_id, note, line_count)"
        f" select {key}, '{kind}', {AT}, p.appointment_id, p.id, '', 2 from {rows}",
        "insert into booking_ledgerline (transaction_id, account, at, amount_cents)"
        f" select t.id, each.account, t.at, each.cents from {rows} join booking_ledgertransaction t on t.key = {key}"
        f" cross join lateral (values ({gives}, -{cents}), ({takes}, {cents})) each (account, cents)",
    ]


def write(payments: int) -> None:
    model = PaymentFactory(paid_at=now())
    appointment, whose = model.appointment_id, f"'practitioner:{model.account.practitioner_id}'"
    client = f"'client:{model.appointment.client_id}'"
    rows, back = "booking_payment p", "booking_refund r join booking_payment p on p.id = r.payment_id"
    statements = [
        *posted("payment", "'payment-' || p.id", rows, client, whose, "p.amount_cents"),
        *posted("fee", "'payment-' || p.id || '-fee'", rows, whose, "'platform'", "p.fee_cents"),
        *posted("stripe_fee", "'payment-' || p.id || '-stripe'", rows, "'platform'", "'stripe'", "115"),
        *posted("refund", "'refund-' || r.id", back, whose, client, "r.amount_cents"),
    ]
    with past_triggers(), connection.cursor() as cursor:
        cursor.execute(copied(Appointment, appointment, reference="'BENCH' || lpad(g::text, 7, '0')"), [payments - 1])
        cursor.execute(
            "insert into booking_payment ({columns}) select {values} from booking_payment x,"
            " booking_appointment a where a.id <> x.appointment_id and a.reference like 'BENCH%%' and x.id = %s".format(
                columns=", ".join(names := [f.column for f in Payment._meta.concrete_fields if not f.primary_key]),
                values=", ".join(
                    {
                        "appointment_id": "a.id",
                        "session_id": "'cs_bench_' || a.id",
                        "payment_intent": "'pi_bench_' || a.id",
                    }.get(name, f"x.{name}")
                    for name in names
                ),
            ),
            [model.pk],
        )
        cursor.execute(
            "insert into booking_refund (payment_id, amount_cents, returns_fee, cause, status, refund_id, attempts,"
            " last_error, ordered_at, settled_at) select id, 1000, false, 'request', 'done', 're_bench_' || id, 0, '',"
            " paid_at, paid_at from booking_payment where mod(id, 10) = 0"
        )
        for statement in statements:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        for model_ in (Appointment, Payment, Refund, LedgerLine, LedgerLine.transaction.field.related_model):
            cursor.execute(f"analyze {model_._meta.db_table}")


def megabytes(of: str) -> float:
    """VmRSS: what this process has in memory; VmHWM: the most it ever had."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(of))
    return int(line.split()[1]) / 1024


def forget_the_peak() -> None:
    """So that what was loaded before does not hide what comes."""
    Path("/proc/self/clear_refs").write_text("5")


def measured() -> tuple[float, float, list[str]]:
    """Seconds, megabytes that it took at most on top of what was there, and what was found."""
    forget_the_peak()
    before, began = megabytes("VmRSS"), time.perf_counter()
    with one_state():
        found = [f"{each.code} {each.subject}" for each in verify(now=now())]
    return time.perf_counter() - began, megabytes("VmHWM") - before, found


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for factory in (UserFactory, PractitionerFactory, AppointmentFactory, PaymentFactory, StripeAccountFactory):
        factory.reset_sequence(int(time.time()) % 10**9, force=True)
    measured()  # what is loaded once is loaded
    began = time.perf_counter()
    write(-(-wanted * 10 // LINES_OF_TEN_PAYMENTS))
    lines = LedgerLine.objects.count()
    print(f"{lines} lines written in {time.perf_counter() - began:.0f} s")
    seconds, grown, found = measured()
    assert not found, found[:5]
    assert lines >= wanted
    print(f"verified in {seconds:.1f} s, {grown:.1f} MB more at its peak than before")
    keep("ledger verified", seconds)
    keep("ledger memory", grown)
    with transaction.atomic(), past_triggers(), connection.cursor() as cursor:
        cursor.execute(
            "update booking_ledgerline set amount_cents = amount_cents + 1 where id ="
            " (select max(l.id) from booking_ledgerline l join booking_ledgertransaction t on t.id = l.transaction_id"
            "  where t.kind = 'stripe_fee' and l.amount_cents > 0)"
        )
    _seconds, _grown, found = measured()
    assert len(found) == 1, found[:5]
    assert found[0].startswith("unbalanced payment-"), found
    print(f"one cent wrong is named: {found[0]}")


if __name__ == "__main__":
    main()
