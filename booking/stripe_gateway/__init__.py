"""Stripe, and the only package that knows its SDK.

Charges are direct: made on the practitioner's account, with our application fee. What Stripe answers comes back as small
dataclasses. Two errors only leave this package: `StripeRefused` (Stripe said no, nothing happened) and `StripeUnreachable`
(no answer, or one that says nothing: what was asked may or may not have happened, so it is asked again with the same key).

Callers use the names below as `stripe_gateway.capture(…)`; the modules are its inside.
"""

from booking.stripe_gateway.accounts import AccountState, onboarding_url, open_account, read_account
from booking.stripe_gateway.checkout import Session, capture, expire_session, open_checkout, read_session, release
from booking.stripe_gateway.connection import StripeRefused, StripeUnreachable, client
from booking.stripe_gateway.refunds import find_refund, read_refund, refund
from booking.stripe_gateway.webhooks import ForgedWebhook, verify_webhook

__all__ = [
    "AccountState",
    "ForgedWebhook",
    "Session",
    "StripeRefused",
    "StripeUnreachable",
    "capture",
    "client",
    "expire_session",
    "find_refund",
    "onboarding_url",
    "open_account",
    "open_checkout",
    "read_account",
    "read_refund",
    "read_session",
    "refund",
    "release",
    "verify_webhook",
]
