"""What Stripe still asks of a practitioner, in plain words: what is missing, until when, and what it blocks (M1)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What Stripe's names mean; the first that is a part of the name says it. « identity.individual.verification… » is the document.
MEANINGS: tuple[tuple[str, str | Promise], ...] = (
    ("bank_account", _("Your bank details (IBAN), where your money is paid out")),
    ("external_account", _("Your bank details (IBAN), where your money is paid out")),
    ("default_outbound_destination", _("Your bank details (IBAN), where your money is paid out")),
    ("terms_of_service", _("Your agreement to Stripe’s terms")),
    ("tos_acceptance", _("Your agreement to Stripe’s terms")),
    ("verification", _("A photo of your identity card or passport")),
    ("documents", _("A photo of your identity card or passport")),
    ("date_of_birth", _("Your date of birth")),
    ("dob", _("Your date of birth")),
    ("address", _("Your address")),
    ("given_name", _("Your first and last name")),
    ("surname", _("Your first and last name")),
    ("first_name", _("Your first and last name")),
    ("last_name", _("Your first and last name")),
    ("email", _("Your e-mail address")),
    ("phone", _("Your phone number")),
    ("id_number", _("Your SIREN number or tax number")),
    ("tax_id", _("Your SIREN number or tax number")),
    ("owners", _("Who owns and runs your company")),
    ("representative", _("Who owns and runs your company")),
    ("relationship", _("Who owns and runs your company")),
    ("business_url", _("What you do, and the address of your page")),
    ("product_description", _("What you do, and the address of your page")),
    ("mcc", _("What you do, and the address of your page")),
    ("statement_descriptor", _("The name that clients read on their bank statement")),
)
URGENCY = ("past_due", "currently_due", "eventually_due")
CARDS, PAYOUTS = "card_payments", "payouts"


@dataclass(frozen=True)
class Missing:
    """One thing to give. `theirs`: Stripe is looking at what was given, nothing is left to do."""

    what: str | Promise
    theirs: bool
    overdue: bool
    by: dt.datetime | None
    blocks_cards: bool
    blocks_payouts: bool
    errors: tuple[str, ...]


def meaning(name: str) -> str | Promise:
    for part, words in MEANINGS:
        if part in name:
            return words
    return _("Another piece of information, which Stripe’s page explains")


def missing(requirements: Iterable[Any]) -> list[Missing]:
    """The most urgent first; what Stripe asks under several names is said once."""
    found: dict[tuple[str, bool], Missing] = {}
    # As it was kept before deadlines were: the name alone.
    rows = [{"what": row} if isinstance(row, str) else row for row in requirements]
    for row in sorted(rows, key=_urgency):
        what = meaning(str(row.get("what") or ""))
        theirs = row.get("waits_for") == "stripe"
        blocks = " ".join(row.get("blocks") or [])
        earlier = found.get((str(what), theirs))
        found[str(what), theirs] = Missing(
            what=what,
            theirs=theirs,
            overdue=(earlier.overdue if earlier else False) or row.get("due") == "past_due",
            by=earlier.by if earlier else _moment(row.get("by")),
            blocks_cards=(earlier.blocks_cards if earlier else False) or CARDS in blocks,
            blocks_payouts=(earlier.blocks_payouts if earlier else False) or PAYOUTS in blocks,
            errors=(earlier.errors if earlier else ()) + tuple(row.get("errors") or ()),
        )
    return list(found.values())


def _urgency(row: dict[str, Any]) -> int:
    due = row.get("due")
    return URGENCY.index(due) if due in URGENCY else len(URGENCY)


def _moment(text: Any) -> dt.datetime | None:
    if not isinstance(text, str):
        return None
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
