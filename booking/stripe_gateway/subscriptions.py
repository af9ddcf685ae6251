"""Subscriptions that practitioners pay to the platform, on the platform's own account."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from booking.stripe_gateway.checkout import Session, session_of
from booking.stripe_gateway.connection import StripeRefused, calling, client, moment, name_of

Interval = Literal["month", "year"]


@dataclass(frozen=True)
class Subscription:
    """`status`: incomplete, active, past_due (a renewal was not paid, Stripe tries again), canceled …"""

    id: str
    status: str
    customer: str
    amount_cents: int
    interval: str
    period_start: dt.datetime
    period_end: dt.datetime
    ends_with_period: bool
    ended_at: dt.datetime | None
    latest_invoice: str
    metadata: dict[str, str]
    created: dt.datetime

    @property
    def is_living(self) -> bool:
        return self.status in {"active", "past_due", "trialing"}


@dataclass(frozen=True)
class SubscriptionInvoice:
    """What was asked for one period. `pay_url` is Stripe's page where an open one is paid, also with another card."""

    id: str
    number: str
    status: str
    reason: str
    amount_cents: int
    paid_cents: int
    period_start: dt.datetime
    period_end: dt.datetime
    paid_at: dt.datetime | None
    payment_intent: str
    pay_url: str
    created: dt.datetime

    @property
    def is_paid(self) -> bool:
        return self.status == "paid"


def open_customer(*, email: str, name: str, metadata: dict[str, str], key: str) -> str:
    with calling("open_customer"):
        found = client().v1.customers.create(
            {"email": email, "name": name, "metadata": metadata, "preferred_locales": ["fr"]}, {"idempotency_key": key}
        )
    return str(found.id)


def open_subscription_checkout(
    *,
    customer: str,
    amount_cents: int,
    interval: Interval,
    label: str,
    expires_at: dt.datetime,
    success_url: str,
    cancel_url: str,
    metadata: dict[str, str],
    key: str,
) -> Session:
    """The hosted page where one subscribes; once paid, the session names its subscription."""
    with calling("open_subscription_checkout"):
        found = client().v1.checkout.sessions.create(
            {
                "mode": "subscription",
                "customer": customer,
                "expires_at": int(expires_at.timestamp()),
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": "eur",
                            "unit_amount": amount_cents,
                            "product_data": {"name": label},
                            "recurring": {"interval": interval},
                        },
                    }
                ],
                "locale": "fr",
                "metadata": metadata,
                "subscription_data": {"description": label, "metadata": metadata},
                "allowed_payment_method_types": ["card"],
                "success_url": success_url,
                "cancel_url": cancel_url,
            },
            {"idempotency_key": key},
        )
    return session_of(found)


def read_subscription(subscription_id: str) -> Subscription:
    with calling("read_subscription"):
        return _subscription(client().v1.subscriptions.retrieve(subscription_id))


def list_subscriptions(customer: str) -> list[Subscription]:
    """All of the customer's, the ended ones too, newest first."""
    with calling("list_subscriptions"):
        found = client().v1.subscriptions.list({"customer": customer, "status": "all", "limit": 100})
        return [_subscription(item) for item in found.auto_paging_iter()]


def cancel_subscription(subscription_id: str, *, at_period_end: bool) -> Subscription:
    """No key: its state makes asking twice harmless. At once, nothing is given back by this alone: see `refund`."""
    if at_period_end:
        return _set_end(subscription_id, ends=True)
    try:
        with calling("cancel_subscription"):
            return _subscription(client().v1.subscriptions.cancel(subscription_id))
    except StripeRefused:
        found = read_subscription(subscription_id)
        if found.status != "canceled":
            raise
        return found


def keep_subscription(subscription_id: str) -> Subscription:
    """Take back a cancellation at the end of the period, while that has not come."""
    return _set_end(subscription_id, ends=False)


def list_subscription_invoices(subscription_id: str) -> list[SubscriptionInvoice]:
    """Newest first."""
    params: Any = {"subscription": subscription_id, "limit": 100, "expand": ["data.payments"]}
    with calling("list_subscription_invoices"):
        return [_invoice(item) for item in client().v1.invoices.list(params).auto_paging_iter()]


def read_subscription_invoice(invoice_id: str) -> SubscriptionInvoice:
    with calling("read_subscription_invoice"):
        return _invoice(client().v1.invoices.retrieve(invoice_id, {"expand": ["payments"]}))


def void_invoice(invoice_id: str) -> None:
    """Nobody can pay it any more. What was paid or voided meanwhile is refused: it is read again by who asks."""
    with calling("void_invoice"):
        client().v1.invoices.void_invoice(invoice_id)


def _set_end(subscription_id: str, *, ends: bool) -> Subscription:
    with calling("set_subscription_end"):
        return _subscription(client().v1.subscriptions.update(subscription_id, {"cancel_at_period_end": ends}))


def _subscription(found: Any) -> Subscription:
    item = found["items"].data[0]
    return Subscription(
        id=str(found.id),
        status=str(found.status),
        customer=name_of(found.customer),
        amount_cents=int(item.price.unit_amount) * int(item.quantity),
        interval=str(item.price.recurring.interval),
        period_start=moment(item.current_period_start),
        period_end=moment(item.current_period_end),
        ends_with_period=bool(found.cancel_at_period_end),
        ended_at=moment(found.ended_at) if found.ended_at else None,
        latest_invoice=name_of(found.latest_invoice),
        metadata=dict(found.metadata.to_dict()) if found.metadata else {},
        created=moment(found.created),
    )


def _invoice(found: Any) -> SubscriptionInvoice:
    payments = [item.payment.payment_intent for item in found.payments.data if item.payment.type == "payment_intent"]
    paid_at = found.status_transitions.paid_at
    line = found.lines.data[0]
    return SubscriptionInvoice(
        id=str(found.id),
        number=found.number or "",
        status=str(found.status),
        reason=str(found.billing_reason),
        amount_cents=int(found.total),
        paid_cents=int(found.amount_paid),
        period_start=moment(line.period.start),
        period_end=moment(line.period.end),
        paid_at=moment(paid_at) if paid_at else None,
        payment_intent=name_of(payments[0]) if payments else "",
        pay_url=found.hosted_invoice_url or "",
        created=moment(found.created),
    )
