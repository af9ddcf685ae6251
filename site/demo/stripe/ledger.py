"""Every cent, in double entry: each transaction sums to zero, so all balances together do too.

Accounts: `cards` (the clients' banks), one per connected account (`acct_…`), `platform` and `stripe`; and, once it was paid
out something, the bank of an account (`bank_acct_…`).
A positive balance is money the account holds; `cards` is negative by what clients paid and did not get back.
"""

from typing import Any

from demo.stripe.store import Store

CARDS = "cards"
PLATFORM = "platform"
STRIPE = "stripe"

# What Stripe takes for a European card: 1,5 % + 0,25 €. The platform pays it (`fees_collector=application`);
# it is not given back on a refund.
PROCESSING_PER_MILLE = 15
PROCESSING_FIXED = 25


class Unbalanced(Exception):
    """A transaction whose entries do not sum to zero: a bug of the stand-in."""


def bank(account: str) -> str:
    """Where the payouts of an account go; the platform's own without one."""
    return f"bank_{account or PLATFORM}"


def processing_fee(amount: int) -> int:
    """In integer cents, half up."""
    return (amount * PROCESSING_PER_MILLE + 500) // 1000 + PROCESSING_FIXED


def record(store: Store, kind: str, source: str, currency: str, entries: dict[str, int]) -> None:
    if sum(entries.values()):
        raise Unbalanced(f"{kind} {source}: {entries}")
    transaction = store.run(
        "INSERT INTO ledger_transaction (created, kind, source, currency) VALUES (?, ?, ?, ?)",
        store.now(),
        kind,
        source,
        currency,
    )
    for account, amount in entries.items():
        store.run(
            "INSERT INTO ledger_entry (ledger_transaction, account, amount) VALUES (?, ?, ?)",
            transaction,
            account,
            amount,
        )


def read(store: Store) -> dict[str, Any]:
    """The whole ledger as JSON, newest transaction first, in cents."""
    accounts = {account["id"]: account.get("display_name") for account in store.find("v2.core.account")}
    names = {"": "la plateforme"} | accounts
    names |= {bank(identifier): f"Banque de {name or identifier}" for identifier, name in names.items()}
    balances = {CARDS: 0, PLATFORM: 0, STRIPE: 0} | dict.fromkeys(reversed(accounts), 0)
    entries: dict[int, list[dict[str, Any]]] = {}
    for transaction, account, amount in store.rows("SELECT ledger_transaction, account, amount FROM ledger_entry"):
        balances[account] = balances.get(account, 0) + amount
        entries.setdefault(transaction, []).append({"account": account, "amount": amount})
    transactions = [
        {"id": seq, "created": created, "kind": kind, "source": source, "currency": currency, "entries": entries[seq]}
        for seq, created, kind, source, currency in store.rows(
            "SELECT seq, created, kind, source, currency FROM ledger_transaction ORDER BY seq DESC"
        )
    ]
    return {
        "accounts": [
            {"id": identifier, "name": names.get(identifier) or identifier, "balance": balance}
            for identifier, balance in balances.items()
        ],
        "transactions": transactions,
        "sum": sum(balances.values()),
        "now": store.now(),
    }
