"""Disputes: the bank takes a payment back, the merchant answers with evidence, the bank decides.

Who decides here is the demo or the test (`/_control/disputes/…`), the deadline, or Stripe's own test words in
`uncategorized_text`: `winning_evidence` and `losing_evidence`.
"""

from typing import Any

from demo.stripe import ledger
from demo.stripe.call import Call
from demo.stripe.errors import StripeError
from demo.stripe.resources import balance
from demo.stripe.store import Body, Store, new_id
from demo.stripe.webhooks import emit

KIND, CHARGE = "dispute", "charge"
DAYS_TO_ANSWER = 9
# What Stripe takes for a dispute in France, kept whatever comes of it; the platform pays it (`fees_collector=application`).
FEE = 2000
REASONS = (
    "credit_not_processed",
    "duplicate",
    "fraudulent",
    "general",
    "product_not_received",
    "product_unacceptable",
    "subscription_canceled",
    "unrecognized",
)
OPEN = ("needs_response", "under_review")
LONGEST_EVIDENCE = 150_000
FILES = (
    "cancellation_policy",
    "customer_communication",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_documentation",
    "uncategorized_file",
)
TEXTS = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_tracking_number",
    "uncategorized_text",
)
VERDICTS = {"winning_evidence": True, "losing_evidence": False}


def open_on(store: Store, charge: Body, *, reason: str = "general", amount: int | None = None) -> Body:
    """The client's bank takes `amount` back from the merchant, at once; all that is left of the charge without one."""
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = left if amount is None else amount
    if reason not in REASONS:
        raise StripeError(f"Invalid reason: must be one of {', '.join(REASONS)}", param="reason")
    if not charge["captured"] or charge["disputed"]:
        raise StripeError(f"Charge {charge['id']} is not captured, or was disputed before.", param="charge")
    if not 0 < amount <= left:
        raise StripeError(f"A dispute is of 1 to {left} here, not {amount}.", param="amount")
    account, now = store.owner(charge["id"]), store.now()
    dispute: Body = {
        "id": new_id("du"),
        "object": KIND,
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(TEXTS + FILES) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": now + DAYS_TO_ANSWER * 86400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "type": "card",
            "card": {
                "brand": charge["payment_method_details"]["card"]["brand"],
                "case_type": "chargeback",
                "network_reason_code": None,
            },
        },
        "reason": reason,
        "status": "needs_response",
    }
    store.add(KIND, dispute, account=account)
    store.save(charge | {"disputed": True})
    emit(store, "charge.dispute.created", dispute, account=account)
    _move(store, dispute, -amount, account)
    balance.record(store, "stripe_fee", dispute["id"], dispute["currency"], -FEE)
    ledger.record(store, "dispute_fee", dispute["id"], dispute["currency"], {ledger.PLATFORM: -FEE, ledger.STRIPE: FEE})
    emit(store, "charge.dispute.funds_withdrawn", dispute, account=account)
    return dispute


def decide(store: Store, dispute: Body, *, won: bool) -> Body:
    """The bank's last word. Won, the money comes back; lost, it is already gone."""
    if dispute["status"] not in OPEN:
        raise StripeError(f"This dispute is {dispute['status']}.")
    account = store.owner(dispute["id"])
    dispute["status"] = "won" if won else "lost"
    if won:
        _move(store, dispute, dispute["amount"], account)
        emit(store, "charge.dispute.funds_reinstated", dispute, account=account)
    else:
        store.save(dispute)
    emit(store, "charge.dispute.closed", dispute, account=account)
    return dispute


def update(call: Call) -> Body:
    dispute = call.fetch(KIND, call.path["dispute"], param="dispute")
    params, evidence = call.params, call.params.get("evidence")
    if params.get("metadata"):
        dispute["metadata"] |= params["metadata"]
    if evidence is not None or params.get("submit"):
        _take_evidence(call, dispute, evidence or {}, submit=params.get("submit", True))
    call.store.save(dispute)
    emit(call.store, "charge.dispute.updated", dispute, account=call.account)
    verdict = VERDICTS.get(dispute["evidence"]["uncategorized_text"] or "")
    if dispute["status"] == "under_review" and verdict is not None:
        decide(call.store, dispute, won=verdict)
    return dispute


def close(call: Call) -> Body:
    """The merchant gives in: the dispute is lost."""
    dispute = call.fetch(KIND, call.path["dispute"], param="dispute")
    if dispute["status"] != "needs_response":
        raise StripeError(f"This dispute cannot be closed: its status is {dispute['status']}.")
    return decide(call.store, dispute, won=False)


def retrieve(call: Call) -> Body:
    return call.fetch(KIND, call.path["dispute"], param="dispute")


def index(call: Call) -> Body:
    wanted = {"charge": call.params.get("charge"), "payment_intent": call.params.get("payment_intent")}
    return call.page(KIND, "/v1/disputes", **wanted)


def lapse_due(store: Store) -> None:
    """Who did not answer in time has lost."""
    for dispute in store.find(KIND, status="needs_response"):
        if dispute["evidence_details"]["due_by"] <= store.now():
            dispute["evidence_details"]["past_due"] = True
            decide(store, dispute, won=False)


def refuse_refund_of(store: Store, charge: Body) -> None:
    """What the bank took back cannot be given back a second time."""
    if any(dispute["status"] != "won" for dispute in store.find(KIND, charge=charge["id"])):
        raise StripeError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )


def _take_evidence(call: Call, dispute: Body, evidence: dict[str, Any], *, submit: bool) -> None:
    details = dispute["evidence_details"]
    if dispute["status"] != "needs_response":
        raise StripeError(f"This dispute no longer takes evidence: its status is {dispute['status']}.")
    for name, value in evidence.items():
        if name in FILES and value:
            raise StripeError(
                f"No such file upload: '{value}'. The stand-in takes evidence as text.",
                code="resource_missing",
                param=f"evidence[{name}]",
            )
        if name in dispute["evidence"]:
            dispute["evidence"][name] = value or None
    given = [value for value in dispute["evidence"].values() if isinstance(value, str)]
    if sum(map(len, given)) > LONGEST_EVIDENCE:
        raise StripeError(f"All evidence together is at most {LONGEST_EVIDENCE} characters.", param="evidence")
    details["has_evidence"] = bool(given)
    if submit:
        if not given:
            raise StripeError("There is no evidence to submit.", param="evidence")
        details["submission_count"] += 1
        dispute["status"] = "under_review"


def _move(store: Store, dispute: Body, amount: int, account: str) -> None:
    """Between the merchant and the cards: away when it is opened, back when it is won."""
    movement = balance.record(
        store,
        "adjustment",
        dispute["id"],
        dispute["currency"],
        amount,
        account=account,
        category="dispute" if amount < 0 else "dispute_reversal",
    )
    dispute["balance_transactions"].append(movement)
    store.save(dispute)
    merchant = account or ledger.PLATFORM
    kind = "dispute" if amount < 0 else "dispute_reversal"
    ledger.record(store, kind, dispute["id"], dispute["currency"], {merchant: amount, ledger.CARDS: -amount})
