"""A paid appointment, its practitioner signed in, and the client's bank behind Stripe's stand-in."""

from typing import Any

import pytest
from django.test import Client

from booking.ledger import PLATFORM, practitioner
from booking.ledger import client as payer
from booking.ledger.balances import balance
from booking.models import Appointment, Dispute, Payment
from tests.booking.conftest import Stripe, Visitor, free_start


class Case:
    """A paid appointment, its practitioner signed in, and the client's bank."""

    def __init__(self, visitor: Visitor, stripe: Stripe, office: Client, practitioner_: Any, service: Any) -> None:
        self.visitor, self.stripe, self.office, self.practitioner = visitor, stripe, office, practitioner_
        self.appointment, _answer = visitor.book(practitioner_, service, free_start(practitioner_, service))
        stripe.pay(self.appointment)
        self.news()

    def news(self) -> None:
        """Everything that Stripe has to tell reaches the site."""
        for item in self.stripe.control.take():
            assert self.visitor.webhook(item).status_code == 200

    @property
    def payment(self) -> Payment:
        return Payment.objects.get(appointment=self.appointment, status="paid")

    def contest(self, **how: Any) -> Dispute:
        self.stripe.control.open_dispute(self.payment.payment_intent, **how)
        self.news()
        return Dispute.objects.get()

    def post(self, path: str, data: dict[str, Any]) -> Any:
        with self.visitor.on_commit(execute=True):
            return self.office.post(path, data)

    def same_cents_as_stripe(self) -> None:
        theirs = self.stripe.control.balances()
        assert balance(practitioner(self.practitioner.pk)) == theirs[self.stripe.account]
        assert balance(PLATFORM) == theirs["platform"]
        assert balance(payer(Appointment.objects.get(pk=self.appointment.pk).client_id)) == theirs["cards"]


@pytest.fixture
def case(visitor: Visitor, stripe: Stripe, paid_service: tuple[Any, Any], client: Client, login_as: Any) -> Case:
    practitioner_, service = paid_service
    login_as(practitioner_.user)
    return Case(visitor, stripe, client, practitioner_, service)
