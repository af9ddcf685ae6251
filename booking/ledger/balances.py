"""What each account holds, now or at any date: sums of lines, nothing is kept beside them."""

import datetime as dt

from django.db.models import Sum

from booking.ledger.accounts import Account
from booking.models import LedgerLine


def balance(account: Account, *, at: dt.datetime | None = None) -> int:
    """Cents that the account held just before `at`; now without it."""
    return balances(at=at, only=str(account)).get(account, 0)


def balances(*, at: dt.datetime | None = None, only: str = "") -> dict[Account, int]:
    """Every account and what it held just before `at`."""
    lines = LedgerLine.objects.filter(at__lt=at) if at else LedgerLine.objects.all()
    if only:
        lines = lines.filter(account=only)
    found = lines.order_by("account").values_list("account").annotate(cents=Sum("amount_cents"))
    return {Account.parse(name): int(cents) for name, cents in found}
