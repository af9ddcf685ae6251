"""What banks do in the demo, on the page of its payments: take back, decide, pay out, send back, renew."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from demo.stripe.client import Control, ControlRefused, StandInUnreachable

LONGEST_ID = 100
REASONS: dict[str, str | Promise] = {
    "fraudulent": _("does not recognise this payment"),
    "product_not_received": _("says that the session did not take place"),
    "product_unacceptable": _("says that the session was not as described"),
    "credit_not_processed": _("waits for a refund that was promised"),
    "duplicate": _("says it was paid twice"),
}
DISPUTE_STATES: dict[str, tuple[str, str | Promise]] = {
    "needs_response": ("attention", _("waits for an answer")),
    "under_review": ("info", _("the bank examines it")),
    "won": ("ok", _("won by the practitioner")),
    "lost": ("erreur", _("lost by the practitioner")),
}
PAYOUT_STATES: dict[str, tuple[str, str | Promise]] = {
    "in_transit": ("info", _("on its way")),
    "paid": ("ok", _("arrived")),
    "failed": ("erreur", _("sent back")),
}
SUBSCRIPTION_STATES: dict[str, tuple[str, str | Promise]] = {
    "active": ("ok", _("running")),
    "past_due": ("attention", _("a renewal was not paid")),
    "canceled": ("info", _("ended")),
}
CARD_THAT_FAILS, CARD_THAT_PAYS = "4000000000000341", "4242424242424242"
# Stripe's own numbers, but for those that settle late: no card of its does.
CARDS: tuple[tuple[str, str | Promise], ...] = (
    ("4242 4242 4242 4242", _("paid")),
    ("4000 0025 0000 3155", _("the bank asks to confirm first (3-D Secure)")),
    ("4000 0000 0000 0002", _("declined")),
    ("4000 0000 0000 9995", _("declined: not enough money")),
    ("4000 0000 0000 0085", _("accepted, and paid only a day later")),
    ("4000 0000 0000 0093", _("accepted, and refused a day later")),
    ("4000 0000 0000 0259", _("paid, then disputed at once")),
    ("4000 0000 0000 0341", _("paid, but the next renewals of a subscription fail")),
)


def _dispute(control: Control, identifier: str, reason: str) -> str | Promise:
    control.open_dispute(identifier, reason=reason if reason in REASONS else "general")
    return _("The client’s bank took the payment back. The practitioner is told, and may answer.")


def _win(control: Control, identifier: str, reason: str) -> str | Promise:
    control.decide_dispute(identifier, won=True)
    return _("The bank decided for the practitioner: the money is back.")


def _lose(control: Control, identifier: str, reason: str) -> str | Promise:
    control.decide_dispute(identifier, won=False)
    return _("The bank decided for the client.")


def _pay_out(control: Control, identifier: str, reason: str) -> str | Promise:
    control.make_payout(identifier)
    return _("The payout is on its way.")


def _arrive(control: Control, identifier: str, reason: str) -> str | Promise:
    control.end_payout(identifier)
    return _("The payout arrived.")


def _send_back(control: Control, identifier: str, reason: str) -> str | Promise:
    control.end_payout(identifier, failure="account_closed")
    return _("The bank sent the payout back: the account is closed. The money is on the balance again.")


def _settle(control: Control, identifier: str, reason: str) -> str | Promise:
    control.settle(identifier, succeeded=reason != "failed")
    return _("The bank answered.")


def _renew(control: Control, identifier: str, reason: str) -> str | Promise:
    control.renew(identifier)
    return _("The period is over.")


def _break_card(control: Control, identifier: str, reason: str) -> str | Promise:
    control.change_card(identifier, CARD_THAT_FAILS)
    return _("The next renewal will not be paid.")


def _mend_card(control: Control, identifier: str, reason: str) -> str | Promise:
    control.change_card(identifier, CARD_THAT_PAYS)
    return _("The next renewal will be paid.")


DEEDS: dict[str, Callable[[Control, str, str], str | Promise]] = {
    "dispute": _dispute,
    "win": _win,
    "lose": _lose,
    "pay-out": _pay_out,
    "arrive": _arrive,
    "send-back": _send_back,
    "settle": _settle,
    "renew": _renew,
    "break-card": _break_card,
    "mend-card": _mend_card,
}


@login_not_required
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    deed = DEEDS.get(request.POST.get("do", ""))
    identifier = request.POST.get("id", "")
    if deed is None or not identifier.isascii() or not identifier.replace("_", "").isalnum():
        return HttpResponseBadRequest()
    try:
        words = deed(Control(settings.STRIPE_API_BASE), identifier[:LONGEST_ID], request.POST.get("reason", ""))
    except ControlRefused as refusal:
        messages.error(request, _("The stand-in refused: %(why)s") % {"why": refusal})
    except StandInUnreachable:
        messages.error(request, _("The Stripe stand-in does not answer"))
    else:
        messages.success(request, words)
    return redirect("demo:stripe")


def banks_context(ledger: dict[str, Any], banks: dict[str, Any]) -> dict[str, Any]:
    """What there is to act upon, as rows that a page shows."""
    names = {account["id"]: account["name"] for account in ledger["accounts"]}

    def row(body: dict[str, Any], states: dict[str, tuple[str, str | Promise]], amount: int) -> dict[str, Any]:
        tag, state = states.get(body["status"], ("info", body["status"]))
        return {
            "id": body["id"],
            "at": dt.datetime.fromtimestamp(body["created"], dt.UTC),
            "amount": amount,
            "who": names.get(body["account"], _("The platform")),
            "status": body["status"],
            "tag": tag,
            "state": state,
        }

    def price(body: dict[str, Any]) -> int:
        return int(body["items"]["data"][0]["price"]["unit_amount"])

    left = (
        (charge, charge["amount_captured"] - charge["amount_refunded"])
        for charge in banks["charges"]
        if charge["account"]
    )
    return {
        "reasons": REASONS,
        "cards": CARDS,
        "late": [row(session, {}, session["amount_total"]) for session in banks["late"]],
        "disputable": [row(charge, {}, amount) for charge, amount in left],
        "disputes": [
            row(dispute, DISPUTE_STATES, dispute["amount"])
            | {"reason": REASONS.get(dispute["reason"], dispute["reason"]), "evidence": evidence_of(dispute)}
            for dispute in banks["disputes"]
        ],
        "payable": [
            account for account in ledger["accounts"] if account["id"].startswith("acct_") and account["balance"] > 0
        ],
        "payouts": [row(payout, PAYOUT_STATES, payout["amount"]) for payout in banks["payouts"]],
        "subscriptions": [
            row(found, SUBSCRIPTION_STATES, price(found)) | {"what": found["description"] or found["id"]}
            for found in banks["subscriptions"]
        ],
    }


def evidence_of(dispute: dict[str, Any]) -> dict[str, str]:
    """What the bank was sent, by Stripe's names; nothing before it was."""
    if not dispute["evidence_details"]["submission_count"]:
        return {}
    return {name: text for name, text in dispute["evidence"].items() if isinstance(text, str) and text}
