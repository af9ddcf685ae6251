"""Cancelling a subscription, keeping it after all, withdrawing from it. What the subscriber wants is committed first: Stripe is told
at once, and by the sweep if it does not answer."""

import datetime as dt

import structlog
from django.db import transaction
from django.db.models import Q

from booking import stripe_gateway
from booking.actions import subscription_mails, subscription_money, subscription_refunds, subscriptions
from booking.actions.subscription_mails import day_mark
from booking.errors import SubscriptionOver
from booking.models import ServiceSubscription, SubscriptionRefund
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.subscription_states import Step, may, move
from booking.subscription_terms import Withdrawal, withdrawal
from common.tasks import enqueue
from practitioners.models import Practitioner

log = structlog.get_logger(__name__)


def cancel(*, subscription_id: int, now: dt.datetime) -> ServiceSubscription:
    """The service goes on to the end of the paid period; at once when nothing of it is paid. Raises SubscriptionOver."""
    with transaction.atomic():
        row = subscriptions.locked(subscription_id)
        if not may(row, Step.CANCEL):
            raise SubscriptionOver
        if not row.ends_with_period:
            row.ends_with_period, row.told_stripe = True, False
            move(row, Step.CANCEL, now=now)
            if not row.is_behind:
                subscription_mails.tell(row, "cancelled", mark=_mark(row))
            _soon(row.pk)
    return row


def keep(*, subscription_id: int, now: dt.datetime) -> ServiceSubscription:
    """Take back the cancellation while the period runs. Raises SubscriptionOver."""
    with transaction.atomic():
        row = subscriptions.locked(subscription_id)
        if not may(row, Step.KEEP) or row.withdrawn_at or (row.period_end and row.period_end <= now):
            raise SubscriptionOver
        if row.ends_with_period:
            row.ends_with_period, row.told_stripe = False, False
            move(row, Step.KEEP, now=now)
            subscription_mails.tell(row, "kept", mark=_mark(row))
            _soon(row.pk)
    return row


def _mark(row: ServiceSubscription) -> str:
    """A second change of mind within a period is told too."""
    return f"{day_mark(row.period_end)}-{row.events.count()}"


def finding(row: ServiceSubscription, *, now: dt.datetime) -> Withdrawal | None:
    return withdrawal(row, subscription_money.left(row), now=now)


def withdraw(row: ServiceSubscription, *, declared_at: dt.datetime, now: dt.datetime) -> None:
    """End it at once and give back what the law gave at that moment. `actions.withdrawals` keeps the declaration, has the lock."""
    found = finding(row, now=declared_at)
    if found is None or not found.is_open:
        return
    row.withdrawn_at, row.told_stripe = declared_at, False
    move(row, Step.WITHDRAW, now=now)
    for payment, cents in found.back:
        subscription_refunds.order(
            payment=payment, amount_cents=cents, cause=SubscriptionRefund.Cause.WITHDRAWAL, now=now
        )
    _soon(row.pk)


def _soon(subscription_id: int) -> None:
    def ask() -> None:
        from booking.tasks import tell_stripe_of_subscription

        enqueue(tell_stripe_of_subscription, subscription_id)

    transaction.on_commit(ask)


def tell_stripe(*, subscription_id: int, now: dt.datetime) -> ServiceSubscription:
    """Make Stripe's as the subscriber wants it, then read all of it again. Raises StripeUnreachable, StripeRefused."""
    row = subscriptions.known(subscription_id)
    if row.is_running and not row.told_stripe and row.stripe_id:
        wanted = row.ends_with_period
        try:
            if row.withdrawn_at or (wanted and row.is_behind):
                stripe_gateway.cancel_subscription(row.stripe_id, at_period_end=False)
            elif wanted:
                stripe_gateway.cancel_subscription(row.stripe_id, at_period_end=True)
            else:
                stripe_gateway.keep_subscription(row.stripe_id)
        except StripeRefused as error:
            # It ended there meanwhile, which is read below; otherwise it is told again by the sweep.
            log.error("subscription_end_refused", subscription=row.reference, error=error.reason)
        else:
            same = Q(ends_with_period=wanted, withdrawn_at=row.withdrawn_at)
            ServiceSubscription.objects.filter(same, pk=row.pk).update(told_stripe=True)
    return subscriptions.refresh(subscription_id=subscription_id, now=now)


def to_tell() -> list[int]:
    rows = ServiceSubscription.objects.filter(state__in=ServiceSubscription.RUNNING, told_stripe=False)
    return list(rows.values_list("pk", flat=True)[:100])


def try_to_tell(*, subscription_id: int, now: dt.datetime) -> bool:
    """For who waits for a page: False when Stripe does not answer, which the sweep then asks again."""
    try:
        tell_stripe(subscription_id=subscription_id, now=now)
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("subscription_not_told", subscription=subscription_id, error=str(error))
        return False
    return True


def of_ended_contracts() -> list[int]:
    """Whoever left the platform is not charged again."""
    rows = ServiceSubscription.objects.filter(
        state__in=ServiceSubscription.RUNNING,
        ends_with_period=False,
        subscriber__practitioner__status=Practitioner.Status.ENDED,
    )
    return list(rows.values_list("pk", flat=True)[:100])
