"""Stripe, and the only module that knows its SDK.

Charges are direct: made on the practitioner's account, with our application fee. What Stripe answers comes back as small
dataclasses. Two errors only leave this module: `StripeRefused` (Stripe said no, nothing happened) and `StripeUnreachable`
(no answer, or one that says nothing: what was asked may or may not have happened, so it is asked again with the same key).
"""

import datetime as dt
import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import stripe
import structlog
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError

log = structlog.get_logger(__name__)
TIMEOUT_SECONDS = 12
WEBHOOK_TOLERANCE_SECONDS = 300


class StripeUnreachable(DomainError):
    """`answered`: Stripe said that it failed (5xx). It remembers that answer with the key, which is then of no more use."""

    status = 503
    message = _(
        "The payment service does not answer. Nothing was charged. Your answers are kept: try again in a moment."
    )

    def __init__(self, *, answered: bool = False) -> None:
        super().__init__()
        self.answered = answered


class StripeRefused(DomainError):
    status = 503
    message = _("The payment could not be opened. Nothing was charged. Your answers are kept.")

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__()
        self.reason, self.code = reason, code


class ForgedWebhook(DomainError):
    status = 400


@dataclass(frozen=True)
class Session:
    """A Checkout session as it stands. `intent_status` is that of its payment intent, empty while there is none."""

    id: str
    status: str
    url: str
    payment_intent: str
    intent_status: str
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def is_paid(self) -> bool:
        return self.status == "complete" and self.intent_status == "succeeded"

    @property
    def is_authorised(self) -> bool:
        return self.status == "complete" and self.intent_status == "requires_capture"


@dataclass(frozen=True)
class AccountState:
    card_payments: str
    requirements: list[str]


@lru_cache(maxsize=4)
def _client(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


def client() -> stripe.StripeClient:
    return _client(settings.STRIPE_API_KEY, settings.STRIPE_API_BASE)


class _calling:
    """Turns the SDK's errors into our two."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, stripe.StripeError):
            return
        silent = isinstance(error, stripe.APIConnectionError | stripe.RateLimitError | stripe.APIError)
        code = str(getattr(error, "code", None) or "")
        # A key in use by a call still running says nothing of its outcome either. The same key with other words is a refusal.
        busy = getattr(error, "http_status", None) == 409 or code in {"lock_timeout", "idempotency_key_in_use"}
        if silent or busy:
            log.warning("stripe_unreachable", call=self.what, error=str(error))
            raise StripeUnreachable(answered=isinstance(error, stripe.APIError)) from error
        log.error("stripe_refused", call=self.what, error=str(error), code=code)
        raise StripeRefused(str(error), code) from error


def open_checkout(
    *,
    account: str,
    amount_cents: int,
    fee_cents: int,
    label: str,
    email: str,
    expires_at: dt.datetime,
    manual_capture: bool,
    success_url: str,
    cancel_url: str,
    metadata: dict[str, str],
    key: str,
) -> Session:
    with _calling("open_checkout"):
        found = client().v1.checkout.sessions.create(
            {
                "mode": "payment",
                "client_reference_id": metadata["appointment"],
                "customer_email": email,
                "expires_at": int(expires_at.timestamp()),
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {"currency": "eur", "unit_amount": amount_cents, "product_data": {"name": label}},
                    }
                ],
                "locale": "fr",
                "metadata": metadata,
                "payment_intent_data": {
                    "application_fee_amount": fee_cents,
                    "capture_method": "manual" if manual_capture else "automatic_async",
                    "description": label,
                    "metadata": metadata,
                },
                "allowed_payment_method_types": ["card"],
                "success_url": success_url,
                "cancel_url": cancel_url,
            },
            {"stripe_account": account, "idempotency_key": key},
        )
    return _session(found)


def read_session(*, account: str, session_id: str) -> Session:
    with _calling("read_session"):
        found = client().v1.checkout.sessions.retrieve(
            session_id, {"expand": ["payment_intent"]}, {"stripe_account": account}
        )
    return _session(found)


def expire_session(*, account: str, session_id: str) -> Session:
    """Close the session for certain and return it; one that is no longer open is returned as it stands."""
    try:
        with _calling("expire_session"):
            found = client().v1.checkout.sessions.expire(session_id, {}, {"stripe_account": account})
    except StripeRefused:
        return read_session(account=account, session_id=session_id)
    return _session(found)


def capture(*, account: str, payment_intent: str) -> None:
    """Take the money that was authorised. Its state makes asking twice harmless: no key, which would remember a failure."""
    try:
        with _calling("capture"):
            client().v1.payment_intents.capture(payment_intent, {}, {"stripe_account": account})
    except (StripeRefused, StripeUnreachable):
        if _intent_status(account, payment_intent) != "succeeded":
            raise


def release(*, account: str, payment_intent: str) -> None:
    """Let go of an authorisation; one that is already gone is fine. Raises StripeRefused when the money was taken."""
    try:
        with _calling("release"):
            client().v1.payment_intents.cancel(payment_intent, {}, {"stripe_account": account})
    except (StripeRefused, StripeUnreachable):
        if _intent_status(account, payment_intent) != "canceled":
            raise


def _intent_status(account: str, payment_intent: str) -> str:
    with _calling("read_intent"):
        return str(client().v1.payment_intents.retrieve(payment_intent, {}, {"stripe_account": account}).status)


def refund(
    *, account: str, payment_intent: str, amount_cents: int, returns_fee: bool, mark: str, key: str
) -> tuple[str, str]:
    """(refund id, its status). Without `returns_fee` the platform keeps its fee (M4). `mark` finds it again."""
    with _calling("refund"):
        found = client().v1.refunds.create(
            {
                "payment_intent": payment_intent,
                "amount": amount_cents,
                "refund_application_fee": returns_fee,
                "metadata": {"refund": mark},
            },
            {"stripe_account": account, "idempotency_key": key},
        )
    return str(found.id), str(found.status)


def find_refund(*, account: str, payment_intent: str, mark: str) -> tuple[str, str] | None:
    """The refund that carries `mark`, when an answer about it was lost."""
    with _calling("find_refund"):
        found = client().v1.refunds.list({"payment_intent": payment_intent, "limit": 100}, {"stripe_account": account})
    for item in found.data:
        if item.metadata and item.metadata.to_dict().get("refund") == mark:
            return str(item.id), str(item.status)
    return None


def read_refund(*, account: str, refund_id: str) -> str:
    with _calling("read_refund"):
        return str(client().v1.refunds.retrieve(refund_id, {}, {"stripe_account": account}).status)


def open_account(*, email: str, name: str, key: str) -> str:
    """A connected account on which cards can be taken once the practitioner has answered Stripe's questions."""
    with _calling("open_account"):
        found = client().v2.core.accounts.create(
            {
                "contact_email": email,
                "display_name": name,
                "dashboard": "express",
                "identity": {"country": "fr"},
                "configuration": {"merchant": {"capabilities": {"card_payments": {"requested": True}}}},
                "defaults": {
                    "currency": "eur",
                    "responsibilities": {"fees_collector": "application", "losses_collector": "application"},
                },
            },
            {"idempotency_key": key},
        )
    return str(found.id)


def onboarding_url(*, account: str, return_url: str, refresh_url: str) -> str:
    with _calling("onboarding_url"):
        found = client().v2.core.account_links.create(
            {
                "account": account,
                "use_case": {
                    "type": "account_onboarding",
                    "account_onboarding": {
                        "return_url": return_url,
                        "refresh_url": refresh_url,
                    },
                },
            }
        )
    return str(found.url)


def read_account(account: str) -> AccountState:
    with _calling("read_account"):
        found = client().v2.core.accounts.retrieve(account, {"include": ["configuration.merchant", "requirements"]})
    body = found.to_dict()
    merchant = (body.get("configuration") or {}).get("merchant") or {}
    status = ((merchant.get("capabilities") or {}).get("card_payments") or {}).get("status") or "none"
    entries = (body.get("requirements") or {}).get("entries") or []
    return AccountState(str(status), [str(entry.get("description") or "") for entry in entries])


def verify_webhook(body: bytes, signature: str) -> dict[str, Any]:
    """The event that the body carries, if Stripe signed it less than five minutes ago. Raises ForgedWebhook."""
    try:
        text = body.decode()
        stripe.WebhookSignature.verify_header(
            text, signature, settings.STRIPE_WEBHOOK_SECRET, WEBHOOK_TOLERANCE_SECONDS
        )
        event = json.loads(text)
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise ForgedWebhook from error
    if not isinstance(event, dict) or not event.get("id") or not event.get("type"):
        raise ForgedWebhook
    return event


def _session(found: Any) -> Session:
    intent = found.payment_intent
    expanded = intent is not None and not isinstance(intent, str)
    return Session(
        id=str(found.id),
        status=str(found.status),
        url=found.url or "",
        payment_intent=(str(intent.id) if expanded else intent or ""),
        intent_status=str(intent.status) if expanded else "",
        metadata=dict(found.metadata.to_dict()) if found.metadata else {},
    )
