"""Subscriptions: begun on the hosted page, cancelled at once or at the end of what is paid."""

from demo.stripe.call import Call
from demo.stripe.errors import StripeError
from demo.stripe.resources import charging, checkout, customers, invoices, prices
from demo.stripe.resources.charging import Card
from demo.stripe.resources.periods import KIND, LIVING, bill, details_of, end, item_of, keep_card
from demo.stripe.store import Body, Store, new_id
from demo.stripe.webhooks import emit


def start(store: Store, session: Body, card: Card, *, email: str) -> Body:
    """What paying on the hosted page begins; returns the payment intent. A card declined leaves only its attempt."""
    account, asked = store.owner(session["id"]), checkout.lines_of(store, session)
    mail = session["customer_email"] or email or None
    if card.decline_code:
        words = {"amount": session["amount_total"], "currency": session["currency"], "customer": session["customer"]}
        return charging.attempt(store, charging.new_intent(store, data={}, account=account, **words), card)
    customer = store.get(session["customer"] or "") or customers.add(store, account=account, email=mail)
    subscription = _new(store, asked, customer, account)
    keep_card(store, subscription, card)
    invoice = bill(store, subscription, reason="subscription_create", public_url=session["url"].partition("/c/pay/")[0])
    invoices.collect(store, invoice, Card(card.brand, card.last4))
    subscription["status"] = "active"
    store.save(subscription)
    emit(store, "customer.subscription.updated", subscription, account=account)
    session |= {"customer": customer["id"], "subscription": subscription["id"], "invoice": invoice["id"]}
    checkout.complete(store, session, paid=True, email=email)
    return store.get(invoices.payment_of(store, invoice)["payment"]["payment_intent"]) or {}


def retrieve(call: Call) -> Body:
    return call.fetch(KIND, call.path["subscription_exposed_id"])


def index(call: Call) -> Body:
    wanted = call.params.get("status")
    status = {} if wanted in (None, "all") else {"status": wanted}
    listed = call.page(KIND, "/v1/subscriptions", customer=call.params.get("customer"), **status)
    if wanted is None:  # as Stripe, which leaves the ended ones out unless they are asked for
        listed["data"] = [body for body in listed["data"] if body["status"] != "canceled"]
    return listed


def update(call: Call) -> Body:
    subscription = call.fetch(KIND, call.path["subscription_exposed_id"])
    served = {"cancel_at_period_end", "cancellation_details", "metadata", "description", "proration_behavior"}
    other = sorted(set(call.params) - served)
    if other:
        raise StripeError(f"The stand-in does not change {', '.join(other)} of a subscription.", param=other[0])
    if subscription["status"] not in LIVING:
        raise StripeError(f"A {subscription['status']} subscription can only update its metadata.")
    if "cancel_at_period_end" in call.params:
        ends: bool = call.params["cancel_at_period_end"]
        subscription |= {
            "cancel_at_period_end": ends,
            "cancel_at": item_of(subscription)["current_period_end"] if ends else None,
            "canceled_at": call.store.now() if ends else None,
            "cancellation_details": details_of(call.params, "cancellation_requested" if ends else None),
        }
    subscription["metadata"] |= call.params.get("metadata") or {}
    if "description" in call.params:
        subscription["description"] = call.params["description"] or None
    call.store.save(subscription)
    emit(call.store, "customer.subscription.updated", subscription, account=call.account)
    return subscription


def cancel(call: Call) -> Body:
    """At once. Nothing is given back by this alone."""
    subscription = call.fetch(KIND, call.path["subscription_exposed_id"])
    if subscription["status"] == "canceled":
        raise StripeError(f"No such subscription: '{subscription['id']}'", code="resource_missing", status=404)
    if call.params.get("prorate") or call.params.get("invoice_now"):
        raise StripeError("The stand-in does not prorate: refund what is to be given back.", param="prorate")
    return end(call.store, subscription, details_of(call.params, "cancellation_requested"))


def _new(store: Store, asked: Body, customer: Body, account: str) -> Body:
    """`incomplete` until its first invoice is paid."""
    (line,), recurring, data, now = asked["lines"], asked["recurring"], asked["subscription"], store.now()
    product = store.add(prices.PRODUCT, prices.product(line, now), account=account)
    price = store.add(prices.PRICE, prices.recurring_price(line, recurring, product["id"], now), account=account)
    identifier = new_id("sub")
    item: Body = {
        "id": new_id("si", 14),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": now,
        "current_period_end": now,
        "current_period_start": now,
        "discounts": [],
        "metadata": {},
        "price": price,
        "quantity": line["quantity"],
        "subscription": identifier,
        "tax_rates": [],
    }
    url = f"/v1/subscription_items?subscription={identifier}"
    subscription: Body = {
        "id": identifier,
        "object": KIND,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": now,
        "billing_mode": {"type": "flexible", "flexible": None},
        "billing_schedules": [],
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": details_of({}, None),
        "collection_method": "charge_automatically",
        "created": now,
        "currency": line["currency"],
        "customer": customer["id"],
        "description": data.get("description"),
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": {"object": "list", "data": [item], "has_more": False, "url": url},
        "latest_invoice": None,
        "livemode": False,
        "metadata": data.get("metadata") or {},
        "start_date": now,
        "status": "incomplete",
        "trial_end": None,
        "trial_start": None,
    }
    store.add(KIND, subscription, account=account)
    behind = {"id": f"behind_{identifier}", "card": {}, "periods": 0, "failed_at": 0, "retries": 0}
    store.add("subscription_behind", behind, account=account)
    emit(store, "customer.subscription.created", subscription, account=account)
    return subscription
