"""One API request from its bytes to its answer: key, account, idempotency, parameters, handler, expansion."""

import hashlib
import json
from typing import Any

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from demo.stripe import openapi
from demo.stripe.call import Call
from demo.stripe.errors import StripeError
from demo.stripe.faults import fail, take_fault
from demo.stripe.resources import checkout, invoices
from demo.stripe.routes import ROUTES, Route
from demo.stripe.store import Body, Store, new_id

KEY_LIVES = 24 * 3600
KEYS = ("sk_test_", "rk_test_")

DESCRIPTION = openapi.Description((route.path, route.verb) for route in ROUTES)


class Api:
    def __init__(self, store: Store, public_url: str) -> None:
        self.store, self.public_url = store, public_url
        self.map = Map(
            Rule(route.path.replace("{", "<").replace("}", ">"), methods=[route.verb.upper()], endpoint=route)
            for route in ROUTES
        )

    def respond(self, request: Request) -> Response:
        request_id = new_id("req", 14)
        fault = take_fault(self.store, request.method, request.path)
        if fault and fault.when == "before":
            return fail(fault, request, request_id)
        status, body, replayed = self._answer(request, request_id)
        if fault:
            if (
                fault.kind == "error"
            ):  # Stripe's own 500 is what its key then remembers; a cut connection changes nothing
                self._remember(request, fault.status, fault.body(request_id), again=True)
            return fail(fault, request, request_id)
        headers = {"Request-Id": request_id} | ({"Idempotent-Replayed": "true"} if replayed else {})
        return Response(
            json.dumps(body, indent=2, ensure_ascii=False), status, headers, content_type="application/json"
        )

    def _answer(self, request: Request, request_id: str) -> tuple[int, Body, bool]:
        try:
            account = self._authenticate(request)
            route, path = self._route(request)
            with self.store.transaction():
                remembered = self._remembered(request)
                if remembered:
                    return remembered[0], remembered[1], True
                call = self._call(request, route, path, account)
                expansions = call.params.pop("expand", [])
                body = expand(self.store, route.handler(call), expansions)
                self._remember(request, 200, body)
            return 200, body, False
        except StripeError as refusal:
            body = refusal.body(request_id)
            if refusal.executed:
                self._remember(request, refusal.status, body)
            return refusal.status, body, False

    def _authenticate(self, request: Request) -> str:
        authorization = request.authorization
        key = (authorization.token or authorization.username or "") if authorization else ""
        if not key.startswith(KEYS):
            shown = f"{key[:8]}…" if key else ""
            raise StripeError(f"Invalid API Key provided: {shown} (sk_test_… expected)", status=401, executed=False)
        # v2 reads `Stripe-Context` for the same thing.
        account = request.headers.get("Stripe-Account") or request.headers.get("Stripe-Context") or ""
        if account and self.store.get(account, kind="v2.core.account") is None:
            raise StripeError(
                f"The provided key does not have access to account '{account}' (or that account does not exist).",
                code="account_invalid",
                status=403,
                executed=False,
            )
        return account

    def _route(self, request: Request) -> tuple[Route, dict[str, str]]:
        urls = self.map.bind("stripe")
        if not urls.test(request.path, request.method):
            message = (
                f"Unrecognized request URL ({request.method}: {request.path}), or one the stand-in does not serve."
            )
            raise StripeError(message, status=404, executed=False)
        return urls.match(request.path, request.method)  # type: ignore[return-value]

    def _call(self, request: Request, route: Route, path: dict[str, str], account: str) -> Call:
        params: dict[str, Any] = openapi.decode(request.args.items(multi=True))
        if route.verb == "get":
            params = DESCRIPTION.check(route.path, route.verb, "query", params)
        elif route.verb == "delete":  # what the description calls its body comes with the address
            params = DESCRIPTION.check(route.path, route.verb, "body", params)
        else:
            params = DESCRIPTION.check(
                route.path, route.verb, "body", _json(request) if route.is_v2 else _form(request)
            )
        return Call(self.store, self.public_url, account, path, params)

    # Idempotency, by key and account. Only what has effects is remembered, for a day.

    def _key(self, request: Request) -> str:
        key = request.headers.get("Idempotency-Key", "")
        return f"{request.headers.get('Stripe-Account', '')}:{key}" if key and request.method == "POST" else ""

    def _remembered(self, request: Request) -> tuple[int, Body] | None:
        key = self._key(request)
        found = key and self.store.rows("SELECT fingerprint, created, status, body FROM idempotency WHERE key = ?", key)
        if not found or found[0][1] < self.store.precise_now() - KEY_LIVES:
            return None
        if found[0][0] != _fingerprint(request):
            raise StripeError(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                "Try using a key other than the one you used before if you meant to execute a different request.",
                kind="idempotency_error",
                executed=False,
            )
        return found[0][2], json.loads(found[0][3])

    def _remember(self, request: Request, status: int, body: Body, *, again: bool = False) -> None:
        key = self._key(request)
        if key:
            verb = "REPLACE" if again or status == 200 else "IGNORE"
            self.store.run(
                f"INSERT OR {verb} INTO idempotency (key, fingerprint, created, status, body) VALUES (?, ?, ?, ?, ?)",  # noqa: S608
                *(key, _fingerprint(request), self.store.precise_now(), status, json.dumps(body)),
            )


def _form(request: Request) -> dict[str, Any]:
    return openapi.decode(request.form.items(multi=True))


def _json(request: Request) -> Any:
    try:
        return json.loads(request.get_data() or b"{}")
    except ValueError as error:
        raise StripeError("The request body is not valid JSON.", code="invalid_json", executed=False) from error


def _fingerprint(request: Request) -> str:
    return hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.get_data()).hexdigest()


def expand(store: Store, body: Body, paths: list[str]) -> Body:
    for path in paths:
        _expand(store, body, path.split("."), path)
    return body


def _expand(store: Store, node: Any, steps: list[str], path: str) -> None:
    if isinstance(node, list):
        for item in node:
            _expand(store, item, steps, path)
        return
    name, *rest = steps
    if node.get("object") == checkout.KIND and name == "line_items":
        lines = checkout.lines_of(store, node)["lines"]
        node[name] = {
            "object": "list",
            "data": lines,
            "has_more": False,
            "url": f"{checkout.URL}/{node['id']}/line_items",
        }
        return
    if node.get("object") == invoices.KIND and name == "payments":
        node[name] = invoices.payments_of(store, node)
        if rest:
            _expand(store, node[name], rest, path)
        return
    if name not in node:
        raise StripeError(f"This property cannot be expanded ({path}).", param="expand", executed=False)
    if isinstance(node[name], str):
        found = store.get(node[name])
        if found is None:
            raise StripeError(f"This property cannot be expanded ({path}).", param="expand", executed=False)
        node[name] = found
    if rest and node[name] is not None:
        _expand(store, node[name], rest, path)
