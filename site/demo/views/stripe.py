"""`/demo/stripe/`: the stand-in's ledger, drawn."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from demo.stripe.client import Control, StandInUnreachable
from demo.views.banks import banks_context

SHOWN = 60
KINDS: dict[str, str | Promise] = {
    "charge": _("Payment"),
    "application_fee": _("Platform fee"),
    "stripe_fee": _("Stripe’s cost"),
    "refund": _("Refund"),
    "application_fee_refund": _("Platform fee given back"),
    "dispute": _("Payment taken back by the bank"),
    "dispute_reversal": _("Dispute won"),
    "dispute_fee": _("Stripe’s cost of a dispute"),
    "payout": _("Payout to the bank"),
    "payout_failure": _("Payout sent back by the bank"),
}
ACCOUNTS: dict[str, str | Promise] = {
    "cards": _("Clients’ cards"),
    "platform": _("The platform"),
    "stripe": _("Stripe"),
}
STATES: dict[str, tuple[str, str | Promise]] = {
    "delivered": ("ok", _("delivered")),
    "pending": ("info", _("waiting")),
    "held": ("attention", _("held back")),
    "dropped": ("erreur", _("dropped")),
    "failed": ("erreur", _("failed")),
}


@dataclass(frozen=True)
class Line:
    """One movement as a reader reads it: from whom, to whom, how much (cents)."""

    at: dt.datetime
    kind: str | Promise
    source: str
    giver: str | Promise
    receiver: str | Promise
    amount: int


def lines_of(ledger: dict[str, Any]) -> list[Line]:
    names = {
        account["id"]: ACCOUNTS.get(account["id"]) or account["name"] or account["id"] for account in ledger["accounts"]
    }
    lines = []
    for transaction in ledger["transactions"][:SHOWN]:
        entries = sorted(transaction["entries"], key=lambda entry: entry["amount"])
        giver, receiver = entries[0], entries[-1]
        lines.append(
            Line(
                at=dt.datetime.fromtimestamp(transaction["created"], dt.UTC),
                kind=KINDS.get(transaction["kind"], transaction["kind"]),
                source=transaction["source"],
                giver=names.get(giver["account"], giver["account"]),
                receiver=names.get(receiver["account"], receiver["account"]),
                amount=receiver["amount"],
            )
        )
    return lines


def totals(ledger: dict[str, Any]) -> dict[str, int]:
    """What went through, in cents: paid by clients, given back, kept by the platform."""
    sums = dict.fromkeys(KINDS, 0)
    for transaction in ledger["transactions"]:
        if transaction["kind"] in sums:
            sums[transaction["kind"]] += max(entry["amount"] for entry in transaction["entries"])
    return {
        "paid": sums["charge"],
        "refunded": sums["refund"],
        "fees": sums["application_fee"] - sums["application_fee_refund"],
    }


@login_not_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    control = Control(settings.STRIPE_API_BASE)
    try:
        ledger = control.ledger()
        events = {event["id"]: event["type"] for event in control.events()}
        banks = control.banks()
        deliveries = sorted(control.deliveries(), key=lambda delivery: -delivery["id"])[:20]
    except StandInUnreachable:
        return render(request, "demo/stripe.html", {"down": True, "address": settings.STRIPE_API_BASE})
    webhooks = [
        {
            "event": events.get(delivery["event"], delivery["event"]),
            "attempts": delivery["attempts"],
            "tag": tag,
            "state": state,
        }
        for delivery in deliveries
        for tag, state in [STATES.get(delivery["state"], ("info", delivery["state"]))]
    ]
    accounts = [
        {
            "name": ACCOUNTS.get(account["id"]) or account["name"] or account["id"],
            "id": account["id"],
            "connected": account["id"] not in ACCOUNTS and not account["id"].startswith("bank_"),
            "balance": account["balance"],
        }
        for account in ledger["accounts"]
        if account["balance"] or account["id"] in ACCOUNTS
    ]
    context = {
        "down": False,
        "address": settings.STRIPE_API_BASE,
        "accounts": accounts,
        "lines": lines_of(ledger),
        "count": len(ledger["transactions"]),
        "webhooks": webhooks,
        **totals(ledger),
        **banks_context(ledger, banks),
    }
    return render(request, "demo/stripe.html", context)
