"""Whose money a line is about. Accounts are names with a number, never a name of a person: erasing one leaves them true."""

from dataclasses import dataclass

PARTIES = ("client", "practitioner", "bank", "receivable", "subscriber")
SHARED = ("guests", "platform", "stripe", "invoiced")


class UnknownAccount(ValueError):
    """A text that names no account."""


@dataclass(frozen=True, order=True)
class Account:
    kind: str
    party: int = 0

    def __str__(self) -> str:
        return f"{self.kind}:{self.party}" if self.party else self.kind

    @classmethod
    def parse(cls, text: str) -> "Account":
        """The account that `text` names; raises UnknownAccount."""
        kind, colon, number = text.partition(":")
        if kind in SHARED and not colon:
            return cls(kind)
        if kind in PARTIES and number.isascii() and number.isdigit() and len(number) < 19 and int(number):
            return cls(kind, int(number))
        raise UnknownAccount(text)


def client(user_id: int) -> Account:
    """A client's bank: negative by what was paid and did not come back."""
    return Account("client", user_id)


def practitioner(practitioner_id: int) -> Account:
    """A practitioner's balance at Stripe, as their connected account shows it."""
    return Account("practitioner", practitioner_id)


def bank(practitioner_id: int) -> Account:
    """What Stripe paid out to a practitioner's bank."""
    return Account("bank", practitioner_id)


def receivable(practitioner_id: int) -> Account:
    """Negative by what the platform invoiced to a practitioner and that was not paid yet; against INVOICED."""
    return Account("receivable", practitioner_id)


def subscriber(practitioner_id: int) -> Account:
    """The card with which a practitioner pays for optional services: negative by what was paid and did not come back."""
    return Account("subscriber", practitioner_id)


# The platform's own balance at Stripe, what Stripe took, and the counterpart of what was invoiced and not received: so
# PLATFORM only ever holds money that is really there, and equals Stripe's figure to the cent.
PLATFORM = Account("platform")
STRIPE = Account("stripe")
INVOICED = Account("invoiced")
# Clients who paid without an account of ours: one account for them all, the appointment says which.
GUESTS = Account("guests")
