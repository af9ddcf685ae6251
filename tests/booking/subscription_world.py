"""A practitioner who subscribes on the site's own pages and pays on the stand-in's; its news delivered as Stripe would, or not."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from booking.ledger import PLATFORM as PLATFORM_ACCOUNT
from booking.ledger import STRIPE, subscriber
from booking.ledger.balances import balance
from booking.ledger.verification import verify
from booking.models import PaidService, ServiceSubscription
from common.clock import now
from practitioners.models import Practitioner
from tests.booking.conftest import Stripe, Visitor
from tests.factories.invoices import PLATFORM
from tests.factories.paid_services import make_service
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.people import sign_in_fully

OFFICE = "/espace-praticien/"
GOOD, FAILS_LATER = "4242424242424242", "4000000000000341"
DAY = 86_400


@dataclass
class World:
    stripe: Stripe
    visitor: Visitor
    practitioner: Practitioner
    service: PaidService
    kept: list[dict[str, Any]] = field(default_factory=list)

    def page(self, service: PaidService | None = None) -> str:
        return f"{OFFICE}services-optionnels/{(service or self.service).slug}/"

    def choose(self, *, at_once: bool = False, service: PaidService | None = None, **changed: Any) -> Any:
        """What the page of the service sends."""
        version = (service or self.service).versions.order_by("number").first()
        assert version is not None
        typed = {"version": version.pk, "agree": "on", **({"at_once": "on"} if at_once else {}), **changed}
        return self.visitor.post(self.page(service), {name: value for name, value in typed.items() if value != ""})

    def begin(self, *, card: str = GOOD, news: bool = True, **how: Any) -> ServiceSubscription:
        answer = self.choose(**how)
        assert answer.status_code == 302, answer.content.decode()
        row = ServiceSubscription.objects.latest("pk")
        self.stripe.control.pay(row.session_id or "", card)
        if news:
            self.news()
        return self.again(row)

    def news(self, *, keep: bool = False) -> None:
        for item in self.stripe.control.take():
            self.kept.append(item)
            if not keep:
                assert self.visitor.webhook(item).status_code == 200

    def again(self, row: ServiceSubscription) -> ServiceSubscription:
        return ServiceSubscription.objects.select_related("version", "service", "subscriber__practitioner__user").get(
            pk=row.pk
        )

    def ask(self, row: ServiceSubscription, what: str = "", **data: Any) -> Any:
        path = f"{OFFICE}abonnements/{row.reference}/{what}"
        return self.visitor.post(path, data) if what else self.visitor.get(path)

    def cents(self) -> dict[str, int]:
        return {
            "cards": balance(subscriber(self.practitioner.pk)),
            "platform": balance(PLATFORM_ACCOUNT),
            "stripe": balance(STRIPE),
        }

    def same_cents(self) -> None:
        theirs = self.stripe.control.balances()
        assert self.cents() == {name: theirs[name] for name in ("cards", "platform", "stripe")}
        assert [str(each) for each in verify(now=now())] == []


@pytest.fixture
def world(stripe: Stripe, visitor: Visitor, settings: Any) -> World:
    settings.PLATFORM_IDENTITY = PLATFORM
    practitioner = PractitionerFactory()
    visitor.client = Client()
    sign_in_fully(visitor.client, practitioner.user)
    return World(stripe, visitor, practitioner, make_service())


def types(items: list[dict[str, Any]]) -> list[str]:
    return [json.loads(item["payload"])["type"] for item in items]
