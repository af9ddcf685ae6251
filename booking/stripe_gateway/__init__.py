"""Stripe, and the only package that knows its SDK.

Charges are direct: made on the practitioner's account, with our application fee. What Stripe answers comes back as small
dataclasses. Two errors only leave this package: `StripeRefused` (Stripe said no, nothing happened) and `StripeUnreachable`
(no answer, or one that says nothing: what was asked may or may not have happened, so it is asked again with the same key).

Callers use the names below as `stripe_gateway.capture(…)`; the modules are its inside.
"""

from booking.stripe_gateway.accounts import AccountState, Requirement, onboarding_url, open_account, read_account
from booking.stripe_gateway.balance import BalanceLine, list_balance_lines, read_balance, read_charge_fee
from booking.stripe_gateway.checkout import Session, capture, expire_session, open_checkout, read_session, release
from booking.stripe_gateway.connection import StripeRefused, StripeUnreachable, client
from booking.stripe_gateway.disputes import (
    LONGEST_EVIDENCE_TEXT,
    Dispute,
    accept_dispute,
    list_disputes,
    read_dispute,
    read_dispute_fee,
    submit_evidence,
)
from booking.stripe_gateway.lists import ChargeLine, FeeLine, RefundLine, list_charges, list_fees, list_refunds
from booking.stripe_gateway.payouts import Payout, list_payouts, payout_lines, read_payout
from booking.stripe_gateway.refunds import find_refund, read_refund, refund
from booking.stripe_gateway.subscriptions import (
    Subscription,
    SubscriptionInvoice,
    cancel_subscription,
    keep_subscription,
    list_subscription_invoices,
    list_subscriptions,
    open_customer,
    open_subscription_checkout,
    read_subscription,
    read_subscription_invoice,
    void_invoice,
)
from booking.stripe_gateway.webhooks import ForgedWebhook, verify_webhook

__all__ = [
    "LONGEST_EVIDENCE_TEXT",
    "AccountState",
    "BalanceLine",
    "ChargeLine",
    "Dispute",
    "FeeLine",
    "ForgedWebhook",
    "Payout",
    "RefundLine",
    "Requirement",
    "Session",
    "StripeRefused",
    "StripeUnreachable",
    "Subscription",
    "SubscriptionInvoice",
    "accept_dispute",
    "cancel_subscription",
    "capture",
    "client",
    "expire_session",
    "find_refund",
    "keep_subscription",
    "list_balance_lines",
    "list_charges",
    "list_disputes",
    "list_fees",
    "list_payouts",
    "list_refunds",
    "list_subscription_invoices",
    "list_subscriptions",
    "onboarding_url",
    "open_account",
    "open_checkout",
    "open_customer",
    "open_subscription_checkout",
    "payout_lines",
    "read_account",
    "read_balance",
    "read_charge_fee",
    "read_dispute",
    "read_dispute_fee",
    "read_payout",
    "read_refund",
    "read_session",
    "read_subscription",
    "read_subscription_invoice",
    "refund",
    "release",
    "submit_evidence",
    "verify_webhook",
    "void_invoice",
]
