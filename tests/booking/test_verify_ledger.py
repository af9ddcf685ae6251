"""`verify_ledger` finds nothing in a sound ledger, and names each thing that is not as it should be."""

import datetime as dt
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from booking import ledger
from booking.ledger import entries, names, post
from booking.ledger.differences import Difference
from booking.ledger.verification import CHECKS, verify
from booking.models import (
    Appointment,
    Dispute,
    LedgerLine,
    LedgerTransaction,
    Payment,
    Payout,
    ProcessingFeeToRead,
    Refund,
    Status,
)
from common.clock import now
from tests.factories.booking import PaymentFactory, past_triggers

DAY = dt.timedelta(days=1)


def found(at: dt.datetime | None = None) -> list[tuple[str, int, int]]:
    return [(each.code, each.expected_cents, each.found_cents) for each in verify(now=at or now())]


def paid(days_ago: int = 0) -> Payment:
    then = now() - days_ago * DAY
    payment: Payment = PaymentFactory(paid_at=then)
    entries.payment_taken(payment, now=then)
    entries.processing_fee_known(payment, cents=115, now=then)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
    return payment


def given_back(payment: Payment, cents: int, *, fee: bool = False) -> Refund:
    refund = Refund.objects.create(
        payment=payment,
        amount_cents=cents,
        cause=Refund.Cause.LATE,
        returns_fee=fee,
        ordered_at=now(),
        status=Refund.Status.DONE,
        refund_id=f"re_{payment.pk}_{cents}",
        settled_at=now(),
    )
    entries.refund_done(refund, now=now())
    return refund


@pytest.mark.django_db
def test_a_sound_ledger_has_no_difference() -> None:
    given_back(paid(), 1000)
    given_back(paid(), 6000, fee=True)
    came_back = given_back(paid(), 500)
    entries.refund_came_back(came_back, now=now())
    Refund.objects.filter(pk=came_back.pk).update(status=Refund.Status.FAILED)
    assert found() == []


def unwritten_payment() -> list[tuple[str, int, int]]:
    PaymentFactory(paid_at=now())
    return [("payment", 6000, 0), ("fee", 245, 0)]


def payment_that_is_not_paid() -> list[tuple[str, int, int]]:
    payment = paid()
    with past_triggers():
        Payment.objects.filter(pk=payment.pk).update(status=Payment.Status.AUTHORISED)
    return [("payment", 0, 6000), ("fee", 0, 245)]


def another_amount() -> list[tuple[str, int, int]]:
    payment = paid()
    with past_triggers():
        Payment.objects.filter(pk=payment.pk).update(amount_cents=6001)
    return [("payment", 6001, 6000)]


def a_cent_changed() -> list[tuple[str, int, int]]:
    paid()
    line = LedgerLine.objects.filter(transaction__kind="fee", amount_cents__gt=0).get()
    with past_triggers(), connection.cursor() as cursor:
        cursor.execute("update booking_ledgerline set amount_cents = 246 where id = %s", [line.pk])
    return [("unbalanced", 0, 1), ("fee", 245, 246)]


def a_line_removed() -> list[tuple[str, int, int]]:
    paid()
    with past_triggers(), connection.cursor() as cursor:
        cursor.execute("delete from booking_ledgerline where account = 'stripe'")
    return [("unbalanced", 0, -115)]


def fee_never_told() -> list[tuple[str, int, int]]:
    then = now() - 2 * DAY
    entries.payment_taken(PaymentFactory(paid_at=then), now=then)
    return [("processing", 0, 0)]


def fee_neither_told_nor_asked_for() -> list[tuple[str, int, int]]:
    paid()
    then = now() - 2 * DAY
    entries.payment_taken(PaymentFactory(paid_at=then), now=then)
    ProcessingFeeToRead.objects.all().delete()
    return [("processing", 0, 0)]


def fee_not_given_back() -> list[tuple[str, int, int]]:
    refund = given_back(paid(), 6000)
    Refund.objects.filter(pk=refund.pk).update(returns_fee=True)
    return [("fee_return", 245, 0)]


def cancelled_without_a_refund() -> list[tuple[str, int, int]]:
    paid(1)
    with past_triggers():
        Appointment.objects.update(status=Status.CANCELLED_BY_PRACTITIONER, cancelled_at=now())
    return [("paid_for_nothing", 0, 6000)]


def refund_unwritten() -> list[tuple[str, int, int]]:
    payment = paid()
    Refund.objects.create(
        payment=payment, amount_cents=700, cause="late", ordered_at=now(), status="done", refund_id="re_x"
    )
    return [("refund", 700, 0)]


def refund_that_failed_but_was_written() -> list[tuple[str, int, int]]:
    refund = given_back(paid(), 800)
    Refund.objects.filter(pk=refund.pk).update(status=Refund.Status.FAILED)
    return [("refund", 0, 800)]


def fee_given_back_twice() -> list[tuple[str, int, int]]:
    payment = paid()
    refund = given_back(payment, 6000, fee=True)
    whose = ledger.practitioner(payment.account.practitioner_id)
    lines = {ledger.PLATFORM: -245, whose: 245}
    post(kind="fee_return", key=f"refund-{refund.pk}-again", at=now(), lines=lines, payment_id=payment.pk)
    return [("fee_return", 245, 490), ("stray", 0, 245)]


def movement_of_nothing() -> list[tuple[str, int, int]]:
    payment = paid()
    whose = ledger.practitioner(payment.account.practitioner_id)
    lines = {whose: -10, ledger.GUESTS: 10}
    post(kind="refund", key="refund-999999999", at=now(), lines=lines, payment_id=payment.pk)
    return [("stray", 0, 10), ("party", 0, 10)]


def disputed_unwritten() -> list[tuple[str, int, int]]:
    Dispute.objects.create(
        payment=paid(), dispute_id="du_1", status="needs_response", amount_cents=6000, opened_at=now(), read_at=now()
    )
    return [("dispute", 6000, 0)]


def payout_unwritten() -> list[tuple[str, int, int]]:
    account = paid().account
    given = {"account": account, "created_at": now(), "arrival_on": now().date(), "read_at": now()}
    Payout.objects.create(payout_id="po_1", status="paid", amount_cents=5000, **given)
    Payout.objects.create(payout_id="po_2", status="failed", amount_cents=700, **given)
    return [("payout", 5000, 0)]


def paid_without_an_appointment() -> list[tuple[str, int, int]]:
    payment = paid(1)
    given_back(payment, 1000)
    with past_triggers():
        Appointment.objects.update(status=Status.EXPIRED)
    return [("paid_for_nothing", 0, 5000)]


def booked_unpaid() -> list[tuple[str, int, int]]:
    payment = paid()
    given_back(payment, 6000)
    other: Payment = PaymentFactory(status=Payment.Status.EXPIRED, paid_at=None)
    assert other.appointment.status == Status.CONFIRMED
    return [("unpaid", 6000, 0)]


def fee_not_invoiced() -> list[tuple[str, int, int]]:
    paid(40)
    return [("uninvoiced", 245, 0)]


def owed_without_an_invoice() -> list[tuple[str, int, int]]:
    post(kind="invoiced", key="invoice-1", at=now(), lines={ledger.receivable(3): -500, ledger.INVOICED: 500})
    return [("stray", 0, 500), ("receivable", 0, 500)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spoil",
    [
        unwritten_payment,
        payment_that_is_not_paid,
        another_amount,
        a_cent_changed,
        a_line_removed,
        fee_never_told,
        fee_neither_told_nor_asked_for,
        fee_not_given_back,
        cancelled_without_a_refund,
        refund_unwritten,
        refund_that_failed_but_was_written,
        fee_given_back_twice,
        movement_of_nothing,
        disputed_unwritten,
        payout_unwritten,
        paid_without_an_appointment,
        booked_unpaid,
        fee_not_invoiced,
        owed_without_an_invoice,
    ],
)
def test_each_thing_amiss_is_named_and_nothing_else(spoil: Callable[[], list[tuple[str, int, int]]]) -> None:
    expected = spoil()
    assert found() == expected


@pytest.mark.django_db
def test_a_difference_says_what_where_and_how_much() -> None:
    payment = PaymentFactory(paid_at=now(), fee_cents=0)
    (only,) = verify(now=now())
    assert isinstance(only, Difference)
    assert only.subject == f"{payment.appointment.reference}/1"
    assert "60,00\u00a0€" in str(only)
    assert "0,00\u00a0€" in str(only)


@pytest.mark.django_db(transaction=True)
def test_the_command_ends_with_an_error_and_repairs_what_was_never_written() -> None:
    payment = PaymentFactory(paid_at=now())
    refund = Refund.objects.create(
        payment=payment, amount_cents=700, cause="late", ordered_at=now(), status="done", refund_id="re_x"
    )
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="3 difference"):
        call_command("verify_ledger", stdout=out, stderr=err)
    assert payment.appointment.reference in err.getvalue()
    call_command("verify_ledger", repair=True, stdout=out)
    assert "written: 2" in out.getvalue()
    assert LedgerTransaction.objects.filter(key=f"refund-{refund.pk}").exists()
    call_command("verify_ledger", repair=True, stdout=out)
    assert "written: 0" in out.getvalue()


def test_every_check_says_in_words_what_it_looks_for() -> None:
    assert set(CHECKS) <= set(names.CHECKS)
