"""What Stripe's notifications about payments, refunds and accounts lead to: each is read again from Stripe, then settled here."""

import datetime as dt
from typing import Any

from booking import stripe_gateway
from booking.actions import accounts as stripe_accounts
from booking.actions import payments, refunds
from booking.errors import NotKnownYet
from booking.models import Payment, Refund, StripeAccount, StripeEvent


def own_number(text: str) -> int | None:
    """One of our primary keys that travelled as metadata; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def session(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    if subject.get("mode", "payment") != "payment":
        return  # a subscription's
    session_id = str(subject.get("id") or "")
    payment = Payment.objects.filter(session_id=session_id).select_related("account").first()
    if payment is None:
        # The webhook may overtake the answer that carries the session's id: our own number travels with it.
        number = own_number(str((subject.get("metadata") or {}).get("payment") or ""))
        ours = Payment.objects.filter(session_id=None, account__account_id=row.account).select_related("account")
        payment = ours.filter(pk=number).first() if number is not None else None
    if payment is None:
        raise NotKnownYet(f"session {session_id}")
    found = stripe_gateway.read_session(account=payment.account.account_id, session_id=session_id)
    if found.metadata.get("payment") != str(payment.pk):
        raise NotKnownYet(f"session {session_id} is not of payment {payment.pk}")
    payments.settle(payment_id=payment.pk, session=found, now=now)


def payment_intent(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    payment = Payment.objects.filter(payment_intent=str(subject.get("id"))).first()
    if payment and payment.session_id:
        payments.refresh(payment_id=payment.pk, now=now)


def refund(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    refund_id = str(subject.get("id") or "")
    found = Refund.objects.filter(refund_id=refund_id).first()
    if found is None:
        number = own_number(str((subject.get("metadata") or {}).get("refund") or "").removeprefix("refund-"))
        # Only from the account that it was asked of: a mark made on another one says nothing of ours.
        ours = Refund.objects.filter(refund_id=None, payment__account__account_id=row.account)
        found = ours.filter(pk=number).first() if number is not None else None
    if found is None:
        return  # made by hand in the practitioner's own Stripe space: theirs, not ours
    status = stripe_gateway.read_refund(account=row.account, refund_id=refund_id)
    refunds.settle(refund_id=found.pk, stripe_id=refund_id, stripe_status=status, now=now)


def account(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    related = str((row.payload.get("related_object") or {}).get("id") or "")
    for ours in StripeAccount.objects.filter(account_id=related):
        stripe_accounts.refresh(account_pk=ours.pk, now=now)
