"""A small world of money for simulations: the stand-in in this process, a network between it and us that loses and repeats, and
a mailbox of webhooks that arrive in any order or never. What the stand-in does is what its process does: the same code answers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import stripe
from werkzeug.test import Client as Wire

from booking.models import BookingSettings
from booking.stripe_gateway import connection as gateway
from demo.stripe.client import Control
from demo.stripe.server import StandIn
from practitioners.models import Practitioner, Service
from tests.factories.accounts import UserFactory
from tests.factories.booking import bookable_practitioner

BASE = "http://stand.in"
# The first confirms at once, the second accepts requests.
ACCOUNTS = ("acct_1Instant000000", "acct_1Request000000")
TIERS = [{"hours_before": 72, "percent": 100}, {"hours_before": 30, "percent": 40}]


class Cut:
    """Stands for the socket of a request: cut, its answer never arrives."""

    is_cut = False

    def shutdown(self, _how: int) -> None:
        self.is_cut = True


class Local(stripe.HTTPClient):
    """Carries the SDK's requests to the stand-in without a socket; a connection that the stand-in cuts is an error of network."""

    name = "local"

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.wire = wire

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_usage: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        cut, at = Cut(), urlsplit(url)
        answer = self.wire.open(
            at.path,
            method=method.upper(),
            query_string=at.query,
            headers=list((headers or {}).items()),
            data=post_data or b"",
            environ_overrides={"werkzeug.socket": cut},
        )
        if cut.is_cut:
            raise stripe.APIConnectionError("the connection was cut")
        return answer.get_data(as_text=True), answer.status_code, dict(answer.headers)

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
        self.control = LocalControl(wire)
        self.client = stripe.StripeClient(
            "sk_test_simulation", base_addresses={"api": BASE}, max_network_retries=0, http_client=Local(wire)
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


class World:
    """What all histories share: two practitioners and three clients."""

    def __init__(self) -> None:
        self.stripe = MoneyWorld()
        self.offers: list[tuple[Practitioner, Service]] = []
        for account, confirmation in zip(ACCOUNTS, ("instant", "request"), strict=True):
            practitioner, service = bookable_practitioner(account=account, confirmation=confirmation)
            BookingSettings.objects.create(practitioner=practitioner, cancellation_tiers=TIERS, horizon_days=30)
            self.offers.append((practitioner, service))
        self.clients = [UserFactory() for _ in range(3)]

    def begin(self) -> None:
        self.stripe.begin([{"id": name, "display_name": name, "contact_email": "p@exemple.fr"} for name in ACCOUNTS])
