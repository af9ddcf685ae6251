"""Whatever is paid and given back, the ledger balances and agrees with the objects."""

from hypothesis import given, settings
from hypothesis import strategies as st

from demo.stripe import ledger
from demo.stripe.call import Call
from demo.stripe.errors import StripeError
from demo.stripe.resources import accounts, balance, checkout, disputes, fees, payments, payouts, refunds
from demo.stripe.resources.charging import Card
from demo.stripe.store import Store
from tests.factories.stripe import session_params

MERCHANT = "acct_test"


@settings(max_examples=60, deadline=None)
@given(
    amount=st.integers(50, 100_000),
    fee_part=st.floats(0, 1),
    given_back=st.lists(st.tuples(st.integers(1, 60_000), st.booleans()), max_size=6),
)
def test_any_history_of_refunds_balances_to_the_cent(amount, fee_part, given_back):
    store = Store()
    accounts.add_active(store, MERCHANT, "Claire Morel", None)

    def call(**params):
        return Call(store, "http://stripe.test", MERCHANT, {}, params)

    fee = max(1, round(amount * fee_part))
    params = session_params(payment_intent_data={"application_fee_amount": fee})
    params["line_items"][0]["price_data"]["unit_amount"] = amount
    session = checkout.create(call(**params))
    intent = payments.pay(store, session, Card("visa", "4242"))

    returned = 0
    for wanted, with_fee in given_back:
        try:
            refund = refunds.create(call(payment_intent=intent["id"], amount=wanted, refund_application_fee=with_fee))
        except StripeError:
            assert wanted > amount - returned
            continue
        returned += refund["amount"]

    (fee_object,) = store.find(fees.KIND)
    kept = fee - fee_object["amount_refunded"]
    balances = {account["id"]: account["balance"] for account in ledger.read(store)["accounts"]}
    cost = ledger.processing_fee(amount)
    assert 0 <= kept <= fee
    assert balances == {
        "cards": returned - amount,
        MERCHANT: amount - returned - kept,
        "platform": kept - cost,
        "stripe": cost,
    }
    for owner, account in ((MERCHANT, MERCHANT), ("", "platform")):
        assert sum(movement["net"] for movement in store.find(balance.KIND, account=owner)) == balances[account]
    store.close()


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["pay", "refund", "dispute", "win", "lose", "payout", "fail"]), st.integers(60, 20_000)
        ),
        max_size=14,
    )
)
def test_whatever_banks_do_the_movements_add_up_to_the_ledger(steps):
    store = Store()
    accounts.add_active(store, MERCHANT, "Claire Morel", None)

    def call(**params):
        return Call(store, "http://stripe.test", MERCHANT, {}, params)

    def one(kind, **where):
        return next(iter(store.find(kind, account=MERCHANT, **where)), None)

    def pay(amount):
        params = session_params(payment_intent_data={"application_fee_amount": 50})
        params["line_items"][0]["price_data"]["unit_amount"] = amount
        payments.pay(store, checkout.create(call(**params)), Card("visa", "4242"))

    def take_back(amount):
        charge = one("charge", disputed=False)
        return charge and disputes.open_on(store, charge, amount=min(amount, charge["amount"]))

    def decide(won):
        found = one("dispute", status="needs_response")
        return found and disputes.decide(store, found, won=won)

    doing = {
        "pay": pay,
        "refund": lambda amount: (charge := one("charge")) and refunds.create(call(charge=charge["id"], amount=amount)),
        "dispute": take_back,
        "win": lambda _: decide(True),
        "lose": lambda _: decide(False),
        "payout": lambda _: payouts.make(store, MERCHANT),
        "fail": lambda _: (found := one("payout", status="in_transit")) and payouts.fail(store, found),
    }
    for what, amount in steps:
        try:
            with store.transaction():
                doing[what](amount)
        except StripeError:
            continue

    book = ledger.read(store)
    balances = {account["id"]: account["balance"] for account in book["accounts"]}
    assert book["sum"] == 0
    for owner, account in ((MERCHANT, MERCHANT), ("", "platform")):
        assert sum(movement["net"] for movement in store.find(balance.KIND, account=owner)) == balances[account]
    arrived = sum(payout["amount"] for payout in store.find("payout") if payout["status"] != "failed")
    assert balances.get(ledger.bank(MERCHANT), 0) == arrived
    store.close()


def test_the_processing_fee_is_rounded_half_up():
    assert [ledger.processing_fee(amount) for amount in (6000, 4750, 100, 33, 34)] == [115, 96, 27, 25, 26]
