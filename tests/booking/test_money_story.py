"""What an appointment's money became: the same cents in the sentences, the figures and the steps."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking import money_story, refund_terms
from booking.models import Appointment, Dispute, Payment, Payout, PayoutLine, Refund, Status
from booking.money_story import Facts
from common.clock import now
from tests.factories.booking import AppointmentFactory, PaymentFactory

NB = "\u00a0"
MONDAY = dt.datetime(2026, 11, 30, 13, 30, tzinfo=dt.UTC)


@pytest.fixture
def paid(db: None) -> Payment:
    """60,00 € paid online, 2,45 € of fee."""
    appointment = AppointmentFactory(advance_cents=6000, fee_cents=245)
    return PaymentFactory(appointment=appointment, paid_at=MONDAY)


def refund_of(payment: Payment, cents: int, **more: Any) -> Refund:
    return Refund.objects.create(
        payment=payment,
        amount_cents=cents,
        **{
            "cause": "decision",
            "status": "done",
            "refund_id": f"re_{cents}",
            "ordered_at": MONDAY,
            "settled_at": MONDAY,
        }
        | more,
    )


def dispute_of(payment: Payment, status: str, **more: Any) -> Dispute:
    return Dispute.objects.create(
        payment=payment,
        dispute_id=f"dp_{payment.pk}_{status}",
        status=status,
        amount_cents=payment.amount_cents,
        opened_at=MONDAY,
        read_at=MONDAY,
        **more,
    )


def payout_of(payment: Payment, status: str, cents: int = 5755) -> Payout:
    payout = Payout.objects.create(
        account=payment.account,
        payout_id=f"po_{payment.pk}_{status}",
        status=status,
        amount_cents=31_240,
        created_at=MONDAY,
        arrival_on=dt.date(2026, 12, 1),
        read_at=MONDAY,
    )
    PayoutLine.objects.create(
        payout=payout, line_id="txn_1", kind="payment", amount_cents=cents + 245, fee_cents=245, payment=payment
    )
    return payout


def told(appointment: Appointment) -> str:
    return " ".join(money_story.story(appointment).sentences)


def test_nothing_paid_online_is_said_and_costs_nothing(db: None) -> None:
    appointment = AppointmentFactory()
    found = money_story.story(appointment)
    assert told(appointment) == (
        f"Rien n’a été payé en ligne, il n’y a donc pas de frais de service. Il reste 60,00{NB}€ à régler sur place."
    )
    assert (found.steps, found.figures.kept, found.on_site) == ([], 0, 6000)


def test_a_payment_is_told_with_its_fee_and_what_is_left_of_it(paid: Payment) -> None:
    words = told(paid.appointment)
    assert f"Léa Bernard a payé 60,00{NB}€ en ligne le lundi 30{NB}novembre à{NB}14:30" in words
    assert f"frais de service de 2,45{NB}€" in words
    assert f"57,55{NB}€ vous reviennent" in words
    assert [step.amount_cents for step in money_story.story(paid.appointment).steps] == [6000, -245]


def test_a_card_authorised_has_not_paid(db: None) -> None:
    appointment = AppointmentFactory(status=Status.REQUESTED, advance_cents=6000, fee_cents=245, answer_by=now())
    PaymentFactory(appointment=appointment, status="authorised", manual_capture=True)
    found = money_story.story(appointment)
    assert "autorisée" in found.sentences[0]
    assert (found.figures.paid, found.figures.kept, found.on_site) == (0, 0, 0)


def test_a_refund_keeps_the_fee_due_and_may_cost_the_practitioner(paid: Payment) -> None:
    refund_of(paid, 6000)
    found = money_story.story(paid.appointment)
    assert found.figures.kept == -245
    assert f"vous coûte 2,45{NB}€" in found.sentences[-1]


def test_a_refund_of_the_platform_s_fault_returns_the_fee(paid: Payment) -> None:
    refund_of(paid, 6000, cause="late", returns_fee=True)
    found = money_story.story(paid.appointment)
    assert found.figures.kept == 0
    assert [step.amount_cents for step in found.steps] == [6000, -245, -6000, 245]


def test_a_refund_that_failed_left_the_money_where_it_was(paid: Payment) -> None:
    refund_of(paid, 2000, status="failed")
    found = money_story.story(paid.appointment)
    assert found.figures.kept == 5755
    assert any("n’a pas abouti" in words for words in found.sentences)


@pytest.mark.parametrize(
    ("status", "kept"),
    [("needs_response", -245), ("under_review", -245), ("lost", -245), ("won", 5755), ("warning_needs_response", 5755)],
)
def test_a_dispute_takes_the_money_until_it_is_won(paid: Payment, status: str, kept: int) -> None:
    dispute_of(paid, status)
    assert money_story.story(paid.appointment).figures.kept == kept


def test_what_reached_the_bank_is_said_with_the_day(paid: Payment) -> None:
    payout_of(paid, "paid")
    assert f"57,55{NB}€ sont arrivés sur votre compte bancaire avec le virement du mardi 1er{NB}décembre" in told(
        paid.appointment
    )


def test_a_payout_that_came_back_paid_nothing_out(paid: Payment) -> None:
    payout_of(paid, "failed")
    found = money_story.story(paid.appointment)
    assert found.figures.paid_out == 0
    assert "attendent" in found.sentences[-1] or "prochain virement" in " ".join(found.sentences)


def test_reading_it_asks_four_questions_at_most(paid: Payment, django_assert_max_num_queries: Any) -> None:
    refund_of(paid, 500)
    dispute_of(paid, "won", closed_at=MONDAY)
    payout_of(paid, "in_transit")
    appointment = Appointment.objects.for_pages().get(pk=paid.appointment_id)
    with django_assert_max_num_queries(4):
        money_story.story(appointment)


@settings(max_examples=150)
@given(
    parts=st.lists(st.tuples(st.integers(1, 3000), st.sampled_from(["done", "pending", "failed"])), max_size=6),
    contested=st.sampled_from([None, "needs_response", "under_review", "lost", "won", "warning_closed"]),
)
def test_the_steps_always_add_up_to_what_is_kept(parts: list[tuple[int, str]], contested: str | None) -> None:
    """Whatever happened: the line of steps, without payouts, sums to the figure that the page ends with."""
    appointment = Appointment(price_cents=6000, advance_cents=6000, timezone="Europe/Paris", status="done")
    payment = Payment(pk=1, amount_cents=6000, fee_cents=245, status="paid", created_at=MONDAY, appointment=appointment)
    refunds = [
        Refund(payment=payment, amount_cents=cents, status=status, cause="decision", ordered_at=MONDAY)
        for cents, status in parts
    ]
    disputes = (
        [Dispute(pk=1, payment=payment, status=contested, amount_cents=6000, opened_at=MONDAY, closed_at=MONDAY)]
        if contested
        else []
    )
    facts = Facts(appointment, [payment], refunds, disputes, [])
    steps = list(money_story._steps(facts))
    assert sum(step.amount_cents or 0 for step in steps) == money_story.count(facts).kept


@given(paid=st.integers(246, 500_000), data=st.data())
def test_the_consequence_of_a_refund_loses_no_cent(paid: int, data: st.DataObject) -> None:
    amount = data.draw(st.integers(1, paid))
    found = refund_terms.consequence(money_story.Figures(paid=paid, fee=245), amount=amount, refundable=paid)
    assert found.before - found.amount == found.after
    assert found.after + found.fee + found.amount == paid
    assert found.is_whole == (amount == paid)
    assert found.costs == max(0, amount - (paid - 245))
