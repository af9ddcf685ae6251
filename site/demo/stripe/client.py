"""What the site and the tests use of a running stand-in. Light: only HTTP, nothing of the stand-in itself."""

import datetime as dt
from typing import Any

import requests

TIMEOUT = 5
DELIVERY_TIMEOUT = 120


class StandInUnreachable(Exception):
    """The stand-in does not answer: it is not started, or it is at another address."""


class ControlRefused(Exception):
    """The stand-in refused a control request; the message says why."""


def ledger(base_url: str) -> dict[str, Any]:
    """The stand-in's whole ledger, for the page that draws it. Amounts are integer cents.

    {"accounts": [{"id": "cards" | "platform" | "stripe" | "acct_…" | "bank_acct_…", "name": str, "balance": int}, …],
     "transactions": [{"id": int, "created": unix seconds, "kind": "charge" | "application_fee" | "stripe_fee" | "refund" |
                       "application_fee_refund" | "dispute" | "dispute_reversal" | "dispute_fee" | "payout" | "payout_failure",
                       "source": id of the Stripe object, "currency": "eur",
                       "entries": [{"account": str, "amount": int}, …]}, …]   newest first, each sums to zero,
     "sum": 0, "now": unix seconds}

    Raises StandInUnreachable.
    """
    return Control(base_url).ledger()


class Control:
    """The control endpoints, as methods; docs/stripe-stand-in.md describes each."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")

    def ledger(self) -> dict[str, Any]:
        return self._ask("GET", "ledger")

    def balances(self) -> dict[str, int]:
        return {account["id"]: account["balance"] for account in self.ledger()["accounts"]}

    def events(self) -> list[dict[str, Any]]:
        """Newest first; v1 events, then v2."""
        return self._ask("GET", "events")["events"]  # type: ignore[no-any-return]

    def deliveries(self) -> list[dict[str, Any]]:
        return self._ask("GET", "deliveries")["deliveries"]  # type: ignore[no-any-return]

    def take(self) -> list[dict[str, Any]]:
        """The webhooks that are due, as {"event", "payload", "signature"}, for a test that posts them itself."""
        return self._ask("POST", "webhooks/take")["deliveries"]  # type: ignore[no-any-return]

    def deliver(self, *, everything: bool = True) -> int:
        """Posts now what waits, delayed and held ones too; returns how many were accepted."""
        return self._ask("POST", "webhooks/deliver", all=everything)["delivered"]  # type: ignore[no-any-return]

    def pause(self, paused: bool = True) -> None:
        self._ask("POST", "webhooks/pause", paused=paused)

    def send_webhooks_to(self, url: str, secret: str | None = None) -> None:
        self._ask("POST", "webhooks/target", url=url, **({"secret": secret} if secret else {}))

    def disturb_webhooks(
        self, mode: str, *, count: int | None = None, seconds: float | None = None, type: str = ""
    ) -> None:
        """mode: duplicate, delay (by seconds), reorder (the next `count`, last first), drop; `type` limits it to an event type."""
        given = {"count": count, "seconds": seconds}
        self._ask(
            "POST",
            "webhooks/faults",
            mode=mode,
            type=type,
            **{name: value for name, value in given.items() if value is not None},
        )

    def fail_requests(self, **fault: Any) -> None:
        """when: before | after; kind: error | timeout; count, status, seconds, method, path (how it begins)."""
        self._ask("POST", "requests/faults", **fault)

    def clear_faults(self) -> None:
        self._ask("POST", "faults/clear")

    def advance(self, seconds: int) -> None:
        self._ask("POST", "clock", advance=seconds)

    def go_back(self, seconds: int) -> None:
        """Its clock begins that long ago; refused once anything was paid."""
        self._ask("POST", "clock/back", seconds=seconds)

    def advance_to(self, moment: dt.datetime) -> None:
        """Forward to `moment`; where it is that late already, nothing."""
        self._ask("POST", "clock/to", moment=int(moment.timestamp()))

    def add_accounts(self, accounts: list[dict[str, str]]) -> int:
        """Accounts with ids of the caller's choice, {"id": "acct_…", "display_name", "contact_email"}, that may take cards.

        Those already there stay as they are, so a demo may say its list at each start; returns how many were new.
        """
        return self._ask("POST", "accounts", accounts=accounts)["added"]  # type: ignore[no-any-return]

    def set_account(self, account: str, status: str = "active") -> None:
        self._ask("POST", f"accounts/{account}", status=status)

    def pay(self, session: str, card: str = "4242424242424242", email: str = "") -> dict[str, Any]:
        """Pays an open Checkout session as its page would; returns the payment intent."""
        return self._ask("POST", f"sessions/{session}/pay", card=card, email=email)

    def open_dispute(self, of: str, *, reason: str = "general", amount: int | None = None) -> dict[str, Any]:
        """The client's bank takes back a charge, or a payment intent's; all that is left of it without `amount`."""
        return self._ask("POST", "disputes", of=of, reason=reason, **({} if amount is None else {"amount": amount}))

    def decide_dispute(self, dispute: str, *, won: bool) -> dict[str, Any]:
        return self._ask("POST", f"disputes/{dispute}", status="won" if won else "lost")

    def make_payout(self, account: str) -> dict[str, Any]:
        """Sends all that the account holds to its bank; it arrives in two days of the stand-in's clock."""
        return self._ask("POST", "payouts", account=account)

    def end_payout(self, payout: str, *, failure: str = "") -> dict[str, Any]:
        """It arrives, or the bank sends it back for the reason `failure`: account_closed, no_account …"""
        how = {"status": "failed", "code": failure} if failure else {"status": "paid"}
        return self._ask("POST", f"payouts/{payout}", **how)

    def settle(self, session: str, *, succeeded: bool = True) -> dict[str, Any]:
        """The bank's answer to a session paid with a card that settles late; without it, it comes after a day."""
        return self._ask("POST", f"sessions/{session}/settle", status="succeeded" if succeeded else "failed")

    def change_card(self, subscription: str, card: str) -> dict[str, Any]:
        """The card its renewals are paid with; 4000 0000 0000 0341 makes them fail."""
        return self._ask("POST", f"subscriptions/{subscription}/card", card=card)

    def renew(self, subscription: str) -> dict[str, Any]:
        """Its running period is over now: it is renewed, or ends, without moving the clock."""
        return self._ask("POST", f"subscriptions/{subscription}/renew")

    def banks(self) -> dict[str, Any]:
        """The latest charges that can be disputed, late payments, disputes, payouts and subscriptions, for a page."""
        return self._ask("GET", "banks")

    def reset(self) -> None:
        self._ask("POST", "reset")

    def _ask(self, verb: str, path: str, /, **body: Any) -> dict[str, Any]:
        timeout = DELIVERY_TIMEOUT if path == "webhooks/deliver" else TIMEOUT
        json = None if verb == "GET" else body
        try:
            response = requests.request(verb, f"{self.base_url}/_control/{path}", json=json, timeout=timeout)
        except requests.RequestException as error:
            raise StandInUnreachable(f"No Stripe stand-in at {self.base_url}") from error
        try:
            answer: dict[str, Any] = response.json()
        except ValueError as error:
            raise StandInUnreachable(f"What answers at {self.base_url} is not the Stripe stand-in") from error
        if not response.ok:
            raise ControlRefused(answer.get("error", {}).get("message", response.status_code))
        return answer
