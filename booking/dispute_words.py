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
