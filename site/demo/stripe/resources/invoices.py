"""Invoices of subscriptions: one a period, paid by the card on file or open until somebody pays it on its page."""

from demo.stripe.call import Call
from demo.stripe.errors import StripeError
from demo.stripe.resources import charging, customers
from demo.stripe.resources.charging import Card
from demo.stripe.store import Body, Store, new_id
from demo.stripe.webhooks import emit

KIND, PAYMENT = "invoice", "invoice_payment"


def draw(store: Store, subscription: Body, *, start: int, end: int, reason: str, public_url: str) -> Body:
    """The invoice of one period, final and open."""
    (item,) = subscription["items"]["data"]
    account, now, identifier = store.owner(subscription["id"]), store.now(), new_id("in")
    amount, price = item["price"]["unit_amount"] * item["quantity"], item["price"]
    customer = store.get(subscription["customer"]) or {}
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}"
    store.save(customer | {"next_invoice_sequence": customer["next_invoice_sequence"] + 1})
    line: Body = {
        "id": new_id("il"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": subscription["description"] or (store.get(price["product"]) or {}).get("name"),
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": identifier,
        "livemode": False,
        "metadata": subscription["metadata"],
        "parent": {
            "type": "subscription_item_details",
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": None,
                "subscription": subscription["id"],
                "subscription_item": item["id"],
            },
        },
        "period": {"start": start, "end": end},
        "pretax_credit_amounts": [],
        "pricing": {
            "type": "price_details",
            "price_details": {"price": price["id"], "product": price["product"]},
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": item["quantity"],
        "subtotal": amount,
        "taxes": [],
    }
    invoice: Body = {
        "id": identifier,
        "object": KIND,
        "amount_due": amount,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_paid_off_stripe": 0,
        "amount_remaining": amount,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": now,
        "currency": price["currency"],
        "customer": customer["id"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "due_date": None,
        "hosted_invoice_url": f"{public_url}/i/{identifier}",
        "issuer": {"type": "self"},
        "lines": {"object": "list", "data": [line], "has_more": False, "url": f"/v1/invoices/{identifier}/lines"},
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": number,
        "parent": {
            "type": "subscription_details",
            "quote_details": None,
            "subscription_details": {"metadata": subscription["metadata"], "subscription": subscription["id"]},
        },
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": ["card"],
        },
        "period_start": start,
        "period_end": end,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": 0,
        "status": "open",
        "status_transitions": {
            "finalized_at": now,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": amount,
        "total": amount,
    }
    store.add(KIND, invoice, account=account)
    emit(store, "invoice.created", invoice, account=account)
    emit(store, "invoice.finalized", invoice, account=account)
    _add_payment(store, invoice, account)
    return invoice


def collect(store: Store, invoice: Body, card: Card) -> bool:
    """One attempt to have it paid by the card."""
    account = store.owner(invoice["id"])
    payment = payment_of(store, invoice)
    intent = store.get(payment["payment"]["payment_intent"]) or {}
    intent = charging.attempt(store, intent, card, email=invoice["customer_email"] or "")
    invoice |= {"attempt_count": invoice["attempt_count"] + 1, "attempted": True}
    if intent["status"] != "succeeded":
        store.save(invoice)
        emit(store, "invoice.payment_failed", invoice, account=account)
        return False
    now = store.now()
    invoice |= {
        "amount_paid": invoice["amount_due"],
        "amount_remaining": 0,
        "next_payment_attempt": None,
        "status": "paid",
        "status_transitions": invoice["status_transitions"] | {"paid_at": now},
    }
    store.save(invoice)
    store.save(
        payment
        | {
            "amount_paid": invoice["amount_due"],
            "status": "paid",
            "status_transitions": {"canceled_at": None, "paid_at": now},
        }
    )
    emit(store, "invoice.paid", invoice, account=account)
    emit(store, "invoice.payment_succeeded", invoice, account=account)
    return True


def payment_of(store: Store, invoice: Body) -> Body:
    (payment,) = store.find(PAYMENT, invoice=invoice["id"])
    return payment


def payments_of(store: Store, invoice: Body) -> Body:
    """What `expand=payments` shows."""
    found = store.find(PAYMENT, invoice=invoice["id"])
    return {"object": "list", "data": found, "has_more": False, "url": f"/v1/invoice_payments?invoice={invoice['id']}"}


def retrieve(call: Call) -> Body:
    return call.fetch(KIND, call.path["invoice"], param="invoice")


def index(call: Call) -> Body:
    wanted = {
        "customer": call.params.get("customer"),
        "status": call.params.get("status"),
        "parent.subscription_details.subscription": call.params.get("subscription"),
    }
    return call.page(KIND, "/v1/invoices", **wanted)


def index_payments(call: Call) -> Body:
    return call.page(PAYMENT, "/v1/invoice_payments", invoice=call.params.get("invoice"))


def void(call: Call) -> Body:
    invoice = call.fetch(KIND, call.path["invoice"], param="invoice")
    if invoice["status"] != "open":
        raise StripeError(f"This invoice is {invoice['status']}: only an open one can be voided.")
    invoice |= {"status": "void", "next_payment_attempt": None}
    invoice["status_transitions"]["voided_at"] = call.store.now()
    call.store.save(invoice)
    emit(call.store, "invoice.voided", invoice, account=call.account)
    return invoice


def _add_payment(store: Store, invoice: Body, account: str) -> None:
    customer = store.get(invoice["customer"], kind=customers.KIND) or {}
    data = {"capture_method": "automatic", "description": "Subscription", "metadata": {}}
    intent = charging.new_intent(
        store,
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        customer=customer["id"],
        data=data,
        account=account,
    )
    payment: Body = {
        "id": new_id("inpay"),
        "object": PAYMENT,
        "amount_paid": None,
        "amount_requested": invoice["amount_due"],
        "created": store.now(),
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
    store.add(PAYMENT, payment, account=account)
