"""Every request that the site makes is valid against Stripe's published description.

By default against the stand-in. With one's own test-mode keys, the same suite runs against Stripe itself:

    STRIPE_CONTRACT_KEY=sk_test_… STRIPE_CONTRACT_ACCOUNT=acct_… pytest tests/booking/test_stripe_contract.py -n0

`STRIPE_CONTRACT_ACCOUNT` is a connected account of that platform on which cards can be taken. What only a person can do on the
hosted page (paying) is then left out; live keys are refused.
"""

import datetime as dt
import inspect
import json
import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from booking import stripe_gateway as gateway
from booking.stripe_gateway import StripeRefused
from common.clock import now
from demo.stripe.client import Control
from demo.stripe.openapi import Description, decode, published
from demo.stripe.server import StandIn
from tests.booking.conftest import MERCHANT

KEY, ACCOUNT = os.environ.get("STRIPE_CONTRACT_KEY", ""), os.environ.get("STRIPE_CONTRACT_ACCOUNT", "")
by_hand = pytest.mark.skipif(bool(KEY), reason="only a person pays on Stripe's hosted page")


@dataclass
class World:
    account: str
    control: Control | None
    sent: list[tuple[str, str, str, bytes]] = field(default_factory=list)


@pytest.fixture
def world(settings: Any, stripe_standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    if KEY:
        assert re.match(r"(sk|rk)_test_", KEY), "only keys of the test mode: nothing here is for real money"
        settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = "https://api.stripe.com", KEY
        found = World(ACCOUNT, None)
    else:
        settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = stripe_standin.api_base, "sk_test_house"
        stripe_standin.control.add_accounts(
            [{"id": MERCHANT, "display_name": "Claire", "contact_email": "c@exemple.fr"}]
        )
        found = World(MERCHANT, stripe_standin.control)
    send = requests.Session.request

    def noted(self: requests.Session, method: str, url: str, *args: Any, **more: Any) -> Any:
        if "/_control/" not in url:
            body = more.get("data") or b""
            parts = urlsplit(url)
            found.sent.append(
                (method.lower(), parts.path, parts.query, body if isinstance(body, bytes) else body.encode())
            )
        return send(self, method, url, *args, **more)

    monkeypatch.setattr(requests.Session, "request", noted)
    yield found
    assert found.sent, "nothing was asked of Stripe: the recorder no longer sees the SDK's requests"
    for method, path, query, body in found.sent:
        check(method, path, query, body)


_paths: list[str] = []


def check(method: str, path: str, query: str, body: bytes) -> None:
    """The request against the description, whoever answered it."""
    if not _paths:
        _paths.extend(sorted(published()["paths"], key=lambda known: known.count("{")))
    template = next((known for known in _paths if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), path)), None)
    assert template, f"{method} {path} is no address of Stripe's"
    description = Description([(template, method)])
    description.check(template, method, "query", decode(parse_qsl(query, keep_blank_values=True)))
    if body:
        told = json.loads(body) if path.startswith("/v2/") else decode(parse_qsl(body.decode(), keep_blank_values=True))
        description.check(template, method, "body", told)


def opened(world: World, **changed: Any) -> gateway.Session:
    return gateway.open_checkout(
        **{
            "account": world.account,
            "amount_cents": 6000,
            "fee_cents": 245,
            "label": "Claire Morel – Séance",
            "email": "lea@exemple.fr",
            "expires_at": now() + dt.timedelta(minutes=33),
            "manual_capture": False,
            "success_url": "https://exemple.fr/merci/",
            "cancel_url": "https://exemple.fr/retour/",
            "metadata": {"appointment": "RDV1", "payment": "1"},
            "key": f"contract-{uuid.uuid4()}",
        }
        | changed
    )


def paid(world: World, **changed: Any) -> gateway.Session:
    session = opened(world, **changed)
    assert world.control is not None
    world.control.pay(session.id)
    return gateway.read_session(account=world.account, session_id=session.id)


def test_accounts(world: World) -> None:
    account = gateway.open_account(email="claire@exemple.fr", name="Claire Morel", key=f"contract-{uuid.uuid4()}")
    assert account.startswith("acct_")
    page = "https://exemple.fr/espace-praticien/paiements/"
    assert gateway.onboarding_url(account=account, return_url=page, refresh_url=page).startswith("http")
    state = gateway.read_account(account)
    assert state.card_payments != "active"
    assert state.requirements
    assert all(item.what and item.waits_for in {"user", "stripe"} for item in state.requirements)


@pytest.mark.parametrize("changed", [{}, {"fee_cents": 0}, {"email": ""}, {"manual_capture": True}])
def test_sessions(world: World, changed: dict[str, Any]) -> None:
    session = opened(world, **changed)
    assert (session.status, session.amount_cents, session.currency) == ("open", 6000, "eur")
    assert gateway.read_session(account=world.account, session_id=session.id).metadata["payment"] == "1"
    assert gateway.expire_session(account=world.account, session_id=session.id).status == "expired"
    assert gateway.expire_session(account=world.account, session_id=session.id).status == "expired"


def test_the_same_key_gives_the_same_session_and_other_words_are_refused(world: World) -> None:
    key, until = f"contract-{uuid.uuid4()}", now() + dt.timedelta(minutes=33)
    assert opened(world, key=key, expires_at=until).id == opened(world, key=key, expires_at=until).id
    with pytest.raises(StripeRefused):
        opened(world, key=key, expires_at=until, amount_cents=1000)


def test_what_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(StripeRefused):
        gateway.read_session(account=world.account, session_id="cs_test_nothing")
    with pytest.raises(StripeRefused):
        gateway.refund(
            account=world.account, payment_intent="pi_nothing", amount_cents=1, returns_fee=False, mark="refund-0",
            key=f"contract-{uuid.uuid4()}",
        )  # fmt: skip


@by_hand
def test_money(world: World) -> None:
    session = paid(world)
    assert session.is_paid
    intent = session.payment_intent
    name, status = gateway.refund(
        account=world.account, payment_intent=intent, amount_cents=1000, returns_fee=False, mark="refund-1", key="r1"
    )
    assert status == "succeeded"
    assert gateway.find_refund(account=world.account, payment_intent=intent, mark="refund-1") == (name, status)
    assert gateway.read_refund(account=world.account, refund_id=name) == status
    gateway.read_charge_fee(world.account, intent)
    gateway.read_balance(world.account)


@by_hand
def test_captures(world: World) -> None:
    taken, left = paid(world, manual_capture=True), paid(world, manual_capture=True)
    assert taken.is_authorised
    gateway.capture(account=world.account, payment_intent=taken.payment_intent)
    gateway.release(account=world.account, payment_intent=left.payment_intent)
    assert gateway.read_session(account=world.account, session_id=taken.id).is_paid


@by_hand
def test_disputes(world: World) -> None:
    session = paid(world)
    assert world.control is not None
    dispute = world.control.open_dispute(session.payment_intent)
    gateway.read_dispute(world.account, dispute["id"])
    gateway.submit_evidence(world.account, dispute["id"], {"uncategorized_text": "La séance a eu lieu."}, True, "e1")


@pytest.mark.parametrize(
    "listing", ["list_charges", "list_refunds", "list_fees", "list_disputes", "list_payouts", "list_balance_lines"]
)
@pytest.mark.parametrize("since", [None, dt.timedelta(days=3)])
def test_lists(world: World, listing: str, since: dt.timedelta | None) -> None:
    account = "" if listing == "list_fees" else world.account
    assert isinstance(list(getattr(gateway, listing)(account, now() - since if since else None)), list)


def test_subscriptions(world: World) -> None:
    customer = gateway.open_customer(
        email="claire@exemple.fr", name="Claire", metadata={"practitioner": "1"}, key=f"contract-{uuid.uuid4()}"
    )
    assert gateway.list_subscriptions(customer) == []


def test_every_call_is_known_here() -> None:
    """A new way to ask Stripe something is added to these tests, or to those of its own part."""
    elsewhere = {
        # Over a subscription or a payout that exists: tests/demo and the tests of their pages, at the stand-in that checks the same.
        "accept_dispute", "cancel_subscription", "keep_subscription", "list_subscription_invoices", "read_subscription",
        "read_subscription_invoice", "open_subscription_checkout", "read_payout", "payout_lines", "read_dispute_fee",
        "void_invoice", "client", "verify_webhook",
    }  # fmt: skip
    calls = {name for name in gateway.__all__ if inspect.isfunction(getattr(gateway, name))}
    text = Path(__file__).read_text()
    missing = sorted(name for name in calls - elsewhere if f"gateway.{name}" not in text and f'"{name}"' not in text)
    assert missing == []
