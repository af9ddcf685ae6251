"""Balance transactions, and the balances they add up to."""

from demo.stripe.call import Call
from demo.stripe.store import Body, Store, new_id

KIND = "balance_transaction"
PAYOUT = "payout"


def record(
    store: Store,
    kind: str,
    source: str,
    currency: str,
    amount: int,
    *,
    fee: int = 0,
    fee_to: str = "application_fee",
    account: str = "",
    category: str = "",
) -> Body:
    """`fee` is what leaves the account with this movement (the application fee or Stripe’s; negative when it comes back)."""
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": "application fee" if fee_to == "application_fee" else "Stripe processing fees",
            "type": fee_to,
        }
    ]
    movement: Body = {
        "id": new_id("txn"),
        "object": KIND,
        "amount": amount,
        "available_on": store.now(),
        "balance_type": "payments",
        "created": store.now(),
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details if fee else [],
        "net": amount - fee,
        "reporting_category": category or ("fee" if kind == "stripe_fee" else kind),
        "source": source,
        "status": "available",
        "type": kind,
    }
    return store.add(KIND, movement, account=account)


def retrieve(call: Call) -> Body:
    """The balance of the account that asks. Everything is available at once here."""
    totals: dict[str, int] = {"eur": 0}
    for movement in call.store.find(KIND, account=call.account):
        totals[movement["currency"]] = totals.get(movement["currency"], 0) + movement["net"]
    available = [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}}
        for currency, amount in totals.items()
    ]
    return {"object": "balance", "available": available, "pending": [], "livemode": False}


def retrieve_transaction(call: Call) -> Body:
    return call.fetch(KIND, call.path["id"])


def index_transactions(call: Call) -> Body:
    page = {"source": call.params.get("source"), "type": call.params.get("type")}
    within = None
    if call.params.get("payout"):
        payout = call.fetch(PAYOUT, call.params["payout"], param="payout")
        within = set((call.store.get(f"lines_{payout['id']}") or {"lines": []})["lines"])
    return call.page(KIND, "/v1/balance_transactions", within=within, **page)
