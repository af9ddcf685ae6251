"""What Stripe's notifications about disputes and payouts lead to: each is read again from Stripe, then settled here."""

import datetime as dt
from typing import Any

from booking.actions import disputes, payouts
from booking.errors import NotKnownYet
from booking.models import Payment, StripeAccount, StripeEvent

UNDER_WAY = (Payment.Status.CREATING, Payment.Status.OPEN)


def dispute(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    name = str(subject.get("id") or "")
    for account in _account(row):
        found = disputes.refresh(account=account, dispute_id=name, now=now)
        if found is None and account.payments.filter(status__in=UNDER_WAY).exists():
            raise NotKnownYet(f"dispute {name}")  # the news of its payment may still be on their way


def payout(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    for account in _account(row):
        payouts.refresh(account=account, payout_id=str(subject.get("id") or ""), now=now)


def _account(row: StripeEvent) -> list[StripeAccount]:
    """The practitioner's; the platform's own payouts are no part of this."""
    return list(StripeAccount.objects.filter(account_id=row.account)) if row.account else []
