"""Payment intents and charges: what a card makes of a session, capture and cancel."""

from dataclasses import dataclass

from demo.stripe import ledger
from demo.stripe.call import Call
from demo.stripe.errors import StripeError
from demo.stripe.resources import balance, checkout, disputes, fees
from demo.stripe.store import Body, Store, new_id
from demo.stripe.webhooks import emit

INTENT, CHARGE = "payment_intent", "charge"


@dataclass(frozen=True)
class Card:
    """What is kept of a card: never its number."""

    brand: str
    last4: str
    decline_code: str = ""
    disputed_as: str = ""  # its client disputes what it paid, at once, for this reason


def pay(store: Store, session: Body, card: Card, *, email: str = "") -> Body:
    """One attempt on an open session; returns the payment intent, succeeded, to be captured or declined."""
    account = store.owner(session["id"])
    intent = store.get(session["payment_intent"] or "") or _intent(store, session, account)
    if card.decline_code:
        error = {
            "type": "card_error",
            "code": "card_declined",
            "decline_code": card.decline_code,
            "message": "Your card was declined.",
        }
        charge = _charge(store, session, intent, card, account, email, captured=False)
        intent |= {"last_payment_error": error, "latest_charge": charge["id"]}
        store.save(intent)
        emit(store, "charge.failed", charge, account=account)
        emit(store, "payment_intent.payment_failed", intent, account=account)
        return intent
    manual = intent["capture_method"] == "manual"
    charge = _charge(store, session, intent, card, account, email, captured=not manual)
    intent |= {"latest_charge": charge["id"], "last_payment_error": None}
    if manual:
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        store.save(intent)
        emit(store, "payment_intent.amount_capturable_updated", intent, account=account)
    else:
        _settle(store, intent, charge, intent["amount"], account)
    checkout.complete(store, session, paid=not manual, email=email)
    if card.disputed_as and not manual:
        disputes.open_on(store, charge, reason=card.disputed_as)
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
    _settle(call.store, intent, charge, amount, call.account)
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


def _intent(store: Store, session: Body, account: str) -> Body:
    data = checkout.lines_of(store, session)["intent"]
    identifier = new_id("pi")
    intent: Body = {
        "id": identifier,
        "object": INTENT,
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "application": None,
        "application_fee_amount": data.get("application_fee_amount"),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": data.get("capture_method", "automatic_async"),
        "client_secret": f"{identifier}_secret_{new_id('x')}",
        "created": store.now(),
        "currency": session["currency"],
        "customer": session["customer"],
        "description": data.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "payment_method_types": ["card"],
        "receipt_email": data.get("receipt_email"),
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
    }
    store.add(INTENT, intent, account=account)
    store.save(session | {"payment_intent": identifier})
    session["payment_intent"] = identifier
    emit(store, "payment_intent.created", intent, account=account)
    return intent


def _charge(store: Store, session: Body, intent: Body, card: Card, account: str, email: str, *, captured: bool) -> Body:
    failed = bool(card.decline_code)
    charge: Body = {
        "id": new_id("ch"),
        "object": CHARGE,
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": intent["application_fee_amount"],
        "balance_transaction": None,
        "billing_details": {
            "address": None,
            "email": session["customer_email"] or email or None,
            "name": None,
            "phone": None,
        },
        "captured": captured and not failed,
        "created": store.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": "card_declined" if failed else None,
        "failure_message": "Your card was declined." if failed else None,
        "livemode": False,
        "metadata": intent["metadata"],
        "paid": not failed,
        "payment_intent": intent["id"],
        "payment_method_details": {"type": "card", "card": _card_details(card)},
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "status": "failed" if failed else "succeeded",
    }
    return store.add(CHARGE, charge, account=account)


def _card_details(card: Card) -> Body:
    unknown = dict.fromkeys(
        ("checks", "country", "fingerprint", "installments", "mandate", "network", "three_d_secure", "wallet")
    )
    return {"brand": card.brand, "last4": card.last4, "exp_month": 12, "exp_year": 2034, "funding": "credit"} | unknown


def _settle(store: Store, intent: Body, charge: Body, amount: int, account: str) -> None:
    """The money moves: card to merchant, fee to the platform, the processing fee to Stripe."""
    merchant, fee = account or ledger.PLATFORM, (intent["application_fee_amount"] or 0) if account else 0
    currency = charge["currency"]
    movement = balance.record(store, "charge", charge["id"], currency, amount, fee=fee, account=account)
    charge |= {"captured": True, "amount_captured": amount, "balance_transaction": movement["id"]}
    ledger.record(store, "charge", charge["id"], currency, {ledger.CARDS: -amount, merchant: amount})
    fee_object = fees.take(store, charge, fee, account) if fee else None
    if fee_object:
        charge["application_fee"] = fee_object["id"]
    cost = ledger.processing_fee(amount)
    balance.record(store, "stripe_fee", charge["id"], currency, -cost)
    ledger.record(store, "stripe_fee", charge["id"], currency, {ledger.PLATFORM: -cost, ledger.STRIPE: cost})
    store.save(charge)
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    store.save(intent)
    emit(store, "charge.succeeded", charge, account=account)
    emit(store, "payment_intent.succeeded", intent, account=account)
    if fee_object:
        emit(store, "application_fee.created", fee_object)
