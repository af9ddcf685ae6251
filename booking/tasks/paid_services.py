"""Optional paid services: what follows a payment, a refund, a change of mind; and what nobody was told of."""

import structlog
from celery import shared_task

from booking.actions import (
    accounts_by_mail,
    subscription_disputes,
    subscription_ends,
    subscription_money,
    subscription_refunds,
    subscriptions,
)
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.subscription_terms import renewal_to_announce
from booking.tasks.sweeping import one_by_one
from common import clock

log = structlog.get_logger(__name__)


@shared_task
def finish_subscription_payment(payment_id: int) -> None:
    subscription_money.finish(payment_id=payment_id, now=clock.now())


@shared_task
def send_subscription_refund(refund_id: int) -> None:
    subscription_refunds.send(refund_id=refund_id, now=clock.now())


@shared_task
def tell_stripe_of_subscription(subscription_id: int) -> None:
    subscription_ends.try_to_tell(subscription_id=subscription_id, now=clock.now())


@shared_task
def keep_subscriptions() -> None:
    """What lost tasks and lost news left: wishes Stripe does not know, refunds, fees and invoices, subscriptions silent for hours."""
    now = clock.now()
    one_by_one(
        subscription_ends.of_ended_contracts(),
        lambda pk: subscription_ends.cancel(subscription_id=pk, now=now),
        failure="subscription_not_cancelled",
    )
    one_by_one(
        subscription_ends.to_tell(),
        lambda pk: subscription_ends.try_to_tell(subscription_id=pk, now=now),
        failure="subscription_not_told",
    )
    one_by_one(
        subscription_refunds.unfinished(),
        lambda pk: subscription_refunds.send(refund_id=pk, now=now),
        failure="subscription_refund_not_sent",
    )
    one_by_one(
        subscriptions.never_opened(now=now),
        lambda pk: subscriptions.close(subscription_id=pk, now=now),
        failure="subscription_not_closed",
    )
    one_by_one(
        subscriptions.to_read_again(now=now),
        lambda pk: subscriptions.refresh(subscription_id=pk, now=now),
        failure="subscription_not_read",
    )
    one_by_one(
        subscription_money.unfinished(),
        lambda pk: subscription_money.finish(payment_id=pk, now=now),
        failure="subscription_payment_not_finished",
    )
    one_by_one(
        subscription_disputes.to_read_again(now=now),
        lambda pk: subscription_disputes.read_again(pk=pk, now=now),
        failure="subscription_dispute_not_read",
    )


@shared_task
def serve_subscriptions() -> None:
    """Each morning: the accounts of last month, the renewals that the law wants announced, disputes that nobody told of."""
    now = clock.now()
    try:
        subscription_disputes.look_for_new(now=now)
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("subscription_disputes_not_listed", error=str(error))
    one_by_one(
        accounts_by_mail.due(now=now),
        lambda pk: accounts_by_mail.send(subscription_id=pk, now=now),
        failure="accounts_not_sent",
    )
    for row in subscriptions.to_announce(now=now):
        if renewal_to_announce(row, now=now):
            subscriptions.announce_renewal(row)
