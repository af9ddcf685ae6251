"""The ledger against Stripe: what differs is repaired or named, account by account and payment by payment."""

from io import StringIO
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from booking import ledger, stripe_gateway
from booking.actions import reconciliation, refunds
from booking.ledger import at_stripe, post
from booking.ledger.balances import balance
from booking.models import LedgerTransaction, Payment, Reconciliation, Refund
from booking.stripe_gateway import StripeUnreachable
from booking.tasks import reconcile_stripe
from common.clock import now
from tests.booking.conftest import Stripe, Visitor, free_start

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(visitor: Visitor, stripe: Stripe, paid_service) -> Payment:
    appointment, answer = visitor.book(*paid_service, free_start(*paid_service, 60))
    assert answer.status_code == 302
    stripe.pay(appointment)
    visitor.webhook(stripe.news())
    return Payment.objects.get()


def run() -> Reconciliation:
    return reconciliation.run(now=now())


def test_nothing_differs_after_a_payment_and_its_refund(paid: Payment) -> None:
    refund = refunds.order(payment=paid, amount_cents=1000, cause=Refund.Cause.REQUEST, now=now())
    assert refund is not None
    refunds.send(refund_id=refund.pk, now=now())
    row = reconciliation.run(now=now(), thorough=True)
    assert (row.count, row.repaired, row.unanswered) == (0, 0, 0), row.differences
    assert row.accounts == 2
    assert row.lines == 8
    assert row.ended_at


def test_a_payment_that_we_never_heard_of_is_found_and_booked(visitor: Visitor, stripe: Stripe, paid_service) -> None:
    """Every notification was lost."""
    appointment, _answer = visitor.book(*paid_service, free_start(*paid_service, 60))
    stripe.pay(appointment)
    stripe.control.take()
    Payment.objects.update(payment_intent=payment_intent(stripe))
    row = run()
    appointment.refresh_from_db()
    assert appointment.status == "confirmed"
    assert row.count == 0, row.differences
    assert row.repaired >= 1


def payment_intent(stripe: Stripe) -> str:
    payment = Payment.objects.select_related("account").get()
    return stripe_gateway.read_session(
        account=payment.account.account_id, session_id=payment.session_id or ""
    ).payment_intent


def test_a_refund_whose_answer_was_lost_is_found(paid: Payment) -> None:
    refund = refunds.order(payment=paid, amount_cents=1000, cause=Refund.Cause.REQUEST, now=now())
    assert refund is not None
    refunds._ask(refund, paid.account.account_id)  # the worker died with the answer
    row = run()
    refund.refresh_from_db()
    assert refund.status == Refund.Status.DONE
    assert LedgerTransaction.objects.filter(key=f"refund-{refund.pk}").exists()
    assert row.repaired >= 1


def test_a_cent_that_only_we_have_is_named_with_its_payment(paid: Payment) -> None:
    whose = ledger.practitioner(paid.account.practitioner_id)
    lines = {whose: 1, ledger.GUESTS: -1}
    post(kind="correction", key="by-mistake", at=now(), lines=lines, payment_id=paid.pk)
    row = run()
    (only,) = row.differences
    assert (only["code"], only["account"]) == ("stripe", paid.account.account_id)
    assert only["subject"] == str(paid)
    assert only["found_cents"] == only["expected_cents"] + 1 == balance(whose)


def test_what_stripe_has_and_we_do_not_is_named(paid: Payment, stripe: Stripe) -> None:
    with mock.patch.object(stripe_gateway, "list_balance_lines") as lines:
        lines.return_value = [
            mock.Mock(payment_intent="pi_of_another_hand", net_cents=700, type="charge"),
            mock.Mock(payment_intent=paid.payment_intent, net_cents=balance(whose(paid)), type="charge"),
        ]
        (only,) = at_stripe.compare(paid.account, thorough=True)
    assert (only.code, only.subject, only.expected_cents, only.found_cents) == (
        "stripe_unknown", "pi_of_another_hand", 700, 0,
    )  # fmt: skip


def whose(payment: Payment) -> ledger.Account:
    return ledger.practitioner(payment.account.practitioner_id)


def test_a_wrong_fee_of_the_platform_is_named(paid: Payment) -> None:
    lines = {ledger.PLATFORM: -3, ledger.STRIPE: 3}
    post(kind="stripe_fee", key=f"payment-{paid.pk}-stripe-again", at=now(), lines=lines, payment_id=paid.pk)
    row = run()
    assert {each["code"] for each in row.differences} == {"stripe_kind", "stray"}
    assert next(e for e in row.differences if e["code"] == "stripe_kind")["account"] == "platform"


def test_an_account_of_which_stripe_says_nothing_is_counted_and_keeps_nobody_else(paid: Payment) -> None:
    with mock.patch.object(at_stripe, "compare", side_effect=StripeUnreachable):
        row = run()
    assert (row.unanswered, row.accounts, row.count) == (1, 2, 0)


def test_the_task_and_the_command_leave_their_report(paid: Payment) -> None:
    reconcile_stripe()
    assert Reconciliation.objects.get().count == 0
    out, err = StringIO(), StringIO()
    call_command("reconcile_stripe", stdout=out)
    post(kind="correction", key="x", at=now(), lines={whose(paid): 1, ledger.GUESTS: -1}, payment_id=paid.pk)
    with pytest.raises(CommandError, match="1 difference"):
        call_command("reconcile_stripe", stdout=out, stderr=err)
    assert str(paid) in err.getvalue()
