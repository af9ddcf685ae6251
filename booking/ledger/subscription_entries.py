"""What subscriptions to paid services write in the ledger, in the transaction that records what Stripe says of them."""

import datetime as dt

from booking.ledger.accounts import PLATFORM, STRIPE, Account, subscriber
from booking.ledger.posting import post
from booking.models import (
    Dispute,
    LedgerTransaction,
    ServiceSubscription,
    SubscriptionDispute,
    SubscriptionPayment,
    SubscriptionRefund,
)

Kind = LedgerTransaction.Kind


def period_paid(payment: SubscriptionPayment) -> None:
    """From the subscriber's card to the platform; Stripe's own fee is asked for afterwards."""
    row, cents = payment.subscription, payment.amount_cents
    post(
        kind=Kind.SUBSCRIPTION,
        key=f"subscription-payment-{payment.pk}",
        at=payment.paid_at,
        lines={_card(row): -cents, PLATFORM: cents},
        note=str(row),
    )


def _card(row: ServiceSubscription) -> Account:
    return subscriber(row.subscriber.practitioner_id)


def fee_known(payment: SubscriptionPayment, *, cents: int, now: dt.datetime) -> None:
    if cents:
        post(
            kind=Kind.STRIPE_FEE,
            key=f"subscription-payment-{payment.pk}-stripe",
            at=now,
            lines={PLATFORM: -cents, STRIPE: cents},
            note=str(payment.subscription),
        )


def refund_done(refund: SubscriptionRefund, *, now: dt.datetime) -> None:
    row, cents = refund.payment.subscription, refund.amount_cents
    post(
        kind=Kind.SUBSCRIPTION_REFUND,
        key=refund.mark,
        at=now,
        lines={PLATFORM: -cents, _card(row): cents},
        note=str(row),
    )


def refund_came_back(refund: SubscriptionRefund, *, now: dt.datetime) -> None:
    """The card did not take a refund that was recorded: the platform has the money again."""
    if not LedgerTransaction.objects.filter(key=refund.mark).exists():
        return
    row, cents = refund.payment.subscription, refund.amount_cents
    post(
        kind=Kind.SUBSCRIPTION_REFUND,
        key=f"{refund.mark}-failed",
        at=now,
        lines={PLATFORM: cents, _card(row): -cents},
        note=str(row),
    )


def disputed(dispute: SubscriptionDispute, row: ServiceSubscription, *, now: dt.datetime) -> None:
    """While open or lost the subscriber's bank has the money; won, it came back. Stripe's fee for it is the platform's."""
    mark, cents = f"subscription-dispute-{dispute.dispute_id}", dispute.amount_cents
    won = dispute.status == Dispute.Status.WON
    moves = [("", dispute.opened_at, {PLATFORM: -cents, _card(row): cents})] if dispute.takes_money or won else []
    if won:
        moves.append(("-won", now, {PLATFORM: cents, _card(row): -cents}))
    if dispute.stripe_fee_cents:
        fee = dispute.stripe_fee_cents
        moves.append(("-fee", dispute.opened_at, {PLATFORM: -fee, STRIPE: fee}))
    for what, at, lines in moves:
        post(kind=Kind.SUBSCRIPTION_DISPUTE, key=mark + what, at=at, lines=lines, note=str(row))
