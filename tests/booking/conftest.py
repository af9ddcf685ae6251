"""A visitor with a browser, and Stripe's stand-in behind the site."""

import datetime as dt
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import stripe as sdk
import time_machine
from django.test import Client

from booking.models import Appointment, Payment
from common.clock import PARIS, now
from demo.stripe.client import Control
from demo.stripe.server import StandIn
from tests.factories.booking import bookable_practitioner
from tests.factories.legal import Kind, make_document, make_version

MERCHANT = "acct_1Merchant000000"
DETAILS = {
    "first_name": "Léa",
    "last_name": "Bernard",
    "email": "lea.bernard@exemple.fr",
    "phone": "06 12 34 56 78",
    "whom": "moi",
    "adult": "on",
}


@dataclass
class Stripe:
    """The stand-in as tests use it."""

    control: Control
    secret: str
    account: str = MERCHANT

    def pay(self, appointment: Appointment, card: str = "4242424242424242") -> Payment:
        payment = appointment.payments.order_by("-attempt").first()
        assert payment is not None
        self.control.pay(payment.session_id or "", card)
        return payment

    def news(self, only: str = "checkout.session.completed") -> dict[str, Any]:
        """The one notification of this type that is waiting; the others are thrown away."""
        (found,) = [item for item in self.control.take() if json.loads(item["payload"])["type"] == only]
        return found

    def header(self, payload: str, *, secret: str = "", age: int = 0) -> str:
        moment = int(time.time()) - age
        return str(sdk.WebhookSignature.generate_signature_header(payload, secret or self.secret, moment))


@pytest.fixture
def stripe(stripe_standin: StandIn, settings: Any) -> Stripe:
    settings.STRIPE_API_BASE = stripe_standin.api_base
    settings.STRIPE_API_KEY = "sk_test_house"
    settings.STRIPE_WEBHOOK_SECRET = stripe_standin.webhook_secret
    stripe_standin.control.add_accounts(
        [{"id": MERCHANT, "display_name": "Claire Morel", "contact_email": "c@exemple.fr"}]
    )
    stripe_standin.control.take()
    return Stripe(stripe_standin.control, stripe_standin.webhook_secret)


@pytest.fixture
def documents(db: None) -> None:
    """The site's terms and privacy policy, in force."""
    make_version(make_document(Kind.CGU))
    make_version(make_document(Kind.PRIVACY, title="Politique de confidentialité"))


@dataclass
class Visitor:
    """A browser that goes through the booking by what its pages say, without JavaScript."""

    client: Client
    on_commit: Callable[..., Any]
    details: dict[str, str] = field(default_factory=lambda: dict(DETAILS))

    def get(self, path: str, **more: Any) -> Any:
        with self.on_commit(execute=True):
            return self.client.get(path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        with self.on_commit(execute=True):
            return self.client.post(path, data or {}, **more)

    def hold(self, practitioner: Any, service: Any, start: Any, **more: Any) -> Any:
        return self.post(
            "/rendez-vous/reserver/",
            {"practitioner": practitioner.slug, "service": service.pk, "start": start.isoformat(), **more},
        )

    def consent(self, path: str, **changed: Any) -> Any:
        """Send the last step as its page offers it, every box ticked."""
        page = self.get(path).content.decode()
        hidden = dict(re.findall(r'<input type="hidden" name="([\w_]+)" value="([^"]*)"', page))
        boxes = dict.fromkeys(re.findall(r'<input type="checkbox" name="(\w+)"', page), "on")
        return self.post(path, {**hidden, **boxes, **changed})

    def book(self, practitioner: Any, service: Any, start: Any) -> tuple[Appointment, Any]:
        """From the time to the end of the last step; the appointment, and the last answer."""
        held = self.hold(practitioner, service, start)
        assert held.status_code == 302, held.content.decode()
        reference = held["Location"].split("/")[2]
        typed = self.post(f"/rendez-vous/{reference}/coordonnees/", self.details)
        assert typed.status_code == 302, typed.content.decode()
        answer = self.consent(f"/rendez-vous/{reference}/verifier/")
        return Appointment.objects.get(reference=reference), answer

    def webhook(self, news: dict[str, Any]) -> Any:
        return self.post(
            "/webhooks/stripe/",
            news["payload"].encode(),
            content_type="application/json",
            HTTP_STRIPE_SIGNATURE=news["signature"],
        )


@pytest.fixture
def visitor(db: None, django_capture_on_commit_callbacks: Any) -> Visitor:
    return Visitor(Client(), django_capture_on_commit_callbacks)


@pytest.fixture
def another_visitor(db: None, django_capture_on_commit_callbacks: Any) -> Visitor:
    return Visitor(Client(), django_capture_on_commit_callbacks)


@pytest.fixture
def by_day() -> Iterator[None]:
    """Ten in the morning, so that nothing waits for the end of the night; the next one, as PostgreSQL's clock stays where it is."""
    tomorrow = now().astimezone(PARIS) + dt.timedelta(days=1)
    with time_machine.travel(tomorrow.replace(hour=10, minute=3, second=0, microsecond=0), tick=False):
        yield


def free_start(practitioner: Any, service: Any, number: int = 0) -> Any:
    """The instant of one of the next free times."""
    from booking.slots import next_slots

    found = next_slots([practitioner.pk], now=now(), days=20, per_day=20)[practitioner.pk]
    return [slot for day in found for slot in day.slots][number].start


@pytest.fixture
def paid_service(stripe: Stripe, documents: None) -> tuple[Any, Any]:
    """Sixty euros, paid in full online, confirmed at once."""
    return bookable_practitioner(account=MERCHANT, payment="full")


@pytest.fixture
def sent_sms(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the SMS provider was given: number and text."""
    from common.sms.provider import ConsoleProvider

    given: list[tuple[str, str]] = []

    def send(self: ConsoleProvider, *, to: str, text: str, reference: str) -> str:
        given.append((to, text))
        return f"sms-{len(given)}"

    monkeypatch.setattr(ConsoleProvider, "send", send)
    return given
