"""What payments, fees and refunds write in the ledger: the same cents as the stand-in's own."""

import datetime as dt
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking import ledger, stripe_gateway
from booking.actions import payments, processing_fees, refunds
from booking.ledger import entries
from booking.ledger.balances import balances
from booking.models import LedgerLine, LedgerTransaction, Payment, ProcessingFeeToRead, Refund
from booking.stripe_gateway import StripeUnreachable
from booking.tasks import read_processing_fees
from common.clock import now
from demo.stripe.resources.refunds import _fee_returned
from tests.booking.conftest import Stripe, Visitor, free_start
from tests.factories.booking import PaymentFactory

pytestmark = pytest.mark.django_db
Kind = LedgerTransaction.Kind


@pytest.fixture
def paid(visitor: Visitor, stripe: Stripe, paid_service) -> Payment:
    """A client who paid, as Stripe told it."""
    appointment, answer = visitor.book(*paid_service, free_start(*paid_service, 60))
    assert answer.status_code == 302
    stripe.pay(appointment)
    visitor.webhook(stripe.news())
    payment = Payment.objects.get()
    assert payment.status == Payment.Status.PAID
    return payment


def given_back(payment: Payment, cents: int, *, fee: bool = False) -> Refund:
    refund = refunds.order(payment=payment, amount_cents=cents, cause=Refund.Cause.REQUEST, returns_fee=fee, now=now())
    assert refund is not None
    refunds.send(refund_id=refund.pk, now=now())
    refund.refresh_from_db()
    return refund


def same_as_stripe(payment: Payment, stripe: Stripe) -> None:
    theirs, ours = stripe.control.balances(), balances()
    whose = ledger.practitioner(payment.account.practitioner_id)
    assert ours[whose] == theirs[payment.account.account_id]
    assert ours[ledger.PLATFORM] == theirs["platform"]
    assert ours[ledger.STRIPE] == theirs["stripe"]
    assert sum(cents for account, cents in ours.items() if account.kind in {"client", "guests"}) == theirs["cards"]


def test_a_payment_its_fee_and_what_stripe_takes(paid: Payment, stripe: Stripe) -> None:
    read_processing_fees()
    kinds = LedgerTransaction.objects.filter(payment=paid).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [Kind.PAYMENT, Kind.FEE, Kind.STRIPE_FEE]
    same_as_stripe(paid, stripe)
    assert not ProcessingFeeToRead.objects.exists()


def test_news_of_a_payment_told_again_writes_nothing_more(paid: Payment) -> None:
    read_processing_fees()
    before = LedgerLine.objects.count()
    payments.refresh(payment_id=paid.pk, now=now())
    entries.payment_taken(paid, now=now() + dt.timedelta(days=1))
    assert LedgerLine.objects.count() == before
    assert not ProcessingFeeToRead.objects.exists()


def test_refunds_in_parts_the_fee_kept(paid: Payment, stripe: Stripe) -> None:
    read_processing_fees()
    given_back(paid, 1000)
    same_as_stripe(paid, stripe)
    given_back(paid, paid.amount_cents)
    same_as_stripe(paid, stripe)
    whose = ledger.practitioner(paid.account.practitioner_id)
    assert balances()[whose] == -paid.fee_cents


@pytest.mark.parametrize("parts", [[6000], [1, 5999], [1234, 777, 3989], [2000, 2000]])
def test_refunds_with_the_fee_return_its_share(paid: Payment, stripe: Stripe, parts: list[int]) -> None:
    read_processing_fees()
    for cents in parts:
        given_back(paid, min(cents, refunds.left_cents(paid.appointment)), fee=True)
        same_as_stripe(paid, stripe)


def test_a_refund_that_comes_back(paid: Payment) -> None:
    refund = given_back(paid, 1000)
    before = balances()
    for _ in range(2):
        refunds.settle(refund_id=refund.pk, stripe_id=refund.refund_id or "", stripe_status="failed", now=now())
    whose = ledger.practitioner(paid.account.practitioner_id)
    assert balances()[whose] == before[whose] + 1000
    assert LedgerTransaction.objects.filter(kind=Kind.REFUND_FAILED).count() == 1


def test_a_refund_that_never_left_writes_nothing(paid: Payment) -> None:
    refund = refunds.order(payment=paid, amount_cents=1000, cause=Refund.Cause.REQUEST, now=now())
    assert refund is not None
    refunds.settle(refund_id=refund.pk, stripe_id="re_x", stripe_status="failed", now=now())
    assert not LedgerTransaction.objects.filter(kind__in=[Kind.REFUND, Kind.REFUND_FAILED]).exists()


def test_a_failure_answered_after_the_refund_was_told_changes_nothing(paid: Payment) -> None:
    """The notification overtakes the answer: what it said stays."""
    refund = refunds.order(payment=paid, amount_cents=1000, cause=Refund.Cause.REQUEST, now=now())
    assert refund is not None

    def told_meanwhile(**_given: object) -> None:
        refunds.settle(refund_id=refund.pk, stripe_id="re_told", stripe_status="succeeded", now=now())
        raise StripeUnreachable(answered=True)

    with mock.patch.object(stripe_gateway, "refund", side_effect=told_meanwhile):
        refunds.send(refund_id=refund.pk, now=now())
    refund.refresh_from_db()
    assert (refund.status, refund.refund_id) == (Refund.Status.DONE, "re_told")


def test_the_processing_fee_is_asked_for_until_stripe_tells_it() -> None:
    paid, moment = PaymentFactory(), now()
    entries.payment_taken(paid, now=moment)
    with mock.patch.object(stripe_gateway, "read_charge_fee", side_effect=StripeUnreachable):
        assert not processing_fees.read(payment_id=paid.pk, now=moment)
    with mock.patch.object(stripe_gateway, "read_charge_fee", return_value=None):
        assert not processing_fees.read(payment_id=paid.pk, now=moment)
    assert processing_fees.due(now=moment) == []
    later = moment + dt.timedelta(minutes=2)
    assert processing_fees.due(now=later) == [paid.pk]
    with mock.patch.object(stripe_gateway, "read_charge_fee", return_value=115):
        assert processing_fees.read(payment_id=paid.pk, now=later)
    assert balances()[ledger.STRIPE] == 115
    assert processing_fees.due(now=later) == []


def test_a_fee_that_was_never_taken_is_not_asked_back() -> None:
    payment = PaymentFactory(fee_cents=0)
    refund = refunds.order(payment=payment, amount_cents=6000, cause=Refund.Cause.LATE, returns_fee=True, now=now())
    assert refund is not None
    assert not refund.returns_fee


def test_a_client_without_an_account_pays_from_the_account_of_guests() -> None:
    payment = PaymentFactory(appointment__client=None, appointment__status="expired")
    entries.payment_taken(payment, now=now())
    assert balances()[ledger.GUESTS] == -payment.amount_cents


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amount=st.integers(300, 200_00), fee=st.integers(1, 299), cuts=st.lists(st.integers(1, 100_00), max_size=4))
def test_the_fee_given_back_is_stripes_to_the_cent(amount: int, fee: int, cuts: list[int]) -> None:
    """Whatever the parts: never more than the fee, and all of it once all is refunded."""
    payment = PaymentFactory(amount_cents=amount, fee_cents=fee)
    entries.payment_taken(payment, now=now())
    theirs = {"amount": fee, "amount_refunded": 0}
    charge = {"amount_captured": amount, "refunded": False}
    left = amount
    for number, cut in enumerate([*cuts, amount]):
        part = min(cut, left)
        if not part:
            break
        left -= part
        charge["refunded"] = not left
        expected = _fee_returned(theirs, charge, part)
        refund = Refund.objects.create(
            payment=payment,
            amount_cents=part,
            cause=Refund.Cause.LATE,
            returns_fee=True,
            ordered_at=now(),
            status=Refund.Status.DONE,
            refund_id=f"re_{payment.pk}_{number}",
        )
        assert entries.fee_returned(refund) == expected
        entries.refund_done(refund, now=now())
        theirs["amount_refunded"] += expected
    assert theirs["amount_refunded"] == fee
