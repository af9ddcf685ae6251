"""Payouts: what an account held and Stripe sent to its bank, and what each of them is made of."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from booking.stripe_gateway.balance import BalanceLine, balance_line
from booking.stripe_gateway.connection import calling, client, moment


@dataclass(frozen=True)
class Payout:
    """`status`: pending, in_transit, paid, failed, canceled. A failed one gave its money back to the account."""

    id: str
    amount_cents: int
    status: str
    arrival_date: dt.date
    failure_code: str
    failure_message: str
    created: dt.datetime
    is_automatic: bool

    @property
    def holds(self) -> bool:
        """The money left the account and did not come back."""
        return self.status not in {"failed", "canceled"}


def list_payouts(account: str, since: dt.datetime | None = None) -> Iterator[Payout]:
    """Newest first; read page by page."""
    params: Any = {"limit": 100} | ({"created": {"gte": int(since.timestamp())}} if since else {})
    with calling("list_payouts"):
        for found in client().v1.payouts.list(params, {"stripe_account": account}).auto_paging_iter():
            yield _payout(found)


def read_payout(account: str, payout_id: str) -> Payout:
    with calling("read_payout"):
        return _payout(client().v1.payouts.retrieve(payout_id, {}, {"stripe_account": account}))


def payout_lines(account: str, payout_id: str) -> list[BalanceLine]:
    """What the payout is made of, newest first; its own movement, of the type `payout`, is left out.

    Stripe tells it of automatic payouts only, and once their reconciliation is done.
    """
    params: Any = {"payout": payout_id, "limit": 100, "expand": ["data.source"]}
    with calling("payout_lines"):
        found = client().v1.balance_transactions.list(params, {"stripe_account": account})
        return [line for item in found.auto_paging_iter() if (line := balance_line(item)).source != payout_id]


def _payout(found: Any) -> Payout:
    return Payout(
        id=str(found.id),
        amount_cents=int(found.amount),
        status=str(found.status),
        arrival_date=moment(found.arrival_date).date(),  # Stripe gives midnight in UTC for a day
        failure_code=found.failure_code or "",
        failure_message=found.failure_message or "",
        created=moment(found.created),
        is_automatic=bool(found.automatic),
    )
