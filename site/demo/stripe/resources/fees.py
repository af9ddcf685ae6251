"""Application fees: the platform's objects about money taken on a connected account's charge."""

from demo.stripe import ledger
from demo.stripe.call import Call
from demo.stripe.errors import StripeError
from demo.stripe.resources import balance
from demo.stripe.store import Body, Store, new_id
from demo.stripe.webhooks import emit

KIND, REFUND = "application_fee", "fee_refund"
APPLICATION = "ca_standin"


def take(store: Store, charge: Body, amount: int, account: str) -> Body:
    identifier = new_id("fee")
    movement = balance.record(store, KIND, identifier, charge["currency"], amount)
    fee: Body = {
        "id": identifier,
        "object": KIND,
        "account": account,
        "amount": amount,
        "amount_refunded": 0,
        "application": APPLICATION,
        "balance_transaction": movement["id"],
        "charge": charge["id"],
        "created": store.now(),
        "currency": charge["currency"],
        "fee_source": {"charge": charge["id"], "type": "charge"},
        "livemode": False,
        "originating_transaction": None,
        "refunded": False,
        "refunds": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/application_fees/{identifier}/refunds",
        },
    }
    ledger.record(store, KIND, identifier, charge["currency"], {account: -amount, ledger.PLATFORM: amount})
    return store.add(KIND, fee)


def give_back(store: Store, fee: Body, amount: int, *, with_refund: bool = False) -> Body:
    """Part of the fee returns to the account. With a charge's refund, the account's side is in that movement."""
    identifier = new_id("fr")
    movement = balance.record(store, "application_fee_refund", identifier, fee["currency"], -amount)
    if not with_refund:
        balance.record(store, "application_fee_refund", identifier, fee["currency"], amount, account=fee["account"])
    refund: Body = {
        "id": identifier,
        "object": REFUND,
        "amount": amount,
        "balance_transaction": movement["id"],
        "created": store.now(),
        "currency": fee["currency"],
        "fee": fee["id"],
        "metadata": {},
    }
    store.add(REFUND, refund)
    ledger.record(
        store, "application_fee_refund", identifier, fee["currency"], {ledger.PLATFORM: -amount, fee["account"]: amount}
    )
    fee["amount_refunded"] += amount
    fee["refunded"] = fee["amount_refunded"] == fee["amount"]
    fee["refunds"]["data"].insert(0, refund)
    store.save(fee)
    emit(store, "application_fee.refunded", fee)
    return refund


def refund(call: Call) -> Body:
    fee = call.fetch(KIND, call.path["id"])
    left = fee["amount"] - fee["amount_refunded"]
    amount = call.params.get("amount", left)
    if not 0 < amount <= left:
        raise StripeError(
            f"Refund amount ({amount}) is greater than unrefunded amount on fee ({left}).", param="amount"
        )
    return give_back(call.store, fee, amount)


def retrieve(call: Call) -> Body:
    return call.fetch(KIND, call.path["id"])


def index(call: Call) -> Body:
    return call.page(KIND, "/v1/application_fees", charge=call.params.get("charge"))


def index_refunds(call: Call) -> Body:
    return call.page(REFUND, f"/v1/application_fees/{call.path['id']}/refunds", fee=call.path["id"])
