"""Customers: who pays a subscription."""

from typing import Any

from demo.stripe.call import Call
from demo.stripe.store import Body, Store, new_id
from demo.stripe.webhooks import emit

KIND = "customer"


def add(store: Store, *, account: str = "", **known: Any) -> Body:
    customer: Body = {
        "id": new_id("cus", 14),
        "object": KIND,
        "address": None,
        "balance": 0,
        "created": store.now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": known.get("description"),
        "discount": None,
        "email": known.get("email"),
        "invoice_prefix": new_id("x", 8)[2:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": known.get("metadata") or {},
        "name": known.get("name"),
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": known.get("preferred_locales") or [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    store.add(KIND, customer, account=account)
    emit(store, "customer.created", customer, account=account)
    return customer


def create(call: Call) -> Body:
    return add(call.store, account=call.account, **call.params)


def retrieve(call: Call) -> Body:
    return call.fetch(KIND, call.path["customer"], param="customer")


def update(call: Call) -> Body:
    customer = call.fetch(KIND, call.path["customer"], param="customer")
    for name in ("email", "name", "description", "preferred_locales"):
        if name in call.params:
            customer[name] = call.params[name] or None
    customer["metadata"] |= call.params.get("metadata") or {}
    call.store.save(customer)
    emit(call.store, "customer.updated", customer, account=call.account)
    return customer


def index(call: Call) -> Body:
    return call.page(KIND, "/v1/customers", email=call.params.get("email"))
