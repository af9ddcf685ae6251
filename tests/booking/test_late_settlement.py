"""A payment whose bank takes its time: the time stays held, then it is booked, or free again."""

import datetime as dt

import pytest
import time_machine

from booking.models import Appointment, Payment, Refund, Status
from booking.tasks import expire_holds
from common.clock import now
from tests.booking.conftest import Stripe, Visitor, free_start

pytestmark = pytest.mark.django_db
LATE, LATE_REFUSED = "4000000000000085", "4000000000000093"


@pytest.fixture
def under_way(visitor: Visitor, stripe: Stripe, paid_service) -> Appointment:
    appointment, _answer = visitor.book(*paid_service, free_start(*paid_service, 60))
    return appointment


def status_of(appointment: Appointment) -> str:
    return Appointment.objects.get(pk=appointment.pk).status


def test_books_when_the_bank_has_paid_and_not_before(visitor: Visitor, stripe: Stripe, under_way: Appointment) -> None:
    payment = stripe.pay(under_way, card=LATE)
    visitor.webhook(stripe.news())
    assert status_of(under_way) == Status.HELD
    stripe.control.settle(payment.session_id or "")
    visitor.webhook(stripe.news("checkout.session.async_payment_succeeded"))
    assert status_of(under_way) == Status.CONFIRMED
    assert Payment.objects.get().status == Payment.Status.PAID


def test_keeps_the_time_while_the_bank_may_still_pay(visitor: Visitor, stripe: Stripe, under_way: Appointment) -> None:
    stripe.pay(under_way, card=LATE)
    visitor.webhook(stripe.news())
    with time_machine.travel(now() + dt.timedelta(hours=2)):
        expire_holds()
    assert status_of(under_way) == Status.HELD


def test_frees_the_time_when_the_bank_has_refused(visitor: Visitor, stripe: Stripe, under_way: Appointment) -> None:
    payment = stripe.pay(under_way, card=LATE_REFUSED)
    visitor.webhook(stripe.news())
    stripe.control.settle(payment.session_id or "", succeeded=False)
    visitor.webhook(stripe.news("checkout.session.async_payment_failed"))
    with time_machine.travel(now() + dt.timedelta(hours=2)):
        expire_holds()
    assert status_of(under_way) == Status.EXPIRED
    assert Payment.objects.get().status not in {Payment.Status.PAID, Payment.Status.OPEN}
    assert not Refund.objects.exists()
