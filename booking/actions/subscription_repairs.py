"""The platform's balance differs at Stripe: whatever subscriptions may have brought or cost is asked for again."""

import datetime as dt

import structlog
from django.db.models import Q

from booking.actions import subscription_disputes, subscription_money, subscription_refunds, subscriptions
from booking.models import LedgerLine, ServiceSubscription, SubscriptionDispute, SubscriptionRefund
from booking.stripe_gateway import StripeRefused, StripeUnreachable

log = structlog.get_logger(__name__)
ENDED_LATELY = dt.timedelta(days=60)


def repair(*, now: dt.datetime) -> int:
    """Subscriptions that run or ended lately, refunds, fees; how many of them changed the books."""
    before = _lines()
    known = Q(ended_at__gt=now - ENDED_LATELY) | Q(state__in=ServiceSubscription.LIVE)
    for pk in ServiceSubscription.objects.filter(known).order_by("pk").values_list("pk", flat=True):
        try:
            subscriptions.refresh(subscription_id=pk, now=now)
        except (StripeUnreachable, StripeRefused) as error:
            log.warning("subscription_not_repaired", subscription=pk, error=str(error))
    for refund in SubscriptionRefund.objects.filter(ordered_at__gt=now - ENDED_LATELY, refund_id__isnull=False):
        try:
            subscription_refunds.refresh(refund_id=refund.pk, stripe_id=str(refund.refund_id), now=now)
        except (StripeUnreachable, StripeRefused) as error:
            log.warning("subscription_refund_not_repaired", refund=refund.pk, error=str(error))
    _disputes(now)
    for pk in subscription_money.unfinished():
        subscription_money.finish(payment_id=pk, now=now)
    return _lines() - before


def _disputes(now: dt.datetime) -> None:
    for pk in SubscriptionDispute.objects.filter(opened_at__gt=now - ENDED_LATELY).values_list("pk", flat=True):
        subscription_disputes.read_again(pk=pk, now=now)
    try:
        subscription_disputes.look_for_new(now=now)
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("subscription_disputes_not_listed", error=str(error))


def _lines() -> int:
    return LedgerLine.objects.filter(account__startswith="subscriber:").count()
