"""Why a client contests a payment, in plain words, by Stripe's names for the reasons of banks."""

from django.utils.translation import gettext as _


def reason_in_words(reason: str) -> str:
    words = {
        "credit_not_processed": _("The client says that a refund was due and did not come."),
        "duplicate": _("The client says that the same session was paid twice."),
        "fraudulent": _("The card’s holder says that this payment was not theirs."),
        "product_not_received": _("The client says that the session did not take place."),
        "product_unacceptable": _("The client says that the session was not as described."),
        "subscription_canceled": _("The client says that the booking had been cancelled before."),
        "unrecognized": _("The card’s holder does not recognise this payment on the statement."),
    }
    return words.get(reason) or _("The bank gives no precise reason.")


def evidence_in_words(evidence: dict[str, str]) -> list[tuple[str, str]]:
    """What was sent to the bank: the practitioner's own account first, each text under what it is about."""
    names = {
        "uncategorized_text": _("In your words, and what was sent to the client"),
        "product_description": _("The session"),
        "service_date": _("Its date"),
        "customer_name": _("Who booked"),
        "customer_email_address": _("The client’s e-mail"),
        "access_activity_log": _("What happened to the appointment"),
        "cancellation_policy_disclosure": _("How the cancellation terms were shown"),
        "refund_policy_disclosure": _("How the cancellation terms were shown"),
        "refund_refusal_explanation": _("What was refunded"),
    }
    ordered = [name for name in names if name in evidence] + [name for name in evidence if name not in names]
    texts: dict[str, str] = {}
    for name in ordered:
        label, text = names.get(name) or _("Also sent"), evidence[name]
        if label not in texts:
            texts[label] = text
        elif text not in texts[label]:  # Stripe has two places for the terms
            texts[label] += f"\n\n{text}"
    return list(texts.items())
