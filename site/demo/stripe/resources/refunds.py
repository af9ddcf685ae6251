"""Refunds of captured charges, full or partial, with or without the application fee."""

from demo.stripe import ledger
from demo.stripe.call import Call
from demo.stripe.errors import StripeError
from demo.stripe.resources import balance, disputes, fees, payments
from demo.stripe.store import Body, new_id
from demo.stripe.webhooks import emit

KIND = "refund"


def create(call: Call) -> Body:
    params, store = call.params, call.store
    charge = _charge(call)
    disputes.refuse_refund_of(store, charge)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if not left:
        raise StripeError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = params.get("amount", left)
    if not 0 < amount <= left:
        raise StripeError(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).", param="amount"
        )
    fee = store.get(charge["application_fee"] or "")
    if params.get("refund_application_fee") and not fee:
        raise StripeError("This charge has no application fee to refund.", param="refund_application_fee")
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    returned = _fee_returned(fee, charge, amount) if fee and params.get("refund_application_fee") else 0
    identifier = new_id("re")
    movement = balance.record(store, KIND, identifier, charge["currency"], -amount, fee=-returned, account=call.account)
    refund: Body = {
        "id": identifier,
        "object": KIND,
        "amount": amount,
        "balance_transaction": movement["id"],
        "charge": charge["id"],
        "created": store.now(),
        "currency": charge["currency"],
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "status": "succeeded",
    }
    store.add(KIND, refund, account=call.account)
    store.save(charge)
    merchant = call.account or ledger.PLATFORM
    ledger.record(store, KIND, identifier, charge["currency"], {merchant: -amount, ledger.CARDS: amount})
    if fee and returned:
        fees.give_back(store, fee, returned, with_refund=True)
    emit(store, "refund.created", refund, account=call.account)
    emit(store, "charge.refunded", charge, account=call.account)
    emit(store, "refund.updated", refund, account=call.account)
    return refund


def retrieve(call: Call) -> Body:
    return call.fetch(KIND, call.path["refund"], param="refund")


def index(call: Call) -> Body:
    return call.page(
        KIND, "/v1/refunds", charge=call.params.get("charge"), payment_intent=call.params.get("payment_intent")
    )


def _charge(call: Call) -> Body:
    params = call.params
    if params.get("charge"):
        charge = call.fetch(payments.CHARGE, params["charge"], param="charge")
    elif params.get("payment_intent"):
        intent = call.fetch(payments.INTENT, params["payment_intent"], param="payment_intent")
        if intent["status"] != "succeeded":
            raise StripeError(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
        charge = call.fetch(payments.CHARGE, intent["latest_charge"])
    else:
        raise StripeError("One of the following params should be provided for this request: payment_intent or charge.")
    if not charge["captured"]:
        raise StripeError(f"Charge {charge['id']} is not captured: there is nothing to refund.")
    return charge


def _fee_returned(fee: Body, charge: Body, amount: int) -> int:
    """In proportion, half up; the last refund of a charge returns what is left."""
    left: int = fee["amount"] - fee["amount_refunded"]
    if charge["refunded"]:
        return left
    captured: int = charge["amount_captured"]
    return min(left, (2 * fee["amount"] * amount + captured) // (2 * captured))
