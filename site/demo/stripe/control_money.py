"""`/_control/disputes…` and `/_control/payouts…`: what banks do, on command."""

from collections.abc import Callable
from typing import Any

from demo.stripe.cards import UnknownCard, read_number
from demo.stripe.errors import StripeError, missing
from demo.stripe.resources import accounts, disputes, payments, payouts, periods
from demo.stripe.store import Body, Store

SHOWN = 20


class MoneyControl:
    def __init__(self, store: Store) -> None:
        self.store = store

    def served(self) -> list[tuple[str, str, Callable[..., Any]]]:
        return [
            ("GET", "/banks", self.banks),
            ("POST", "/disputes", self.open_dispute),
            ("POST", "/disputes/<identifier>", self.decide_dispute),
            ("POST", "/payouts", self.make_payout),
            ("POST", "/payouts/<identifier>", self.end_payout),
            ("POST", "/sessions/<identifier>/settle", self.settle),
            ("POST", "/subscriptions/<identifier>/card", self.change_card),
            ("POST", "/subscriptions/<identifier>/renew", self.renew),
        ]

    def banks(self, body: dict[str, Any]) -> dict[str, Any]:
        """What there is to act upon, newest first, each with the account it belongs to."""
        late = [self.store.get(late["session"]) or {} for late in self.store.find(payments.LATE, done=False)]
        taken = [charge for charge in self.store.find(disputes.CHARGE, captured=True) if not charge["disputed"]]
        left = [charge for charge in taken if charge["amount_captured"] > charge["amount_refunded"]]
        return {
            "charges": self._owned(left),
            "late": self._owned(late),
            "disputes": self._owned(self.store.find(disputes.KIND)),
            "payouts": self._owned(self.store.find(payouts.KIND)),
            "subscriptions": self._owned(self.store.find(periods.KIND)),
        }

    def _owned(self, found: list[Body]) -> list[Body]:
        return [{"account": self.store.owner(body["id"]), **body} for body in found[:SHOWN]]

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

    def settle(self, body: dict[str, Any], identifier: str) -> Body:
        """The bank's answer to a payment that settles late, before its day has passed."""
        found = self.store.find(payments.LATE, session=identifier, done=False)
        if not found:
            raise StripeError(f"No payment of the session '{identifier}' is under way.", param="session")
        if body.get("status") not in ("succeeded", "failed"):
            raise StripeError("status is succeeded or failed.", param="status")
        return payments.settle_late(self.store, found[0], succeeded=body["status"] == "succeeded")

    def change_card(self, body: dict[str, Any], identifier: str) -> Body:
        """The card a subscription is renewed with; one that is refused makes the next renewals fail."""
        subscription = self._subscription(identifier)
        try:
            card, _ = read_number(str(body.get("card", "")))
        except UnknownCard as error:
            raise StripeError(str(error), param="card") from error
        periods.keep_card(self.store, subscription, card)
        return subscription

    def renew(self, body: dict[str, Any], identifier: str) -> Body:
        """The running period is over now: what follows it comes at once, without moving anybody's clock."""
        subscription = self._subscription(identifier)
        if subscription["status"] != "active":
            raise StripeError(f"This subscription is {subscription['status']}.")
        return periods.finish_period(self.store, subscription)

    def _subscription(self, identifier: str) -> Body:
        subscription = self.store.get(identifier, kind=periods.KIND)
        if subscription is None:
            raise missing(periods.KIND, identifier)
        return subscription
