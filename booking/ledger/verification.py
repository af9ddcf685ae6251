"""Does the ledger agree with the appointments, the payments, the refunds and the invoices? Each difference by its name.

Every check is one statement of the database that answers with the differences only, read as they come: a ledger of a million
lines takes no more memory here than an empty one. Stripe is asked by `booking.ledger.at_stripe`.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count

from django.db import connection, transaction

from booking.ledger import checks_sql, party_checks_sql, subscription_checks_sql
from booking.ledger.differences import Difference

CHECKS = {
    "unbalanced": checks_sql.UNBALANCED,
    "payment": checks_sql.PAYMENTS,
    "fee": checks_sql.FEES,
    "processing": checks_sql.PROCESSING_FEES,
    "refund": checks_sql.REFUNDS,
    "fee_return": checks_sql.FEE_RETURNS,
    "stray": checks_sql.STRAYS,
    "party": party_checks_sql.PARTIES,
    "moment": party_checks_sql.MOMENTS,
    "dispute": checks_sql.DISPUTES,
    "payout": checks_sql.PAYOUTS,
    "paid_for_nothing": checks_sql.PAID_FOR_NOTHING,
    "unpaid": checks_sql.UNPAID,
    "uninvoiced": checks_sql.UNINVOICED,
    "invoiced": checks_sql.INVOICED,
    "credited": checks_sql.CREDITED,
    "receivable": checks_sql.RECEIVABLE,
    "subscription": subscription_checks_sql.PAID,
    "subscription_fee": subscription_checks_sql.FEES,
    "subscription_refund": subscription_checks_sql.REFUNDS,
    "subscription_invoice": subscription_checks_sql.INVOICES,
    "subscription_dispute": subscription_checks_sql.DISPUTES,
}
_cursors = count()


def verify(*, now: dt.datetime, only: str = "") -> Iterator[Difference]:
    """Every difference, one after another; all of one state of the database when called within `one_state`."""
    with transaction.atomic():
        for code, sql in CHECKS.items():
            if only in {"", code}:
                yield from _differences(code, sql, now)


@contextmanager
def one_state() -> Iterator[None]:
    """A transaction that sees the database as it is at its beginning, whatever is paid meanwhile, and writes nothing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
        yield


def _differences(code: str, sql: str, now: dt.datetime) -> Iterator[Difference]:
    # A named cursor stays at the server: rows come a few hundred at a time.
    with closing(connection.connection.cursor(f"ledger_{next(_cursors)}")) as cursor:
        cursor.itersize = 500
        cursor.execute(sql, {"now": now})
        for subject, expected, found in cursor:
            yield Difference(code, str(subject), int(expected or 0), int(found or 0))
