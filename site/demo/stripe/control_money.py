"""`/_control/disputes…` and `/_control/payouts…`: what banks do, on command."""

from collections.abc import Callable
from typing import Any

from demo.stripe.errors import StripeError, missing
from demo.stripe.resources import accounts, disputes, payouts
from demo.stripe.store import Body, Store


class MoneyControl:
    def __init__(self, store: Store) -> None:
        self.store = store

    def served(self) -> list[tuple[str, str, Callable[..., Any]]]:
        return [
            ("POST", "/disputes", self.open_dispute),
            ("POST", "/disputes/<identifier>", self.decide_dispute),
            ("POST", "/payouts", self.make_payout),
            ("POST", "/payouts/<identifier>", self.end_payout),
        ]

    def open_dispute(self, body: dict[str, Any]) -> Body:
        """`of` is the charge or its payment intent."""
        identifier = str(body.get("of", ""))
        intent = self.store.get(identifier, kind="payment_intent")
        charge = self.store.get((intent["latest_charge"] or "") if intent else identifier, kind=disputes.CHARGE)
        if charge is None:
            raise missing(disputes.CHARGE, identifier, param="of")
        amount = body.get("amount")
        if amount is not None and (not isinstance(amount, int) or isinstance(amount, bool)):
            raise StripeError("amount is a whole number of cents.", param="amount")
        return disputes.open_on(self.store, charge, reason=str(body.get("reason", "general")), amount=amount)

    def decide_dispute(self, body: dict[str, Any], identifier: str) -> Body:
        dispute = self.store.get(identifier, kind=disputes.KIND)
        if dispute is None:
            raise missing(disputes.KIND, identifier)
        if body.get("status") not in ("won", "lost"):
            raise StripeError("status is won or lost.", param="status")
        return disputes.decide(self.store, dispute, won=body["status"] == "won")

    def make_payout(self, body: dict[str, Any]) -> Body:
        return payouts.make(self.store, accounts.found(self.store, str(body.get("account", "")))["id"])

    def end_payout(self, body: dict[str, Any], identifier: str) -> Body:
        payout = payouts.found(self.store, identifier)
        if body.get("status") == "paid":
            return payouts.arrive(self.store, payout)
        if body.get("status") == "failed":
            return payouts.fail(self.store, payout, code=str(body.get("code", "account_closed")))
        raise StripeError("status is paid or failed.", param="status")
