"""The ledger (M6): accounts of each party, the one way to write in it, and what can be read from it. See docs/ledger.md.

A positive balance is money that the account holds. Clients are negative by what they paid and did not get back.
"""

from booking.ledger.accounts import (
    GUESTS,
    INVOICED,
    PLATFORM,
    STRIPE,
    Account,
    bank,
    client,
    practitioner,
    receivable,
    subscriber,
)
from booking.ledger.posting import LedgerConflict, Unbalanced, post

__all__ = [
    "GUESTS",
    "INVOICED",
    "PLATFORM",
    "STRIPE",
    "Account",
    "LedgerConflict",
    "Unbalanced",
    "bank",
    "client",
    "post",
    "practitioner",
    "receivable",
    "subscriber",
]
