"""The one way to write in the ledger."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from booking.ledger.accounts import Account
from booking.models import LedgerLine, LedgerTransaction


class Unbalanced(ValueError):
    """Lines that do not sum to zero: money would come from nowhere. The database would refuse them at commit."""


class LedgerConflict(RuntimeError):
    """The key is that of another movement: two facts of one name, which no retry may hide."""


def post(
    *,
    kind: str,
    key: str,
    at: dt.datetime,
    lines: Mapping[Account, int],
    appointment_id: int | None = None,
    payment_id: int | None = None,
    note: str = "",
) -> bool:
    """Record a movement of money, in the transaction of what it records. True when it is new.

    The same key with the same lines does nothing. Lines of zero are left out. Raises Unbalanced, LedgerConflict.
    """
    wanted = {str(account): cents for account, cents in lines.items() if cents}
    if sum(wanted.values()) or not wanted:
        raise Unbalanced(f"{key}: {wanted}")
    with transaction.atomic():
        row, created = LedgerTransaction.objects.get_or_create(
            key=key,
            defaults={
                "kind": LedgerTransaction.Kind(kind),
                "at": at,
                "appointment_id": appointment_id,
                "payment_id": payment_id,
                "note": note[:300],
                "line_count": len(wanted),
            },
        )
        if created:
            # In one order everywhere, so that what is read back reads alike.
            LedgerLine.objects.bulk_create(
                LedgerLine(transaction=row, account=account, at=at, amount_cents=cents)
                for account, cents in sorted(wanted.items())
            )
            return True
    found = dict(row.lines.values_list("account", "amount_cents"))
    if found != wanted or row.kind != kind:
        raise LedgerConflict(f"{key}: {row.kind} {found}, not {kind} {wanted}")
    return False
