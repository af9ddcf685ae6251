"""The mails about subscriptions to paid services. Each is sent once for what it tells."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse

from booking.models import PaidService, ServiceSubscription, SubscriptionDispute, SubscriptionPayment
from booking.subscription_terms import serves_from
from booking.subscription_words import contest_in_words
from booking.withdrawal_terms import period_end
from common import outbox


def address(row: ServiceSubscription) -> str:
    return settings.BASE_URL + reverse("office:subscription", args=[row.reference])


def begun(row: ServiceSubscription) -> None:
    """The contract on a durable medium: price, period, terms in full with their hash, how to withdraw and how to cancel."""
    assert row.begun_at is not None
    _send(
        row,
        "begun",
        template="money/paid_service_begun",
        until=period_end(row.begun_at) - dt.timedelta(seconds=1),
        serves_from=serves_from(row),
        cancel_url=settings.BASE_URL + reverse("office:subscription_cancel", args=[row.reference]),
        withdraw_url=settings.BASE_URL + reverse("office:subscription_withdraw", args=[row.reference]),
    )


def tell(row: ServiceSubscription, what: str, *, mark: str = "", **facts: Any) -> None:
    """`what`: failed, cancelled, kept, ended, refunded, address or renewal; `mark` tells one time from another."""
    _send(row, f"{what}{mark}", template="money/paid_service_news", what=what, **facts)


def work_to_do(row: ServiceSubscription, payment: SubscriptionPayment) -> None:
    """A service that people deliver: the team has its order for the period that was paid."""
    to = settings.PLATFORM_IDENTITY["email"]
    if row.service.delivered_by == PaidService.DeliveredBy.PEOPLE and to:
        _send(row, f"work-{payment.pk}", template="money/paid_service_work", to=to, payment=payment)


def contested(row: ServiceSubscription, dispute: SubscriptionDispute) -> None:
    """The team answers the bank in the platform's own Stripe pages: told what, by when, and what came of it."""
    to = settings.PLATFORM_IDENTITY["email"]
    if to:
        _send(
            row,
            f"dispute-{dispute.dispute_id}-{dispute.status}",
            template="money/paid_service_dispute",
            to=to,
            dispute=dispute,
            reason=contest_in_words(dispute.reason),
            desk_url=settings.BASE_URL + reverse("cms_subscription", args=[row.reference]),
        )


def _send(row: ServiceSubscription, mark: str, *, template: str, to: str = "", **facts: Any) -> None:
    practitioner = row.practitioner
    outbox.send(
        key=f"subscription-{row.reference}-{mark}",
        to=to or practitioner.user.email,
        template=template,
        context={
            "row": row,
            "version": row.version,
            "practitioner": practitioner,
            "url": address(row),
            "platform": settings.PLATFORM_IDENTITY["name"] or settings.WAGTAIL_SITE_NAME,
            **facts,
        },
        about=f"booking.ServiceSubscription:{row.reference}",
    )


def day_mark(moment: dt.datetime | None) -> str:
    return f"-{moment:%Y%m%d}" if moment else ""
