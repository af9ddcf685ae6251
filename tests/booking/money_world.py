"""A small world of money for simulations: the stand-in in this process, a network between it and us that loses and repeats, and
a mailbox of webhooks that arrive in any order or never. What the stand-in does is what its process does: the same code answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import requests
import stripe
from requests.adapters import BaseAdapter
from werkzeug.test import Client as Wire

from booking.stripe_gateway import connection as gateway
from demo.stripe.client import Control
from demo.stripe.server import StandIn

BASE = "http://stand.in"


class Cut:
    """Stands for the socket of a request: cut, its answer never arrives."""

    is_cut = False

    def shutdown(self, _how: int) -> None:
        self.is_cut = True


class Local(BaseAdapter):
    """Carries the SDK's requests to the stand-in without a socket; a connection that the stand-in cuts is an error of network."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.wire, self.calls = wire, 0

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:  # type: ignore[override]
        self.calls += 1
        cut, url = Cut(), urlsplit(str(request.url))
        answer = self.wire.open(
            url.path,
            method=str(request.method),
            query_string=url.query,
            headers=list(request.headers.items()),
            data=request.body or b"",
            environ_overrides={"werkzeug.socket": cut},
        )
        if cut.is_cut:
            raise requests.ConnectionError("the connection was cut")
        response = requests.Response()
        response.status_code, response._content = answer.status_code, answer.get_data()
        response.headers.update(dict(answer.headers))
        response.request, response.url = request, str(request.url)
        return response

    def close(self) -> None:
        return None


class LocalControl(Control):
    def __init__(self, wire: Wire) -> None:
        super().__init__(BASE)
        self.wire = wire

    def _ask(self, verb: str, path: str, /, **body: Any) -> dict[str, Any]:
        answer = self.wire.open(f"/_control/{path}", method=verb, json=None if verb == "GET" else body)
        found: dict[str, Any] = json.loads(answer.get_data())
        if answer.status_code >= 400:
            raise AssertionError(f"{verb} {path}: {found}")
        return found


class MoneyWorld:
    def __init__(self) -> None:
        self.stand_in = StandIn()
        wire = Wire(self.stand_in)
        self.adapter = Local(wire)
        self.control = LocalControl(wire)
        session = requests.Session()
        session.trust_env = False
        session.mount(BASE, self.adapter)
        self.client = stripe.StripeClient(
            "sk_test_simulation",
            base_addresses={"api": BASE},
            max_network_retries=0,
            http_client=stripe.RequestsClient(session=session),
        )

    @contextmanager
    def connected(self) -> Iterator["MoneyWorld"]:
        with mock.patch.object(gateway, "_client", return_value=self.client):
            yield self

    def begin(self, accounts: list[dict[str, str]]) -> None:
        """Nothing happened yet."""
        self.control.reset()
        self.control.pause()
        self.control.add_accounts(accounts)
        self.control.take()

    def news(self) -> list[dict[str, Any]]:
        """What was sent since the last time, parsed; the signatures are the business of another test."""
        return [json.loads(each["payload"]) for each in self.control.take()]

    def close(self) -> None:
        self.stand_in._server.server_close()
        self.stand_in.store.close()
