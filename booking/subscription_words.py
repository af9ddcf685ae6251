"""What happened to a subscription, and why its subscriber contests a payment at the bank, in the operator's words."""

from django.utils.translation import gettext as _

from booking.models import SubscriptionEvent
from booking.subscription_states import Step


def step_in_words(event: SubscriptionEvent) -> str:
    words = {
        Step.OPEN: _("Agreed to, its page of payment opened"),
        Step.BEGIN: _("Begun: the first period is paid"),
        Step.FALL_BEHIND: _("A renewal could not be paid"),
        Step.RECOVER: _("What was owed is paid"),
        Step.CANCEL: _("Not to be renewed any more"),
        Step.KEEP: _("To be renewed after all"),
        Step.WITHDRAW: _("Withdrawn from within the 14 days"),
        Step.END: _("Ended"),
        Step.ABANDON: _("Given up, never paid"),
    }
    return words[Step(event.step)]


def contest_in_words(reason: str) -> str:
    """By Stripe's names for the reasons of banks."""
    words = {
        "credit_not_processed": _("The subscriber says that a refund was due and did not come."),
        "duplicate": _("The subscriber says that the same period was paid twice."),
        "fraudulent": _("The card’s holder says that this payment was not theirs."),
        "product_not_received": _("The subscriber says that the service was not provided."),
        "product_unacceptable": _("The subscriber says that the service was not as described."),
        "subscription_canceled": _("The subscriber says that it had been cancelled before."),
        "unrecognized": _("The card’s holder does not recognise this payment on the statement."),
    }
    return words.get(reason) or _("The bank gives no precise reason.")
