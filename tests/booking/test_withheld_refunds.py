"""An appointment cancelled while the bank has the money: what it gave back goes to the client once the dispute is won, once."""

import datetime as dt
import threading

import pytest
from django.db import connection

from booking.actions import appointments, disputes, office_refunds, refunds, withdrawals
from booking.actions.withdrawals import Declaration
from booking.errors import AmountChanged, MoreThanPaid
from booking.models import Appointment, Dispute, Payment, Refund, StripeAccount
from booking.stripe_gateway import Dispute as AtStripe
from common import delivery
from common.clock import now
from common.models import OutboxMessage
from tests.booking.bank_case import Case, case
from tests.booking.test_money_story import dispute_of
from tests.factories.booking import AppointmentFactory, PaymentFactory

__all__ = ["case"]
HALF = [{"hours_before": 0, "percent": 50}]
pytestmark = pytest.mark.django_db


def cancel(case: Case, *, by: str = "client", announced: int = 0) -> None:
    pk, moment = case.appointment.pk, now()
    with case.visitor.on_commit(execute=True):
        if by == "client":
            appointments.cancel_by_client(appointment_id=pk, announced_cents=announced, now=moment)
        else:
            appointments.cancel_by_practitioner(appointment_id=pk, actor=case.practitioner.user, now=moment)


def decide(case: Case, row: Dispute, *, won: bool) -> None:
    case.stripe.control.decide_dispute(row.dispute_id, won=won)
    news = case.stripe.control.take()
    for item in [*news, *reversed(news)]:
        assert case.visitor.webhook(item).status_code == 200
    # The refund that this ordered has its own news.
    case.news()


def given() -> list[tuple[int, str]]:
    return [(row.amount_cents, row.cause) for row in Refund.objects.exclude(status="failed")]


def scale_of(case: Case, percent: int) -> None:
    tiers = [{"hours_before": 0, "percent": percent}]
    Appointment.objects.filter(pk=case.appointment.pk).update(cancellation_tiers=tiers)


def test_won_after_the_client_cancelled_gives_back_what_the_scale_said(case: Case) -> None:
    scale_of(case, 50)
    row = case.contest()
    cancel(case)
    assert given() == []
    decide(case, row, won=True)
    assert given() == [(3000, "client")]
    assert Refund.objects.get().status == "done"
    case.same_cents_as_stripe()
    event = case.appointment.events.last()
    assert event is not None
    assert (event.action, event.by, event.detail) == ("refund", "system", "dispute won, refund 3000")


def test_both_are_told_and_of_the_same_amount(case: Case) -> None:
    scale_of(case, 50)
    row = case.contest()
    cancel(case)
    decide(case, row, won=True)
    for template in ("booking/refund_released_client", "booking/dispute_closed_practitioner"):
        message = OutboxMessage.objects.get(template=template)
        if message.status != OutboxMessage.Status.SENT:
            delivery.deliver(message.pk)
            message.refresh_from_db()
        assert "30,00\u00a0€" in message.text, template


def test_won_after_the_practitioner_cancelled_gives_everything_back(case: Case) -> None:
    scale_of(case, 50)
    row = case.contest()
    cancel(case, by="practitioner")
    decide(case, row, won=True)
    assert given() == [(6000, "practitioner")]
    case.same_cents_as_stripe()


def test_won_while_the_appointment_stands_gives_nothing_back(case: Case) -> None:
    row = case.contest()
    decide(case, row, won=True)
    assert given() == []
    assert not OutboxMessage.objects.filter(template="booking/refund_released_client").exists()


def test_too_late_by_the_scale_is_too_late_after_the_dispute_as_well(case: Case) -> None:
    Appointment.objects.filter(pk=case.appointment.pk).update(
        cancellation_tiers=[{"hours_before": 24 * 300, "percent": 100}]
    )
    row = case.contest()
    cancel(case)
    decide(case, row, won=True)
    assert given() == []


def test_lost_leaves_the_client_what_the_bank_gave_and_no_cent_more(case: Case) -> None:
    row = case.contest()
    cancel(case)
    decide(case, row, won=False)
    assert given() == []
    case.same_cents_as_stripe()
    with pytest.raises(MoreThanPaid):
        office_refunds.give_back(
            appointment_id=case.appointment.pk, amount_cents=1, shown_left=0, actor=case.practitioner.user, now=now()
        )


def test_a_refund_that_stripe_refused_during_the_dispute_is_made_when_it_is_won(case: Case) -> None:
    """Of a payment contested in part, Stripe refunds nothing, not even the rest."""
    scale_of(case, 100)
    row = case.contest(amount=2000)
    cancel(case, announced=4000)
    assert [refund.status for refund in Refund.objects.all()] == ["failed"]
    decide(case, row, won=True)
    assert given() == [(6000, "client")]
    case.same_cents_as_stripe()


@pytest.mark.parametrize(("won", "to_client"), [(True, 5000), (False, 6000)])
def test_contested_after_a_refund_in_part(case: Case, won: bool, to_client: int) -> None:
    """Twenty by hand, the rest contested, then cancelled at half: thirty more by the scale, or forty by the bank."""
    scale_of(case, 50)
    with case.visitor.on_commit(execute=True):
        office_refunds.give_back(
            appointment_id=case.appointment.pk,
            amount_cents=2000,
            shown_left=6000,
            actor=case.practitioner.user,
            now=now(),
        )
    case.news()
    row = case.contest()
    assert row.amount_cents == 4000
    cancel(case)
    decide(case, row, won=won)
    taken = 0 if won else row.amount_cents
    assert sum(cents for cents, _cause in given()) + taken == to_client
    case.same_cents_as_stripe()


def test_what_was_given_by_hand_since_the_cancellation_counts(db: None) -> None:
    payment, row, _found = contested(amount=3000)
    end(payment, percent=50)
    Refund.objects.create(
        payment=payment, amount_cents=1000, cause="decision", status="done", refund_id="re_hand", ordered_at=now()
    )
    settle(payment, row)
    assert given() == [(1000, "decision"), (2000, "client")]


def test_a_withdrawal_during_the_dispute_is_given_effect_when_it_is_won(case: Case) -> None:
    import uuid

    row = case.contest()
    with case.visitor.on_commit(execute=True):
        withdrawals.declare(
            key=uuid.uuid4(),
            said=Declaration("Léa Bernard", "lea.bernard@exemple.fr", case.appointment.reference),
            appointment_id=case.appointment.pk,
            is_own=True,
            announced_cents=0,
            actor=None,
            now=now(),
        )
    decide(case, row, won=True)
    assert given() == [(6000, "withdrawal")]
    case.same_cents_as_stripe()


# Below, without Stripe: a dispute as it is read, and rows.


def contested(amount: int = 6000) -> tuple[Payment, Dispute, AtStripe]:
    appointment = AppointmentFactory(advance_cents=6000, fee_cents=245)
    payment = PaymentFactory(appointment=appointment, paid_at=now() - dt.timedelta(days=2), payment_intent="pi_won")
    row = dispute_of(payment, "under_review")
    Dispute.objects.filter(pk=row.pk).update(amount_cents=amount)
    row.refresh_from_db()
    return payment, row, read_as_won(row)


def read_as_won(row: Dispute) -> AtStripe:
    return AtStripe(
        id=row.dispute_id,
        status="won",
        reason="general",
        amount_cents=row.amount_cents,
        payment_intent=row.payment.payment_intent,
        charge="ch_1",
        net_cents=0,
        evidence_due_by=None,
        created=row.opened_at,
        submissions=1,
        has_evidence=True,
    )


def end(payment: Payment, *, percent: int) -> None:
    Appointment.objects.filter(pk=payment.appointment_id).update(
        cancellation_tiers=[{"hours_before": 0, "percent": percent}]
    )
    appointment = Appointment.objects.get(pk=payment.appointment_id)
    due = appointments.refund_due(appointment, now=now())
    appointments.cancel_by_client(appointment_id=appointment.pk, announced_cents=due, now=now())
    Refund.objects.all().delete()  # what was beside the dispute: not what these tests are about


def settle(payment: Payment, row: Dispute) -> None:
    account = StripeAccount.objects.get(pk=payment.account_id)
    disputes.settle(account=account, found=read_as_won(row), fee_cents=0, now=now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("asked", [6000, 3000])
def test_raced_with_a_refund_by_hand_never_more_than_was_paid(asked: int) -> None:
    payment, row, _found = contested()
    end(payment, percent=50)
    actor = payment.appointment.practitioner.user
    barrier, seen = threading.Barrier(5), []

    def by_hand() -> None:
        try:
            barrier.wait()
            for left in (6000, 3000):
                try:
                    office_refunds.give_back(
                        appointment_id=payment.appointment_id,
                        amount_cents=min(asked, left),
                        shown_left=left,
                        actor=actor,
                        now=now(),
                    )
                    seen.append("by hand")
                except (AmountChanged, MoreThanPaid):
                    seen.append("refused")
        finally:
            connection.close()

    def told() -> None:
        try:
            barrier.wait()
            settle(payment, row)
        finally:
            connection.close()

    threads = [threading.Thread(target=target) for target in (by_hand, by_hand, told, told, told)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    by_scale = [cents for cents, cause in given() if cause == "client"]
    assert by_scale == [3000], "the first to know that it was won orders it, in the same transaction"
    assert sum(cents for cents, _cause in given()) <= 6000
    assert refunds.left_cents(payment.appointment) == 6000 - sum(cents for cents, _cause in given())


@pytest.mark.django_db(transaction=True)
def test_won_while_the_client_is_cancelling_is_given_back_once() -> None:
    """Whoever comes second sees what the first did: the page's amount has changed, or the refund is made by the news."""
    payment, row, _found = contested()
    Appointment.objects.filter(pk=payment.appointment_id).update(cancellation_tiers=HALF)
    barrier, seen = threading.Barrier(2), []

    def cancels() -> None:
        try:
            barrier.wait()
            appointments.cancel_by_client(appointment_id=payment.appointment_id, announced_cents=0, now=now())
            seen.append("cancelled")
        except AmountChanged:
            seen.append("changed")
        finally:
            connection.close()

    def told() -> None:
        try:
            barrier.wait()
            settle(payment, row)
        finally:
            connection.close()

    threads = [threading.Thread(target=cancels), threading.Thread(target=told)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert given() == ([(3000, "client")] if seen == ["cancelled"] else [])
