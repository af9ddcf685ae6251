"""`/_control/…`: what a test or the demo does to the stand-in, in JSON. docs/stripe-stand-in.md lists it.

Posts must be `application/json`, which no page of another site can send without asking.
"""

import json
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from demo.stripe import ledger, webhooks
from demo.stripe.cards import UnknownCard, read_number
from demo.stripe.control_money import MoneyControl
from demo.stripe.errors import StripeError, missing
from demo.stripe.faults import Fault, add_fault
from demo.stripe.passing import pass_time
from demo.stripe.resources import accounts, checkout, disputes, payments
from demo.stripe.store import Store
from demo.stripe.webhooks import Courier


class Control:
    def __init__(self, store: Store, courier: Courier) -> None:
        self.store, self.courier = store, courier
        served: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", "/ledger", lambda body: ledger.read(store)),
            ("GET", "/events", self.events),
            ("GET", "/deliveries", self.deliveries),
            ("GET", "/state", self.state),
            ("POST", "/webhooks/faults", self.add_webhook_fault),
            ("POST", "/webhooks/deliver", self.deliver),
            ("POST", "/webhooks/take", lambda body: {"deliveries": webhooks.take(store, courier.secret)}),
            ("POST", "/webhooks/pause", self.pause),
            ("POST", "/webhooks/target", self.target),
            ("POST", "/requests/faults", self.add_request_fault),
            ("POST", "/faults/clear", self.clear_faults),
            ("POST", "/clock", self.advance),
            ("POST", "/clock/to", self.advance_to),
            ("POST", "/clock/back", self.go_back),
            ("POST", "/accounts", self.add_accounts),
            ("POST", "/accounts/<identifier>", self.set_account),
            ("POST", "/sessions/<identifier>/pay", self.pay),
            ("POST", "/reset", self.reset),
            *MoneyControl(store).served(),
        ]
        self.map = Map(Rule(f"/_control{path}", methods=[verb], endpoint=endpoint) for verb, path, endpoint in served)

    def respond(self, request: Request) -> Response:
        try:
            endpoint, values = self.map.bind("stripe").match(request.path, request.method)
            body = self._body(request)
            # Never deliver inside a transaction: what receives the webhook may ask us something before it answers.
            with nullcontext() if endpoint == self.deliver else self.store.transaction():
                status, answer = 200, endpoint(body, **values)
        except HTTPException as error:
            status, answer = error.code or 500, {"error": {"message": error.description}}
        except StripeError as refusal:
            status, answer = refusal.status, refusal.body("")
        self.courier.wake()
        return Response(json.dumps(answer, ensure_ascii=False), status, content_type="application/json")

    def _body(self, request: Request) -> dict[str, Any]:
        if request.method == "GET":
            return {}
        if request.mimetype != "application/json":
            raise StripeError("Send application/json.", status=415)
        try:
            body = json.loads(request.get_data() or b"{}")
        except ValueError as error:
            raise StripeError("The body is not valid JSON.") from error
        if not isinstance(body, dict):
            raise StripeError("The body must be an object.")
        return body

    def events(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"events": self.store.find("event") + self.store.find("v2.core.event")}

    def deliveries(self, body: dict[str, Any]) -> dict[str, Any]:
        rows = self.store.rows("SELECT seq, event, due, state, attempts, answer FROM delivery ORDER BY seq")
        names = ("id", "event", "due", "state", "attempts", "answer")
        return {"deliveries": [dict(zip(names, row, strict=True)) for row in rows]}

    def state(self, body: dict[str, Any]) -> dict[str, Any]:
        return {
            "now": self.store.now(),
            "webhook_url": self.courier.url,
            "webhooks_paused": self.store.setting("webhooks_paused", False),
            "webhook_faults": self.store.setting("webhook_faults", []),
            "request_faults": self.store.setting("request_faults", []),
        }

    def add_webhook_fault(self, body: dict[str, Any]) -> dict[str, Any]:
        mode, count = body.get("mode"), body.get("count", 2 if body.get("mode") == "reorder" else 1)
        seconds, kind = body.get("seconds", 60), body.get("type", "")
        fits = (
            mode in webhooks.FAULTS
            and isinstance(count, int)
            and count > 0
            and isinstance(seconds, int | float)
            and isinstance(kind, str)
        )
        if not fits:
            raise StripeError(
                f"A webhook fault is mode: {webhooks.FAULTS}, count ≥ 1, seconds (delay), type (an event's)."
            )
        fault = {"mode": mode, "count": count, "seconds": seconds, "type": kind}
        self.store.set_setting("webhook_faults", [*self.store.setting("webhook_faults", []), fault])
        return self.state({})

    def add_request_fault(self, body: dict[str, Any]) -> dict[str, Any]:
        try:
            add_fault(self.store, Fault(**body))
        except TypeError as error:
            raise StripeError(f"Not a fault: {error}") from error
        return self.state({})

    def clear_faults(self, body: dict[str, Any]) -> dict[str, Any]:
        for name in ("webhook_faults", "request_faults"):
            self.store.set_setting(name, [])
        self.store.run("UPDATE delivery SET state = 'pending' WHERE state = 'held'")
        return self.state({})

    def deliver(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"delivered": self.courier.deliver(all_of_them=bool(body.get("all", True)))}

    def pause(self, body: dict[str, Any]) -> dict[str, Any]:
        self.store.set_setting("webhooks_paused", bool(body.get("paused", True)))
        return self.state({})

    def target(self, body: dict[str, Any]) -> dict[str, Any]:
        self.courier.url = str(body.get("url", self.courier.url))
        self.courier.secret = str(body.get("secret", self.courier.secret))
        return self.state({})

    def advance(self, body: dict[str, Any]) -> dict[str, Any]:
        seconds = body.get("advance")
        if not isinstance(seconds, int) or not 0 <= seconds <= 10 * 366 * 86400:
            raise StripeError("Time only goes forward: advance is a whole number of seconds.", param="advance")
        self.store.set_setting("clock_offset", self.store.setting("clock_offset", 0) + seconds)
        pass_time(self.store)
        return self.state({})

    def advance_to(self, body: dict[str, Any]) -> dict[str, Any]:
        moment = body.get("moment")
        if not isinstance(moment, int):
            raise StripeError("moment is in seconds since 1970.", param="moment")
        return self.advance({"advance": max(0, moment - self.store.now())})

    def go_back(self, body: dict[str, Any]) -> dict[str, Any]:
        """A demo that has months behind it begins so: before anything is paid, since nothing may happen before what it follows."""
        seconds = body.get("seconds")
        if not isinstance(seconds, int) or not 0 <= seconds <= 3 * 366 * 86400:
            raise StripeError("seconds is a whole number, of three years at most.", param="seconds")
        if self.store.find(disputes.CHARGE):
            raise StripeError("Something was paid already: time only goes forward from here.")
        self.store.set_setting("clock_offset", -seconds)
        return self.state({})

    def add_accounts(self, body: dict[str, Any]) -> dict[str, Any]:
        wanted = body.get("accounts")
        if not isinstance(wanted, list) or not all(isinstance(item, dict) and "id" in item for item in wanted):
            raise StripeError("accounts is a list of objects with an id.", param="accounts")
        new = [item for item in wanted if self.store.get(str(item["id"])) is None]
        for item in new:
            accounts.add_active(self.store, str(item["id"]), item.get("display_name"), item.get("contact_email"))
        return {"added": len(new)}

    def set_account(self, body: dict[str, Any], identifier: str) -> dict[str, Any]:
        return accounts.set_status(self.store, identifier, str(body.get("status", "active")))

    def pay(self, body: dict[str, Any], identifier: str) -> dict[str, Any]:
        """What a client does on the hosted page, without the page; the bank's confirmation is given."""
        session = self.store.get(identifier, kind=checkout.KIND)
        if session is None:
            raise missing("checkout.session", identifier)
        if checkout.expire_if_due(self.store, session)["status"] != "open":
            raise StripeError(f"This session is {session['status']}.")
        try:
            card, _ = read_number(str(body.get("card", "4242424242424242")))
        except UnknownCard as error:
            raise StripeError(str(error), param="card") from error
        return payments.pay(self.store, session, card, email=str(body.get("email", "")))

    def reset(self, body: dict[str, Any]) -> dict[str, Any]:
        self.store.reset()
        return self.state({})
