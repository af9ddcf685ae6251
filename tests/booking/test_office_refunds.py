"""A practitioner refunds in full or in part: what it does is shown before, done once, and told."""

import threading
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from booking.actions import office_refunds, refunds
from booking.errors import AmountChanged, MoreThanPaid
from booking.models import Appointment, Payment, Refund
from common.clock import now
from common.models import OutboxMessage
from tests.booking.conftest import Stripe, Visitor, free_start
from tests.booking.test_money_story import dispute_of
from tests.factories.booking import AppointmentFactory, PaymentFactory, bookable_practitioner

NB = "\u00a0"


@pytest.fixture
def office(db: None, client: Client, login_as: Any) -> Any:
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    return practitioner


@pytest.fixture
def paid(office: Any) -> Payment:
    return PaymentFactory(appointment=AppointmentFactory(practitioner=office, advance_cents=6000, fee_cents=245))


def path(payment: Payment) -> str:
    return f"/espace-praticien/rendez-vous/{payment.appointment.reference}/rembourser/"


def test_the_consequence_is_shown_before_for_the_amount_asked(client: Client, paid: Payment) -> None:
    page = client.get(path(paid)).content.decode()
    assert f"Rembourser 60,00{NB}€" in page
    assert f"vous aura coûté 2,45{NB}€" in page
    page = client.get(path(paid), {"montant": "20"}).content.decode()
    assert f"Rembourser 20,00{NB}€" in page
    assert f"37,55{NB}€" in page
    assert f"40,00{NB}€ de ce qui a été payé en ligne vous restent" in page
    assert not Refund.objects.exists()


def test_a_part_is_refunded_once_the_client_told_and_the_history_kept(
    client: Client, paid: Payment, django_capture_on_commit_callbacks: Any
) -> None:
    answer = client.post(path(paid), {"montant": "20,00", "reste": "6000"})
    assert answer.status_code == 302
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.cause, refund.returns_fee, refund.status) == (
        2000,
        "decision",
        False,
        "pending",
    )
    told = OutboxMessage.objects.get(template="booking/refunded_client")
    assert told.to == paid.appointment.contact_email
    event = paid.appointment.events.get()
    assert (event.action, event.detail, event.before, event.after) == (
        "refund",
        "refund 2000",
        "confirmed",
        "confirmed",
    )
    page = client.get(f"/espace-praticien/rendez-vous/{paid.appointment.reference}/").content.decode()
    assert f"20,00{NB}€ sont en route vers la carte" in page
    assert "Remboursé" in page


def test_sending_the_same_form_twice_refunds_once(client: Client, paid: Payment) -> None:
    form = {"montant": "20,00", "reste": "6000"}
    assert client.post(path(paid), form).status_code == 302
    again = client.post(path(paid), form)
    assert again.status_code == 409
    assert "Le montant a changé" in again.content.decode()
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    ["", "0", "-5", "60,01", "1e3", "\x00", "é" * 10_000, "🙂", "٢٠", "99999999999999", "12,345", "20\u202e,00"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_amount_that_is_none_is_said_and_refunds_nothing(
    client: Client, paid: Payment, typed: str, method: str
) -> None:
    answer = getattr(client, method)(path(paid), {"montant": typed, "reste": "6000"})
    assert answer.status_code in ({400} if "\x00" in typed else {422})
    assert "\x00" in typed or "Erreur" in answer.content.decode()
    assert not Refund.objects.exists()


@pytest.mark.parametrize("shown", ["", "abc", "-1", "9" * 40, "٦"])
def test_what_was_shown_cannot_be_invented(client: Client, paid: Payment, shown: str) -> None:
    assert client.post(path(paid), {"montant": "20", "reste": shown}).status_code == 409
    assert not Refund.objects.exists()


def test_another_s_appointment_does_not_exist(client: Client, office: Any) -> None:
    other = PaymentFactory()
    assert client.get(path(other)).status_code == 404
    assert client.post(path(other), {"montant": "20", "reste": "6000"}).status_code == 404


def test_nothing_paid_online_leaves_nothing_to_refund(client: Client, office: Any) -> None:
    appointment = AppointmentFactory(practitioner=office)
    page = client.get(f"/espace-praticien/rendez-vous/{appointment.reference}/rembourser/")
    assert page.status_code == 200
    assert '<button class="btn btn-danger"' not in page.content.decode()


def test_what_the_bank_took_back_is_not_given_back_a_second_time(client: Client, paid: Payment) -> None:
    """A client who contests a payment and cancels would be paid twice."""
    dispute = dispute_of(paid, "needs_response")
    assert refunds.left_cents(paid.appointment) == 0
    assert client.post(path(paid), {"montant": "20", "reste": "0"}).status_code in {409, 200, 422}
    assert not Refund.objects.exists()
    dispute.status = "won"
    dispute.save()
    assert refunds.left_cents(paid.appointment) == 6000


def test_a_refund_spreads_over_several_payments(office: Any) -> None:
    appointment = AppointmentFactory(practitioner=office, advance_cents=2000, fee_cents=245)
    PaymentFactory(appointment=appointment, amount_cents=2000)
    refund = office_refunds.give_back(
        appointment_id=appointment.pk, amount_cents=1500, shown_left=2000, actor=office.user, now=now()
    )
    assert refund.pk == appointment.pk
    with pytest.raises(MoreThanPaid):
        refunds.order_in_all(appointment_id=appointment.pk, amount_cents=501, cause=Refund.Cause.DECISION, now=now())
    assert sum(row.amount_cents for row in Refund.objects.all()) == 1500


def test_it_reaches_the_client_through_stripe_to_the_cent(
    client: Client, login_as: Any, visitor: Visitor, stripe: Stripe, paid_service: tuple[Any, Any]
) -> None:
    practitioner, service = paid_service
    appointment, _answer = visitor.book(practitioner, service, free_start(practitioner, service))
    stripe.pay(appointment)
    visitor.webhook(stripe.news())
    login_as(practitioner.user)
    with visitor.on_commit(execute=True):
        sent = client.post(path(appointment.payments.get()), {"montant": "20,00", "reste": "6000"})
    assert sent.status_code == 302
    assert Refund.objects.get().status == "done"
    balances = stripe.control.balances()
    assert balances[stripe.account] == 6000 - 245 - 2000
    assert any("20,00" in message.subject for message in mail.outbox)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_refund_once() -> None:
    payment = PaymentFactory()
    actor = payment.appointment.practitioner.user
    seen: list[str] = []

    def press() -> None:
        try:
            office_refunds.give_back(
                appointment_id=payment.appointment_id, amount_cents=6000, shown_left=6000, actor=actor, now=now()
            )
            seen.append("done")
        except (AmountChanged, MoreThanPaid):
            seen.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == ["done", "refused", "refused", "refused"]
    assert Refund.objects.get().amount_cents == 6000
    assert Appointment.objects.get(pk=payment.appointment_id).events.count() == 1
