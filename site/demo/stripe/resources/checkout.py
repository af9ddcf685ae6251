"""Checkout sessions of one payment, on the hosted page."""

from urllib.parse import urlsplit

from demo.stripe.call import Call
from demo.stripe.errors import StripeError
from demo.stripe.resources.accounts import found as found_account
from demo.stripe.resources.accounts import may_take_cards
from demo.stripe.store import Body, Store, new_id
from demo.stripe.webhooks import emit

KIND = "checkout.session"
URL = "/v1/checkout/sessions"
SHORTEST, LONGEST = 30 * 60, 24 * 3600
MINIMUM_AMOUNT = 50
MAXIMUM_AMOUNT = 99_999_999


def create(call: Call) -> Body:
    params = call.params
    mode = params.get("mode")
    if mode not in ("payment", "subscription"):
        raise StripeError("The stand-in only serves sessions with mode=payment or mode=subscription.", param="mode")
    _check_mode(call, mode)
    if params.get("ui_mode", "hosted") not in ("hosted", "hosted_page"):
        raise StripeError("The stand-in only serves the hosted page.", param="ui_mode")
    if not params.get("success_url"):
        raise StripeError("Missing required param: success_url.", code="parameter_missing", param="success_url")
    for name in ("success_url", "cancel_url"):
        _check_url(name, params.get(name))
    if call.account and not may_take_cards(found_account(call.store, call.account)):
        raise StripeError(
            f"The account {call.account} cannot take payments: its capability card_payments is not active.",
            code="account_invalid",
        )
    now = call.store.now()
    lines, currency = _lines(params)
    recurring = _recurring(params) if mode == "subscription" else None
    total = sum(line["amount_total"] for line in lines)
    if not MINIMUM_AMOUNT <= total <= MAXIMUM_AMOUNT:
        code = "amount_too_small" if total < MINIMUM_AMOUNT else "amount_too_large"
        raise StripeError(
            f"The Checkout Session's total amount must be between €0.50 and €999,999.99, not {total}.", code=code
        )
    intent = params.get("payment_intent_data", {})
    _check_fee(call, intent.get("application_fee_amount"), total)
    identifier = new_id("cs_test", 58)
    session: Body = {
        "id": identifier,
        "object": KIND,
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": now,
        "currency": currency,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": params.get("customer"),
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "expires_at": _expiry(params.get("expires_at"), now),
        "invoice": None,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata", {}),
        "mode": mode,
        "payment_intent": None,
        "payment_method_types": params.get("allowed_payment_method_types")
        or params.get("payment_method_types")
        or ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": params.get("ui_mode", "hosted_page"),
        "url": f"{call.public_url}/c/pay/{identifier}",
    }
    call.store.add(KIND, session, account=call.account)
    # What the API does not show with the session: its lines, and what its payment will be made with.
    hidden = {"intent": intent, "subscription": params.get("subscription_data", {}), "recurring": recurring}
    call.store.add("session_lines", {"id": f"lines_{identifier}", "lines": lines} | hidden, account=call.account)
    return session


def retrieve(call: Call) -> Body:
    return expire_if_due(call.store, call.fetch(KIND, call.path["session"], param="session"))


def index(call: Call) -> Body:
    expire_due(call.store)
    return call.page(KIND, URL, status=call.params.get("status"), payment_intent=call.params.get("payment_intent"))


def line_items(call: Call) -> Body:
    session = call.fetch(KIND, call.path["session"], param="session")
    lines = lines_of(call.store, session)["lines"]
    return {"object": "list", "data": lines, "has_more": False, "url": f"{URL}/{session['id']}/line_items"}


def expire(call: Call) -> Body:
    session = expire_if_due(call.store, call.fetch(KIND, call.path["session"], param="session"))
    if session["status"] != "open":
        raise StripeError(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`."
        )
    return _expire(call.store, session)


def lines_of(store: Store, session: Body) -> Body:
    return store.get(f"lines_{session['id']}") or {"lines": [], "intent": {}, "subscription": {}, "recurring": None}


def expire_if_due(store: Store, session: Body) -> Body:
    if session["status"] == "open" and session["expires_at"] <= store.now():
        return _expire(store, session)
    return session


def expire_due(store: Store) -> None:
    for session in store.find(KIND, status="open"):
        expire_if_due(store, session)


def complete(store: Store, session: Body, *, paid: bool, email: str) -> Body:
    session |= {"status": "complete", "payment_status": "paid" if paid else "unpaid", "url": None}
    session["customer_details"] = {
        "email": session["customer_email"] or email or None,
        "name": None,
        "phone": None,
        "address": None,
    }
    store.save(session)
    emit(store, "checkout.session.completed", session, account=store.owner(session["id"]))
    return session


def _expire(store: Store, session: Body) -> Body:
    session |= {"status": "expired", "url": None}
    store.save(session)
    emit(store, "checkout.session.expired", session, account=store.owner(session["id"]))
    return session


def _check_url(name: str, url: str | None) -> None:
    if url is None:
        return
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise StripeError("Not a valid URL", code="url_invalid", param=name)


def _expiry(wanted: int | None, now: int) -> int:
    if wanted is None:
        return now + LONGEST
    # A minute of grace: the caller's clock and ours are not read at the same time.
    if wanted < now + SHORTEST - 60:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise StripeError(message, param="expires_at")
    if wanted > now + LONGEST + 60:
        raise StripeError(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )
    return wanted


def _check_mode(call: Call, mode: str) -> None:
    """What belongs to the other mode is refused; so is a customer nobody knows."""
    params, other = call.params, "subscription_data" if mode == "payment" else "payment_intent_data"
    if other in params:
        raise StripeError(f"You can not pass `{other}` in `{mode}` mode.", param=other)
    if params.get("customer") and params.get("customer_email"):
        raise StripeError("You may only specify one of these parameters: customer, customer_email.", param="customer")
    if params.get("customer"):
        call.fetch("customer", params["customer"], param="customer")


def _recurring(params: Body) -> Body:
    """One price that comes back; the stand-in has no second one, no trial."""
    (item, *others) = params["line_items"]
    recurring: Body | None = item["price_data"].get("recurring")
    if recurring is None or others:
        raise StripeError(
            "In `subscription` mode the stand-in needs one line with a recurring price.", param="line_items"
        )
    if any(name.startswith("trial") for name in params.get("subscription_data", {})):
        raise StripeError("The stand-in has no trial periods.", param="subscription_data")
    return recurring


def _check_fee(call: Call, fee: int | None, total: int) -> None:
    name = "payment_intent_data[application_fee_amount]"
    if fee is None:
        return
    if not call.account:
        raise StripeError(
            "Can only apply an application_fee_amount on a direct charge (with Stripe-Account).", param=name
        )
    if not 0 < fee <= total:
        raise StripeError(
            "The application fee must be positive and cannot be greater than the total amount.", param=name
        )


def _lines(params: Body) -> tuple[list[Body], str]:
    items = params.get("line_items") or []
    if not items:
        raise StripeError("Missing required param: line_items.", code="parameter_missing", param="line_items")
    lines = []
    for position, item in enumerate(items):
        name = f"line_items[{position}]"
        price = item.get("price_data")
        if price is None or price.get("unit_amount") is None:
            raise StripeError(f"{name}: the stand-in needs price_data with unit_amount.", param=name)
        if "product_data" not in price:
            raise StripeError(
                f"Missing required param: {name}[price_data][product_data].", code="parameter_missing", param=name
            )
        if item.get("quantity", 0) < 1 or price["unit_amount"] < 0:
            raise StripeError("Quantity is required and must be positive; amounts must not be negative.", param=name)
        amount = price["unit_amount"] * item["quantity"]
        lines.append(
            {
                "id": new_id("li"),
                "object": "item",
                "amount_discount": 0,
                "amount_subtotal": amount,
                "amount_tax": 0,
                "amount_total": amount,
                "currency": price["currency"].lower(),
                "description": price["product_data"]["name"],
                "price": None,
                "quantity": item["quantity"],
            }
        )
    currencies = {line["currency"] for line in lines}
    if len(currencies) > 1:
        raise StripeError("All line items must have the same currency.", param="line_items")
    return lines, currencies.pop()
