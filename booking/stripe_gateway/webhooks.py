"""What Stripe signs."""

import json
from typing import Any

import stripe
from django.conf import settings

from common.errors import DomainError

TOLERANCE_SECONDS = 300


class ForgedWebhook(DomainError):
    status = 400


def verify_webhook(body: bytes, signature: str) -> dict[str, Any]:
    """The event that the body carries, if Stripe signed it less than five minutes ago. Raises ForgedWebhook."""
    try:
        text = body.decode()
        _check_signature(text, signature)
        event = json.loads(text)
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise ForgedWebhook from error
    if not isinstance(event, dict) or not event.get("id") or not event.get("type"):
        raise ForgedWebhook
    return event


def _check_signature(text: str, signature: str) -> None:
    """By one of our secrets: Stripe gives one to each destination (connected accounts, platform, v2), and a new one at a rotation."""
    refusal: stripe.SignatureVerificationError | None = None
    for secret in filter(None, map(str.strip, settings.STRIPE_WEBHOOK_SECRET.split(","))):
        try:
            stripe.WebhookSignature.verify_header(text, signature, secret, TOLERANCE_SECONDS)
        except stripe.SignatureVerificationError as error:
            refusal = error
        else:
            return
    raise refusal or ForgedWebhook
