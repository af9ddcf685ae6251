"""What reconciliation compares ours with: everything taken, given back and kept as our fee, as Stripe has it.

Each is an iterator that reads page by page, newest first; `since` limits it to what was created from then on.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from booking.stripe_gateway.connection import calling, client, moment, name_of, on


@dataclass(frozen=True)
class ChargeLine:
    """`amount_cents` is what was taken, 0 for an attempt that failed or an authorisation nobody took."""

    id: str
    payment_intent: str
    amount_cents: int
    refunded_cents: int
    status: str
    is_captured: bool
    is_disputed: bool
    application_fee: str
    metadata: dict[str, str]
    created: dt.datetime


@dataclass(frozen=True)
class RefundLine:
    """`mark` is what `refund` wrote on it; empty for one made by hand in Stripe's pages."""

    id: str
    payment_intent: str
    charge: str
    amount_cents: int
    status: str
    mark: str
    created: dt.datetime


@dataclass(frozen=True)
class FeeLine:
    """Our fee on one charge, what of it was given back, and the account that paid it."""

    id: str
    account: str
    charge: str
    amount_cents: int
    refunded_cents: int
    created: dt.datetime


def list_charges(account: str, since: dt.datetime | None = None) -> Iterator[ChargeLine]:
    with calling("list_charges"):
        for found in client().v1.charges.list(_page(since), on(account)).auto_paging_iter():
            captured = bool(found.captured)
            yield ChargeLine(
                id=str(found.id),
                payment_intent=name_of(found.payment_intent),
                amount_cents=int(found.amount_captured),
                # Stripe shows an authorisation that was let go as refunded, though nothing was taken.
                refunded_cents=int(found.amount_refunded) if captured else 0,
                status=str(found.status),
                is_captured=captured,
                is_disputed=bool(found.disputed),
                application_fee=name_of(found.application_fee),
                metadata=dict(found.metadata.to_dict()) if found.metadata else {},
                created=moment(found.created),
            )


def list_refunds(account: str, since: dt.datetime | None = None) -> Iterator[RefundLine]:
    with calling("list_refunds"):
        for found in client().v1.refunds.list(_page(since), on(account)).auto_paging_iter():
            metadata = found.metadata.to_dict() if found.metadata else {}
            yield RefundLine(
                id=str(found.id),
                payment_intent=name_of(found.payment_intent),
                charge=name_of(found.charge),
                amount_cents=int(found.amount),
                status=str(found.status),
                mark=str(metadata.get("refund") or ""),
                created=moment(found.created),
            )


def list_fees(account: str = "", since: dt.datetime | None = None) -> Iterator[FeeLine]:
    """The platform's fees, those paid by `account` when it is given."""
    with calling("list_fees"):
        for found in client().v1.application_fees.list(_page(since)).auto_paging_iter():
            if account and name_of(found.account) != account:
                continue
            yield FeeLine(
                id=str(found.id),
                account=name_of(found.account),
                charge=name_of(found.charge),
                amount_cents=int(found.amount),
                refunded_cents=int(found.amount_refunded),
                created=moment(found.created),
            )


def _page(since: dt.datetime | None) -> Any:
    return {"limit": 100} | ({"created": {"gte": int(since.timestamp())}} if since else {})
