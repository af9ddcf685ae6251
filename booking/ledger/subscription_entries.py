"""What subscriptions to paid services write in the ledger, in the transaction that records what Stripe says of them."""

import datetime as dt

from booking.ledger.accounts import PLATFORM, STRIPE, Account, subscriber
from booking.ledger.posting import post
from booking.models import LedgerTransaction, ServiceSubscription, SubscriptionPayment, SubscriptionRefund

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
