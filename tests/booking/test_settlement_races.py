"""A hold that lapses while its payment arrives: booked and paid, or free with nothing kept, whoever comes first; with real threads."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from booking.actions import holds, payments
from booking.models import Appointment, Occupation, Payment, Refund, Status
from common.clock import now
from demo.stripe.client import ControlRefused
from tests.booking.conftest import Stripe
from tests.booking.test_late_money import PAID, held

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def at_once(*acts: Callable[[], Any]) -> list[Exception]:
    """Each in its own thread and connection; what they raised."""
    barrier, raised = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        barrier.wait(timeout=30)
        try:
            act()
        except Exception as error:  # noqa: BLE001 - what it raised is the result
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def under_way(stripe: Stripe) -> tuple[Appointment, Payment]:
    """A hold whose time is up, its payment page open."""
    row = held(stripe)
    payments.start_checkout(appointment_id=row.pk, now=now())
    return row, row.payments.get()


def later() -> dt.datetime:
    return now() + dt.timedelta(hours=1)


def ended(row: Appointment, payment: Payment) -> str:
    """What became of both, once Stripe has told all it knows and the sweep of each minute came by."""
    payments.refresh(payment_id=payment.pk, now=later())
    holds.expire(appointment_id=row.pk, now=later())
    row.refresh_from_db()
    payment.refresh_from_db()
    taken = Occupation.objects.filter(appointment=row).exists()
    given_back = sum(Refund.objects.filter(payment=payment).values_list("amount_cents", flat=True))
    assert row.status in {Status.CONFIRMED, Status.EXPIRED}
    if row.status == Status.CONFIRMED:
        assert (payment.status, given_back, taken) == (Payment.Status.PAID, 0, True)
    else:
        assert not taken
        kept = PAID if payment.status == Payment.Status.PAID else 0
        assert given_back == kept, "what was paid for nothing goes back whole"
    return str(row.status)


@pytest.mark.parametrize("_n", range(ROUNDS))
def test_money_that_is_there_books_whatever_lapses_meanwhile(stripe: Stripe, _n: int) -> None:
    row, payment = under_way(stripe)
    stripe.pay(row)
    raised = at_once(
        lambda: holds.expire(appointment_id=row.pk, now=later()),
        lambda: payments.refresh(payment_id=payment.pk, now=later()),
        lambda: holds.expire(appointment_id=row.pk, now=later()),
    )
    assert raised == []
    assert ended(row, payment) == Status.CONFIRMED


@pytest.mark.parametrize("_n", range(ROUNDS))
def test_paid_at_the_instant_of_the_lapse_is_booked_or_given_back(stripe: Stripe, _n: int) -> None:
    row, payment = under_way(stripe)
    raised = at_once(
        lambda: stripe.pay(row),
        lambda: holds.expire(appointment_id=row.pk, now=later()),
        lambda: payments.refresh(payment_id=payment.pk, now=later()),
    )
    # A page that is closed takes no card any more; nothing else may go wrong.
    assert all(isinstance(error, ControlRefused) for error in raised), raised
    if ended(row, payment) == Status.EXPIRED and payment.status == Payment.Status.PAID:
        assert Refund.objects.get(payment=payment).returns_fee
