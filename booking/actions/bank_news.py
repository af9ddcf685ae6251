"""What Stripe's notifications about disputes and payouts lead to: each is read again from Stripe, then settled here."""

import datetime as dt
from typing import Any

from booking.actions import disputes, payouts
from booking.models import StripeAccount, StripeEvent


def dispute(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    for account in _account(row):
        disputes.refresh(account=account, dispute_id=str(subject.get("id") or ""), now=now)


def payout(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    for account in _account(row):
        payouts.refresh(account=account, payout_id=str(subject.get("id") or ""), now=now)


def _account(row: StripeEvent) -> list[StripeAccount]:
    """The practitioner's; the platform's own payouts are no part of this."""
    return list(StripeAccount.objects.filter(account_id=row.account)) if row.account else []
