"""Checkout sessions, and the payment intents behind them."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from booking.stripe_gateway.connection import StripeRefused, StripeUnreachable, calling, client, name_of, on


@dataclass(frozen=True)
class Session:
    """A Checkout session as it stands. `intent_status` is that of its payment intent, empty while there is none.

    `payment_status` is what the session says of it, and `subscription` what it began, when it was for one.
    """

    id: str
    status: str
    url: str
    payment_intent: str
    intent_status: str
    metadata: dict[str, str] = field(default_factory=dict)
    subscription: str = ""
    payment_status: str = ""
    amount_cents: int | None = None
    currency: str = ""

    @property
    def is_paid(self) -> bool:
        return self.status == "complete" and self.intent_status == "succeeded"

    @property
    def is_authorised(self) -> bool:
        return self.status == "complete" and self.intent_status == "requires_capture"


def open_checkout(
    *,
    account: str,
    amount_cents: int,
    fee_cents: int,
    label: str,
    email: str,
    expires_at: dt.datetime,
    manual_capture: bool,
    success_url: str,
    cancel_url: str,
    metadata: dict[str, str],
    key: str,
) -> Session:
    with calling("open_checkout"):
        found = client().v1.checkout.sessions.create(
            {
                "mode": "payment",
                "client_reference_id": metadata["appointment"],
                **({"customer_email": email} if email else {}),
                "expires_at": int(expires_at.timestamp()),
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {"currency": "eur", "unit_amount": amount_cents, "product_data": {"name": label}},
                    }
                ],
                "locale": "fr",
                "metadata": metadata,
                "payment_intent_data": {
                    **({"application_fee_amount": fee_cents} if fee_cents else {}),
                    "capture_method": "manual" if manual_capture else "automatic_async",
                    "description": label,
                    "metadata": metadata,
                },
                "allowed_payment_method_types": ["card"],
                "success_url": success_url,
                "cancel_url": cancel_url,
            },
            {"stripe_account": account, "idempotency_key": key},
        )
    return session_of(found)


def read_session(*, account: str, session_id: str) -> Session:
    with calling("read_session"):
        found = client().v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]}, on(account))
    return session_of(found)


def expire_session(*, account: str, session_id: str) -> Session:
    """Close the session for certain and return it; one that is no longer open is returned as it stands."""
    try:
        with calling("expire_session"):
            found = client().v1.checkout.sessions.expire(session_id, {}, on(account))
    except StripeRefused:
        return read_session(account=account, session_id=session_id)
    return session_of(found)


def capture(*, account: str, payment_intent: str) -> None:
    """Take the money that was authorised. Its state makes asking twice harmless: no key, which would remember a failure."""
    try:
        with calling("capture"):
            client().v1.payment_intents.capture(payment_intent, {}, {"stripe_account": account})
    except (StripeRefused, StripeUnreachable):
        if _intent_status(account, payment_intent) != "succeeded":
            raise


def release(*, account: str, payment_intent: str) -> None:
    """Let go of an authorisation; one that is already gone is fine. Raises StripeRefused when the money was taken."""
    try:
        with calling("release"):
            client().v1.payment_intents.cancel(payment_intent, {}, {"stripe_account": account})
    except (StripeRefused, StripeUnreachable):
        if _intent_status(account, payment_intent) != "canceled":
            raise


def _intent_status(account: str, payment_intent: str) -> str:
    with calling("read_intent"):
        return str(client().v1.payment_intents.retrieve(payment_intent, {}, {"stripe_account": account}).status)


def session_of(found: Any) -> Session:
    intent = found.payment_intent
    expanded = intent is not None and not isinstance(intent, str)
    return Session(
        id=str(found.id),
        status=str(found.status),
        url=found.url or "",
        payment_intent=(str(intent.id) if expanded else intent or ""),
        intent_status=str(intent.status) if expanded else "",
        metadata=dict(found.metadata.to_dict()) if found.metadata else {},
        subscription=name_of(getattr(found, "subscription", None)),
        amount_cents=found.amount_total,
        currency=str(found.currency or ""),
        payment_status=str(found.payment_status or ""),
    )
