"""Payouts: what an account holds goes to its bank. Those made here are the automatic ones, of all there is."""

from demo.stripe import ledger
from demo.stripe.call import Call
from demo.stripe.errors import StripeError, missing
from demo.stripe.resources import balance
from demo.stripe.store import Body, Store, new_id
from demo.stripe.webhooks import emit

KIND = "payout"
LINES = "payout_lines"
DAYS_ON_THE_WAY = 2
FAILURES = {
    "account_closed": "The bank account has been closed.",
    "could_not_process": "The bank could not process this transfer.",
    "invalid_account_number": "The routing number seems correct, but the account number is invalid.",
    "no_account": "The bank account could not be found.",
}


def make(store: Store, account: str) -> Body:
    """Everything on the balance, on its way to the bank; with it, which movements it is made of."""
    taken = {line for lines in store.find(LINES, account=account) for line in lines["lines"]}
    lines = [body for body in store.find(balance.KIND, account=account) if body["id"] not in taken]
    amount = sum(line["net"] for line in lines)
    if amount <= 0:
        raise StripeError(
            f"There is nothing to pay out: the balance is {amount}.", code="balance_insufficient", param="account"
        )
    identifier, now = new_id("po"), store.now()
    movement = balance.record(store, KIND, identifier, "eur", -amount, account=account)
    payout: Body = {
        "id": identifier,
        "object": KIND,
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": now // 86400 * 86400 + DAYS_ON_THE_WAY * 86400,
        "automatic": True,
        "balance_transaction": movement["id"],
        "created": now,
        "currency": "eur",
        "description": "STRIPE PAYOUT",
        "destination": f"ba_{account.removeprefix('acct_')}",
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "completed",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "in_transit",
        "trace_id": None,
        "type": "bank_account",
    }
    store.add(KIND, payout, account=account)
    # What the API tells only when the balance transactions of a payout are asked for.
    all_of_them = [movement["id"], *(line["id"] for line in lines)]
    store.add(LINES, {"id": f"lines_{identifier}", "lines": all_of_them}, account=account)
    holder = account or ledger.PLATFORM
    ledger.record(store, KIND, identifier, "eur", {holder: -amount, ledger.bank(account): amount})
    emit(store, "payout.created", payout, account=account)
    return payout


def arrive(store: Store, payout: Body) -> Body:
    if payout["status"] != "in_transit":
        raise StripeError(f"This payout is {payout['status']}.")
    payout["status"] = "paid"
    store.save(payout)
    emit(store, "payout.paid", payout, account=store.owner(payout["id"]))
    return payout


def fail(store: Store, payout: Body, *, code: str = "account_closed") -> Body:
    """The bank sends it back, also a few days after it was said to be paid; the next payout takes it up again."""
    if payout["status"] not in ("in_transit", "paid"):
        raise StripeError(f"This payout is {payout['status']}.")
    if code not in FAILURES:
        raise StripeError(f"Invalid code: must be one of {', '.join(FAILURES)}", param="code")
    account = store.owner(payout["id"])
    movement = balance.record(store, "payout_failure", payout["id"], "eur", payout["amount"], account=account)
    payout |= {
        "status": "failed",
        "failure_balance_transaction": movement["id"],
        "failure_code": code,
        "failure_message": FAILURES[code],
    }
    store.save(payout)
    holder = account or ledger.PLATFORM
    entries = {ledger.bank(account): -payout["amount"], holder: payout["amount"]}
    ledger.record(store, "payout_failure", payout["id"], "eur", entries)
    emit(store, "payout.failed", payout, account=account)
    return payout


def found(store: Store, identifier: str) -> Body:
    payout = store.get(identifier, kind=KIND)
    if payout is None:
        raise missing(KIND, identifier)
    return payout


def lines_of(store: Store, payout: Body) -> list[str]:
    """The ids of its movements, its own among them."""
    return list((store.get(f"lines_{payout['id']}") or {"lines": []})["lines"])


def retrieve(call: Call) -> Body:
    return call.fetch(KIND, call.path["payout"], param="payout")


def index(call: Call) -> Body:
    return call.page(KIND, "/v1/payouts", status=call.params.get("status"))


def arrive_due(store: Store) -> None:
    for payout in store.find(KIND, status="in_transit"):
        if payout["arrival_date"] <= store.now():
            arrive(store, payout)
