"""Products and prices, made from what a session says of them."""

from demo.stripe.store import Body, new_id

PRICE, PRODUCT = "price", "product"


def product(line: Body, now: int) -> Body:
    return {
        "id": new_id("prod", 14),
        "object": PRODUCT,
        "active": True,
        "created": now,
        "description": None,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {},
        "name": line["description"],
        "updated": now,
    }


def recurring_price(line: Body, recurring: Body, of: str, now: int) -> Body:
    amount = line["amount_total"] // line["quantity"]
    return {
        "id": new_id("price"),
        "object": PRICE,
        "active": True,
        "billing_scheme": "per_unit",
        "created": now,
        "currency": line["currency"],
        "livemode": False,
        "metadata": {},
        "product": of,
        "recurring": {
            "interval": recurring["interval"],
            "interval_count": recurring.get("interval_count", 1),
            "usage_type": "licensed",
        },
        "tax_behavior": "unspecified",
        "type": "recurring",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }
