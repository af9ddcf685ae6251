"""Payments of a session, and what the API does with their intents: capture, cancel."""

from demo.stripe.call import Call
from demo.stripe.errors import StripeError
from demo.stripe.resources import charging, checkout, subscriptions
from demo.stripe.resources.charging import CHARGE, INTENT, Card, settle
from demo.stripe.store import Body, Store
from demo.stripe.webhooks import emit

SETTLES_AFTER = 86400
LATE = "late_payment"


def pay(store: Store, session: Body, card: Card, *, email: str = "") -> Body:
    """One attempt on an open session; returns the payment intent, succeeded, to be captured, processing or declined."""
    if session["mode"] == "subscription":
        return subscriptions.start(store, session, card, email=email)
    intent = store.get(session["payment_intent"] or "") or _intent_of(store, session)
    intent = charging.attempt(store, intent, card, email=session["customer_email"] or email)
    if intent["status"] == "requires_payment_method":
        return intent
    checkout.complete(store, session, paid=intent["status"] == "succeeded", email=email)
    if intent["status"] == "processing":
        late = {"id": f"late_{intent['id']}", "session": session["id"], "intent": intent["id"], "answer": card.settles}
        store.add(LATE, late | {"due": store.now() + SETTLES_AFTER, "done": False}, account=store.owner(session["id"]))
    return intent


def settle_late(store: Store, late: Body, *, succeeded: bool) -> Body:
    """The bank's answer to a payment that takes its time."""
    session, intent = store.get(late["session"]) or {}, store.get(late["intent"]) or {}
    store.save(late | {"done": True})
    charging.end_processing(store, intent, succeeded=succeeded)
    account = store.owner(session["id"])
    if succeeded:
        session["payment_status"] = "paid"
        store.save(session)
    emit(store, f"checkout.session.async_payment_{'succeeded' if succeeded else 'failed'}", session, account=account)
    return intent


def settle_due(store: Store) -> None:
    for late in store.find(LATE, done=False):
        if late["due"] <= store.now():
            settle_late(store, late, succeeded=late["answer"] == "succeeded")


def _intent_of(store: Store, session: Body) -> Body:
    intent = charging.new_intent(
        store,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        data=checkout.lines_of(store, session)["intent"],
        account=store.owner(session["id"]),
    )
    session["payment_intent"] = intent["id"]
    store.save(session)
    return intent


def retrieve(call: Call) -> Body:
    return call.fetch(INTENT, call.path["intent"], param="intent")


def index(call: Call) -> Body:
    return call.page(INTENT, "/v1/payment_intents")


def capture(call: Call) -> Body:
    intent = call.fetch(INTENT, call.path["intent"], param="intent")
    if intent["status"] != "requires_capture":
        raise _wrong_state("captured", intent, "requires_capture")
    capturable: int = intent["amount_capturable"]
    amount: int = call.params.get("amount_to_capture", capturable)
    if not 0 < amount <= capturable:
        raise StripeError(
            "The amount_to_capture must be positive and at most the amount capturable.",
            code="amount_too_large",
            param="amount_to_capture",
        )
    fee = call.params.get("application_fee_amount", intent["application_fee_amount"])
    if fee is not None and fee > amount:
        raise StripeError(
            "The application fee cannot be greater than the amount captured.", param="application_fee_amount"
        )
    intent["application_fee_amount"] = fee
    charge = call.fetch(CHARGE, intent["latest_charge"])
    charge["application_fee_amount"] = fee
    settle(call.store, intent, charge, amount, call.account)
    emit(call.store, "charge.captured", charge, account=call.account)
    for session in call.store.find(checkout.KIND, account=call.account, payment_intent=intent["id"]):
        call.store.save({**session, "payment_status": "paid"})
    return intent


def cancel(call: Call) -> Body:
    intent = call.fetch(INTENT, call.path["intent"], param="intent")
    if intent["status"] not in ("requires_payment_method", "requires_capture", "requires_action"):
        raise _wrong_state("canceled", intent, "requires_payment_method, requires_capture, requires_action")
    if any(session["status"] == "open" for session in call.store.find(checkout.KIND, payment_intent=intent["id"])):
        raise StripeError("This PaymentIntent belongs to an open Checkout Session: expire the session instead.")
    held = intent["status"] == "requires_capture"
    intent |= {
        "status": "canceled",
        "canceled_at": call.store.now(),
        "cancellation_reason": call.params.get("cancellation_reason"),
        "amount_capturable": 0,
    }
    call.store.save(intent)
    emit(call.store, "payment_intent.canceled", intent, account=call.account)
    if held:  # Stripe shows a hold that is let go as a charge refunded, though no money moved
        charge = call.fetch(CHARGE, intent["latest_charge"])
        charge |= {"refunded": True, "amount_refunded": charge["amount"]}
        call.store.save(charge)
        emit(call.store, "charge.refunded", charge, account=call.account)
    return intent


def retrieve_charge(call: Call) -> Body:
    return call.fetch(CHARGE, call.path["charge"], param="charge")


def index_charges(call: Call) -> Body:
    return call.page(CHARGE, "/v1/charges", payment_intent=call.params.get("payment_intent"))


def _wrong_state(what: str, intent: Body, allowed: str) -> StripeError:
    return StripeError(
        f"This PaymentIntent could not be {what} because it has a status of {intent['status']}. "
        f"Only a PaymentIntent with one of the following statuses may be {what}: {allowed}.",
        code="payment_intent_unexpected_state",
    )
