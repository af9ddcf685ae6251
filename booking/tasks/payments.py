"""Stripe's news, payments, refunds, the fees Stripe keeps and the nightly comparison with its books."""

import datetime as dt

import structlog
from celery import shared_task

from booking.actions import payment_links, payments, processing_fees, proposals, reconciliation, refunds, webhooks
from booking.models import Refund
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.tasks.sweeping import for_a_while, one_by_one
from common import clock

log = structlog.get_logger(__name__)


@shared_task
def process_event(event_pk: int) -> None:
    webhooks.process(event_pk=event_pk, now=clock.now())


@shared_task
def process_pending_events() -> None:
    for event_pk in for_a_while(webhooks.due(now=clock.now())):
        webhooks.process(event_pk=event_pk, now=clock.now())


@shared_task
def send_refund(refund_id: int) -> None:
    refunds.send(refund_id=refund_id, now=clock.now())


@shared_task
def check_payment(payment_id: int) -> None:
    try:
        payments.refresh(payment_id=payment_id, now=clock.now())
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("payment_not_checked", payment=payment_id, error=str(error))


def _close_links(now: dt.datetime) -> None:
    """Payment links that are too old, or of appointments that are off."""
    one_by_one(
        payment_links.over(now=now),
        lambda pk: payment_links.withdraw(link_id=pk, now=now),
        failure="payment_link_not_closed",
    )


@shared_task
def reconcile_payments() -> None:
    now = clock.now()
    payments.reconcile(now=now)
    proposals.finish_lost_ones(now=now)
    _close_links(now)
    waiting = Refund.objects.filter(status=Refund.Status.PENDING).values_list("pk", flat=True)[:100]
    for refund_id in for_a_while(waiting):
        refunds.send(refund_id=refund_id, now=now)


@shared_task
def read_processing_fee(payment_id: int) -> None:
    processing_fees.read(payment_id=payment_id, now=clock.now())


@shared_task
def read_processing_fees() -> None:
    now = clock.now()
    one_by_one(
        processing_fees.due(now=now),
        lambda pk: processing_fees.read(payment_id=pk, now=now),
        failure="processing_fee_not_read",
    )


@shared_task(time_limit=3600)
def reconcile_stripe() -> None:
    """At night: a call to Stripe for each account. Given back while it still runs, it leaves the other alone."""
    if not reconciliation.is_running(now=clock.now()):
        reconciliation.run(now=clock.now())
