"""Money that arrives when there is nothing left to pay for: it goes back whole with the fee, and both are told why."""

import datetime as dt
from collections.abc import Callable

import pytest

from booking.actions import appointments, disputes, payment_links, payments, refunds
from booking.models import Appointment, Dispute, Payment, Refund, StripeAccount
from booking.stripe_gateway import StripeRefused
from booking.tasks import read_accounts, reconcile_payments
from common.clock import now
from common.models import OutboxMessage
from tests.booking.conftest import MERCHANT, Stripe
from tests.factories.accounts import UserFactory
from tests.factories.booking import HeldFactory, StripeAccountFactory

pytestmark = pytest.mark.django_db
PAID, FEE = 6000, 245


def held(stripe: Stripe, **fields: object) -> Appointment:
    practitioner = StripeAccountFactory(account_id=MERCHANT).practitioner
    return HeldFactory(
        practitioner=practitioner, client=UserFactory(), fee_cents=FEE, fee_basis_points=300, fee_fixed_cents=65,
        starts_at=now() + dt.timedelta(days=5), **{"advance_cents": PAID, **fields},
    )  # fmt: skip


def paid(stripe: Stripe, row: Appointment) -> Payment:
    payments.start_checkout(appointment_id=row.pk, now=now())
    payment = stripe.pay(row)
    return payments.refresh(payment_id=payment.pk, now=now())


@pytest.fixture
def taken_after_its_end(stripe: Stripe) -> Payment:
    """The money of a request was taken, the worker that took it died, and the client cancelled."""
    row = held(stripe, on_request=True)
    payment = paid(stripe, row)
    payments.capture(payment=payment)
    appointments.cancel_by_client(appointment_id=row.pk, announced_cents=0, now=now())
    return payment


def said(row: Appointment) -> dict[str, str]:
    """To whom, and why."""
    found = OutboxMessage.objects.filter(key__contains=f"{row.reference}-paid_too_late-")
    return {message.template.rpartition("_")[2]: message.facts["more"]["why"] for message in found}


def test_a_request_that_was_taken_after_its_end_is_given_back_and_explained(
    stripe: Stripe, taken_after_its_end: Payment
) -> None:
    assert payments.refresh(payment_id=taken_after_its_end.pk, now=now()).status == Payment.Status.PAID
    refund = Refund.objects.get()
    assert (refund.cause, refund.amount_cents, refund.returns_fee) == (Refund.Cause.LATE, PAID, True)
    assert said(taken_after_its_end.appointment) == {"client": "over", "practitioner": "over"}


def test_a_link_that_was_paid_after_the_cancellation_is_given_back_and_explained(stripe: Stripe) -> None:
    row = held(stripe, advance_cents=2000)
    paid(stripe, row)
    actor = row.practitioner.user
    link = payment_links.create(appointment_id=row.pk, amount_cents=1500, message="", actor=actor, now=now())
    payment_links.start(link_id=link.pk, now=now())
    appointments.cancel_by_practitioner(appointment_id=row.pk, actor=actor, now=now())
    late = stripe.pay(row)
    payments.refresh(payment_id=late.pk, now=now())
    assert Refund.objects.get(payment=late).amount_cents == 1500
    assert said(row) == {"client": "over", "practitioner": "over"}


def dispute_first(payment: Payment, dispute: Callable[[], Dispute | None]) -> None:
    dispute()
    payments.refresh(payment_id=payment.pk, now=now())


def payment_first(payment: Payment, dispute: Callable[[], Dispute | None]) -> None:
    payments.refresh(payment_id=payment.pk, now=now())
    dispute()


@pytest.mark.parametrize("told", [dispute_first, payment_first])
def test_what_is_disputed_before_it_is_given_back_is_given_back_once_the_dispute_is_won(
    stripe: Stripe, taken_after_its_end: Payment, told: Callable[[Payment, Callable[[], Dispute | None]], None]
) -> None:
    """Whatever was heard of first: nobody keeps the money of an appointment that is over."""
    account = StripeAccount.objects.get()
    dispute = stripe.control.open_dispute(taken_after_its_end.payment_intent)["id"]

    def read() -> Dispute | None:
        return disputes.refresh(account=account, dispute_id=dispute, now=now())

    told(taken_after_its_end, read)
    refused = Refund.objects.get()
    refunds.send(refund_id=refused.pk, now=now())
    assert Refund.objects.get().status == Refund.Status.FAILED
    stripe.control.decide_dispute(dispute, won=True)
    read()
    reconcile_payments()
    again = Refund.objects.exclude(pk=refused.pk).get()
    assert (again.status, again.amount_cents, again.returns_fee) == (Refund.Status.DONE, PAID, True)
    assert stripe.control.balances()["cards"] == 0


def test_an_account_that_stripe_restricts_without_a_word_reaching_us_is_known_by_the_night(stripe: Stripe) -> None:
    held(stripe)
    stripe.control.set_account(MERCHANT, "restricted")
    read_accounts()
    assert not StripeAccount.objects.get().is_active
    stripe.control.set_account(MERCHANT, "active")
    read_accounts()
    assert StripeAccount.objects.get().is_active


def test_a_payment_page_that_stripe_refuses_has_the_account_read_again(
    stripe: Stripe, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    row = held(stripe)
    stripe.control.set_account(MERCHANT, "restricted")
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(StripeRefused):  # type: ignore[attr-defined]
        payments.start_checkout(appointment_id=row.pk, now=now())
    assert not StripeAccount.objects.get().is_active
