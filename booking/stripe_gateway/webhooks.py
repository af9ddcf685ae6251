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
        stripe.WebhookSignature.verify_header(text, signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE_SECONDS)
        event = json.loads(text)
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise ForgedWebhook from error
    if not isinstance(event, dict) or not event.get("id") or not event.get("type"):
        raise ForgedWebhook
    return event
