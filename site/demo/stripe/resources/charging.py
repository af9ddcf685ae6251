"""A card and an amount: payment intents, their charges, and the money that moves."""

from dataclasses import dataclass

from demo.stripe import ledger
from demo.stripe.resources import balance, disputes, fees
from demo.stripe.store import Body, Store, new_id
from demo.stripe.webhooks import emit

INTENT, CHARGE = "payment_intent", "charge"


@dataclass(frozen=True)
class Card:
    """What is kept of a card: never its number."""

    brand: str
    last4: str
    decline_code: str = ""
    settles: str = ""  # "succeeded" or "failed": known only a day after, as with a bank debit
    disputed_as: str = ""  # its client disputes what it paid, at once, for this reason
    renews: bool = True  # it pays what follows of a subscription


def attempt(store: Store, intent: Body, card: Card, *, email: str = "") -> Body:
    """One attempt with a card; the intent is then succeeded, to be captured, processing, or declined."""
    account = store.owner(intent["id"])
    if card.decline_code:
        return _decline(store, intent, _charge(store, intent, card, account, email, captured=False), card.decline_code)
    manual = intent["capture_method"] == "manual"
    charge = _charge(store, intent, card, account, email, captured=not manual)
    intent |= {"latest_charge": charge["id"], "last_payment_error": None}
    if manual:
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        store.save(intent)
        emit(store, "payment_intent.amount_capturable_updated", intent, account=account)
    elif card.settles:
        intent["status"] = "processing"
        store.save(intent)
        emit(store, "charge.pending", charge, account=account)
        emit(store, "payment_intent.processing", intent, account=account)
    else:
        settle(store, intent, charge, intent["amount"], account)
        if card.disputed_as:
            disputes.open_on(store, charge, reason=card.disputed_as)
    return intent


def end_processing(store: Store, intent: Body, *, succeeded: bool) -> Body:
    """What the bank said in the end of a payment that settles late."""
    account = store.owner(intent["id"])
    charge = store.get(intent["latest_charge"], kind=CHARGE) or {}
    if succeeded:
        settle(store, intent, charge, intent["amount"], account)
        return intent
    charge |= {"status": "failed", "failure_code": "payment_failed", "failure_message": "The bank refused."}
    store.save(charge)
    return _decline(store, intent, charge, "insufficient_funds")


def _decline(store: Store, intent: Body, charge: Body, decline_code: str) -> Body:
    error = {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": decline_code,
        "message": "Your card was declined.",
    }
    intent |= {"status": "requires_payment_method", "last_payment_error": error, "latest_charge": charge["id"]}
    store.save(intent)
    account = store.owner(intent["id"])
    emit(store, "charge.failed", charge, account=account)
    emit(store, "payment_intent.payment_failed", intent, account=account)
    return intent


def new_intent(
    store: Store, *, amount: int, currency: str, customer: str | None, data: Body, account: str = ""
) -> Body:
    """`data` is what was asked of it: application fee, capture method, description, metadata."""
    identifier = new_id("pi")
    intent: Body = {
        "id": identifier,
        "object": INTENT,
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "application": None,
        "application_fee_amount": data.get("application_fee_amount"),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": data.get("capture_method", "automatic_async"),
        "client_secret": f"{identifier}_secret_{new_id('x')}",
        "created": store.now(),
        "currency": currency,
        "customer": customer,
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
    emit(store, "payment_intent.created", intent, account=account)
    return intent


def _charge(store: Store, intent: Body, card: Card, account: str, email: str, *, captured: bool) -> Body:
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
            "email": email or None,
            "name": None,
            "phone": None,
        },
        "captured": captured and not failed and not card.settles,
        "created": store.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": "card_declined" if failed else None,
        "failure_message": "Your card was declined." if failed else None,
        "livemode": False,
        "metadata": intent["metadata"],
        "paid": not failed and not card.settles,
        "payment_intent": intent["id"],
        "payment_method_details": {"type": "card", "card": _card_details(card)},
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "status": "failed" if failed else "pending" if card.settles else "succeeded",
    }
    return store.add(CHARGE, charge, account=account)


def _card_details(card: Card) -> Body:
    unknown = dict.fromkeys(
        ("checks", "country", "fingerprint", "installments", "mandate", "network", "three_d_secure", "wallet")
    )
    return {"brand": card.brand, "last4": card.last4, "exp_month": 12, "exp_year": 2034, "funding": "credit"} | unknown


def settle(store: Store, intent: Body, charge: Body, amount: int, account: str) -> None:
    """The money moves: card to merchant, fee to the platform, the processing fee to Stripe."""
    merchant, fee = account or ledger.PLATFORM, (intent["application_fee_amount"] or 0) if account else 0
    currency = charge["currency"]
    cost = ledger.processing_fee(amount)
    # On a connected account only our fee goes off; on the platform's own, Stripe's.
    off, off_to = (fee, "application_fee") if account else (cost, "stripe_fee")
    movement = balance.record(store, "charge", charge["id"], currency, amount, fee=off, fee_to=off_to, account=account)
    charge |= {"captured": True, "paid": True, "status": "succeeded"}
    charge |= {"amount_captured": amount, "balance_transaction": movement["id"]}
    ledger.record(store, "charge", charge["id"], currency, {ledger.CARDS: -amount, merchant: amount})
    fee_object = fees.take(store, charge, fee, account) if fee else None
    if fee_object:
        charge["application_fee"] = fee_object["id"]
    if account:
        balance.record(store, "stripe_fee", charge["id"], currency, -cost)
    ledger.record(store, "stripe_fee", charge["id"], currency, {ledger.PLATFORM: -cost, ledger.STRIPE: cost})
    store.save(charge)
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    store.save(intent)
    emit(store, "charge.succeeded", charge, account=account)
    emit(store, "payment_intent.succeeded", intent, account=account)
    if fee_object:
        emit(store, "application_fee.created", fee_object)
