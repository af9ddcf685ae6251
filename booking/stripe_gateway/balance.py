"""Balance transactions: each movement of an account at Stripe, and what Stripe took for a payment."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from booking.stripe_gateway.connection import calling, client, moment, name_of, on


@dataclass(frozen=True)
class BalanceLine:
    """`amount_cents` is the movement, `fee_cents` what left the account with it (our fee; negative when it came back)."""

    id: str
    type: str
    category: str
    amount_cents: int
    fee_cents: int
    source: str
    payment_intent: str
    created: dt.datetime

    @property
    def net_cents(self) -> int:
        return self.amount_cents - self.fee_cents


def list_balance_lines(account: str, since: dt.datetime | None = None) -> Iterator[BalanceLine]:
    """All movements of the account, the platform's own when it is empty; newest first, read page by page."""
    params: Any = {"limit": 100, "expand": ["data.source"]}
    if since:
        params["created"] = {"gte": int(since.timestamp())}
    with calling("list_balance_lines"):
        for found in client().v1.balance_transactions.list(params, on(account)).auto_paging_iter():
            yield balance_line(found)


def read_balance(account: str) -> int:
    """What the account holds in euros, available or on its way; the platform when `account` is empty."""
    with calling("read_balance"):
        found = client().v1.balance.retrieve({}, on(account))
    parts: list[Any] = [*found.available, *found.pending]
    return sum(int(part.amount) for part in parts if part.currency == "eur")


def read_charge_fee(account: str, payment_intent: str) -> int | None:
    """What Stripe took for the payment, in cents; None while it says nothing of it.

    Our accounts have `fees_collector=application`: it is the platform that pays, by a movement of its own.
    """
    with calling("read_charge_fee"):
        intent = client().v1.payment_intents.retrieve(payment_intent, {}, on(account))
    charge = name_of(intent.latest_charge)
    return fee_taken_for(account, charge) if charge else None


def fee_taken_for(account: str, source: str) -> int | None:
    """Stripe's own fees about one object: among the platform's movements or, when it has none, inside those of the account."""
    asked: Any = {"source": source, "limit": 100}
    for owner in ["", account] if account else [""]:
        with calling("fee_taken_for"):
            found = client().v1.balance_transactions.list(asked, on(owner)).data
        taken = [-int(item.net) for item in found if item.type == "stripe_fee"]
        taken += [int(part.amount) for item in found for part in item.fee_details or [] if part.type == "stripe_fee"]
        if taken:
            return sum(taken)
    return None


def balance_line(found: Any) -> BalanceLine:
    """From a movement whose source is expanded: the payment is told by it."""
    return BalanceLine(
        id=str(found.id),
        type=str(found.type),
        category=str(found.reporting_category),
        amount_cents=int(found.amount),
        fee_cents=int(found.fee),
        source=name_of(found.source),
        payment_intent=name_of(getattr(found.source, "payment_intent", None)),
        created=moment(found.created),
    )
