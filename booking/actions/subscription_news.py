"""What Stripe's notifications about subscriptions lead to: each is read anew, in any order and any number of times."""

import datetime as dt
from typing import Any

from booking.actions import subscription_disputes, subscription_refunds, subscriptions
from booking.actions.stripe_news import own_number
from booking.errors import NotKnownYet
from booking.models import ServiceSubscription, StripeEvent, SubscriptionRefund

WAITING = (ServiceSubscription.State.CREATING, ServiceSubscription.State.OPEN)


def session(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    if row.account or subject.get("mode") != "subscription":
        return
    mark = _mark(subject.get("metadata"))
    ours = ServiceSubscription.objects.filter(reference=mark).first() if mark else None
    if ours is None:
        return  # made by hand at Stripe: not ours
    if ours.session_id is None and ours.state in WAITING:
        raise NotKnownYet(f"session of subscription {mark}")  # it overtook the answer that carries its id
    if ours.session_id == subject.get("id"):
        subscriptions.refresh(subscription_id=ours.pk, now=now)


def subscription(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    if not row.account:
        _follow(str(subject.get("id") or ""), _mark(subject.get("metadata")), now)


def invoice(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    if row.account:
        return
    details = (subject.get("parent") or {}).get("subscription_details") or {}
    _follow(str(details.get("subscription") or ""), _mark(details.get("metadata")), now)


def _follow(stripe_id: str, mark: str, now: dt.datetime) -> None:
    ours = ServiceSubscription.objects.filter(stripe_id=stripe_id).first() if stripe_id else None
    if ours is None and mark:
        # Its session says which subscription is ours: what a notification says of itself is not believed.
        ours = ServiceSubscription.objects.filter(reference=mark, stripe_id=None, state__in=WAITING).first()
        if ours is not None and ours.session_id is None:
            raise NotKnownYet(f"subscription {mark}")
    if ours is not None:
        subscriptions.refresh(subscription_id=ours.pk, now=now)


def refund(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    if row.account:
        return
    refund_id = str(subject.get("id") or "")
    ours = SubscriptionRefund.objects.filter(refund_id=refund_id).first()
    if ours is None:
        mark = str((subject.get("metadata") or {}).get("refund") or "")
        number = own_number(mark.removeprefix("subscription-refund-"))
        ours = SubscriptionRefund.objects.filter(refund_id=None, pk=number).first() if number is not None else None
        if ours is not None and ours.payment.payment_intent != subject.get("payment_intent"):
            return
    if ours is not None:
        subscription_refunds.refresh(refund_id=ours.pk, stripe_id=refund_id, now=now)


def dispute(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    if row.account:
        return
    name = str(subject.get("id") or "")
    found = subscription_disputes.refresh(dispute_id=name, now=now)
    if found is None and ServiceSubscription.objects.filter(state__in=ServiceSubscription.LIVE).exists():
        raise NotKnownYet(f"dispute {name}")  # the news of its payment may still be on their way


def _mark(metadata: Any) -> str:
    return str((metadata or {}).get("service_subscription") or "")[:10]
