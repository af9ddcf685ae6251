"""The whole table of a payment's states: every step, from every state; in the code and in the database."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from booking import payment_states, payment_states_sql
from booking.actions.payments import said_by
from booking.models import Payment, PaymentEvent
from booking.payment_states import TRANSITIONS, IllegalPaymentStep, Step
from booking.signals import payment_changed
from booking.stripe_gateway import Session
from common.clock import now
from tests.factories.booking import PaymentFactory

pytestmark = pytest.mark.django_db
Status = Payment.Status


def by_hand(payment: Payment, **fields: Any) -> None:
    """Without the code, and with what the database asks at commit asked at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        Payment.objects.filter(pk=payment.pk).update(**fields)
        cursor.execute("set constraints all immediate")


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("step", Step)
def test_a_step_is_taken_from_its_states_only_and_is_kept(step: Step, status: Status) -> None:
    payment, row = PaymentFactory(status=status, paid_at=None), TRANSITIONS[step]
    if status not in row.sources:
        with pytest.raises(IllegalPaymentStep):
            payment_states.move(payment, step, now=now())
        assert not PaymentEvent.objects.exists()
        assert Payment.objects.get().status == status
        return
    payment_states.move(payment, step, now=now(), detail="why")
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    kept = Payment.objects.get()
    assert kept.status == row.target
    assert (kept.paid_at is not None) == (kept.status == Status.PAID)
    event = kept.events.get()
    assert (event.step, event.before, event.after, event.detail) == (step, status, row.target, "why")
    assert event.in_words == kept.get_status_display()


@pytest.mark.parametrize("after", Status)
@pytest.mark.parametrize("before", Status)
def test_the_database_accepts_the_same_pairs_as_the_table(before: Status, after: Status) -> None:
    payment = PaymentFactory(status=before)
    refused = ""
    try:
        with transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(status=after)
            transaction.set_rollback(True)
    except IntegrityError as error:
        refused = str(error)
    legal = before == after or (before, after) in payment_states_sql.pairs()
    assert ("is no transition" not in refused) == legal, refused


def test_the_migration_holds_what_the_table_says_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select prosrc from pg_proc where proname = 'booking_legal_payment_step'")
        (kept,) = cursor.fetchone()
    assert " ".join(kept.split()) in " ".join(payment_states_sql.legal_function().split())


def test_a_status_that_changes_without_its_event_is_undone() -> None:
    payment = PaymentFactory(status=Status.OPEN)
    with pytest.raises(IntegrityError, match="has no event"):
        by_hand(payment, status=Status.EXPIRED)
    assert Payment.objects.get().status == Status.OPEN


@pytest.mark.parametrize("change", [{"amount_cents": 6001}, {"fee_cents": 0}])
def test_what_was_asked_never_changes_under_who_pays(change: dict[str, int]) -> None:
    payment = PaymentFactory(status=Status.OPEN)
    with pytest.raises(IntegrityError, match="never change"):
        by_hand(payment, **change)


def test_the_history_is_only_ever_added_to() -> None:
    payment = PaymentFactory(status=Status.OPEN)
    payment_states.move(payment, Step.EXPIRE, now=now())
    for words in ("update booking_paymentevent set after = 'paid'", "delete from booking_paymentevent"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)
    assert PaymentEvent.objects.get().after == Status.EXPIRED


def test_who_listens_hears_of_the_step_and_may_refuse_it() -> None:
    payment = PaymentFactory(status=Status.OPEN)
    heard: list[Any] = []

    def listen(payment: Payment, step: Step, before: str, **_more: Any) -> None:
        heard.append((payment.pk, step, before))
        raise RuntimeError("no")

    payment_changed.connect(listen, dispatch_uid="listen")
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            payment_states.move(payment, Step.PAY, now=now())
    finally:
        payment_changed.disconnect(dispatch_uid="listen")
    assert heard == [(payment.pk, Step.PAY, "open")]
    assert Payment.objects.get().status == Status.OPEN


@pytest.mark.parametrize(
    ("status", "intent", "step"),
    [
        ("open", "", Step.OPEN),
        ("open", "requires_payment_method", Step.OPEN),
        ("expired", "", Step.EXPIRE),
        ("complete", "succeeded", Step.PAY),
        ("complete", "requires_capture", Step.AUTHORISE),
        ("complete", "canceled", Step.RELEASE),
        ("complete", "processing", None),
        ("something new", "", None),
    ],
)
def test_what_a_session_proves(status: str, intent: str, step: Step | None) -> None:
    assert said_by(Session("cs_1", status, "", "pi_1", intent)) == step


def test_the_diagram_of_the_docs_is_up_to_date() -> None:
    call_command("draw_lifecycle", "--check")
