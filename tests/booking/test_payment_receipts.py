"""What a client paid online, in the account: each payment with its refunds and its receipt, and what remains to be paid."""

import datetime as dt

import pytest
from django.test import Client

from booking import access
from booking.models import Dispute, Payment, Refund, Status
from booking.payment_receipt import paid, pdf, receipt_of
from common.clock import now
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, PaymentFactory

pytestmark = pytest.mark.django_db
PAGE = "/compte/paiements/"


@pytest.fixture
def payment() -> Payment:
    """A deposit of 20 € on a session at 60 €, three days from now."""
    row = AppointmentFactory(starts_at=now() + dt.timedelta(days=3), advance_cents=2000, fee_cents=245)
    return PaymentFactory(appointment=row, amount_cents=2000, paid_at=now())


def give_back(payment: Payment, cents: int, status: str = "pending") -> Refund:
    done = {"refund_id": f"re_{payment.pk}", "settled_at": now()} if status == "done" else {}
    return Refund.objects.create(
        payment=payment, amount_cents=cents, cause="decision", status=status, ordered_at=now(), **done
    )


def test_what_is_kept_and_what_remains_follow_the_refunds(payment: Payment) -> None:
    (item,) = paid([payment.appointment])
    assert (item.receipts[0].kept, item.on_site) == (2000, 4000)
    give_back(payment, 500, "done")
    give_back(payment, 300)
    give_back(payment, 700, "failed")
    (item,) = paid([payment.appointment])
    assert (item.receipts[0].refunded, item.receipts[0].kept, item.on_site) == (800, 1200, 4800)


def test_what_the_bank_took_back_is_not_kept(payment: Payment) -> None:
    Dispute.objects.create(
        payment=payment, dispute_id="dp_1", status="needs_response", amount_cents=2000, opened_at=now(), read_at=now()
    )
    assert receipt_of(payment).kept == 0


def test_nothing_remains_of_a_session_that_no_longer_comes(payment: Payment) -> None:
    payment.appointment.status = Status.DONE
    assert paid([payment.appointment])[0].on_site == 0


def test_the_account_shows_ones_own_payments_only(client: Client, login_as, payment: Payment) -> None:
    other = PaymentFactory(paid_at=now())
    give_back(payment, 500, "done")
    login_as(payment.appointment.client)
    page = client.get(PAGE).content.decode()
    assert payment.appointment.practitioner.full_name in page
    assert other.appointment.reference not in page
    for amount in ("20,00\u00a0€", "5,00\u00a0€", "15,00\u00a0€", "45,00\u00a0€"):
        assert amount in page
    login_as(UserFactory())
    assert payment.appointment.reference not in client.get(PAGE).content.decode()


def test_a_payment_that_was_not_taken_is_none(client: Client, login_as, payment: Payment) -> None:
    unpaid = PaymentFactory(
        appointment=AppointmentFactory(
            client=payment.appointment.client,
            starts_at=now() + dt.timedelta(days=5),
            advance_cents=6000,
            fee_cents=245,
        ),
        status=Payment.Status.OPEN,
    )
    login_as(payment.appointment.client)
    page = client.get(PAGE).content.decode()
    assert unpaid.appointment.reference not in page
    assert client.get(f"/rendez-vous/{unpaid.appointment.reference}/recu-1.pdf").status_code == 404


def test_the_receipt_opens_for_its_client_and_by_the_link_of_the_mail_and_for_nobody_else(
    client: Client, login_as, payment: Payment
) -> None:
    appointment = payment.appointment
    address = f"/rendez-vous/{appointment.reference}/recu-1.pdf"
    assert client.get(address).status_code == 404
    client.get(f"/rendez-vous/{appointment.reference}/acces/{access.token(appointment)}/")
    assert client.get(address).content.startswith(b"%PDF")
    assert address in client.get(f"/rendez-vous/{appointment.reference}/").content.decode()
    login_as(UserFactory())
    assert Client().get(address).status_code == 404
    login_as(appointment.client)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("attempt", ["2", "0", "9" * 30])
def test_a_receipt_that_does_not_exist_is_not_found(client: Client, login_as, payment: Payment, attempt) -> None:
    login_as(payment.appointment.client)
    assert client.get(f"/rendez-vous/{payment.appointment.reference}/recu-{attempt}.pdf").status_code == 404


@pytest.mark.parametrize("number", ["x", "0", "9" * 50, "😀"])
def test_an_odd_page_is_a_page(client: Client, login_as, payment: Payment, number) -> None:
    login_as(payment.appointment.client)
    assert client.get(PAGE, {"page": number}).status_code == 200


def test_the_same_receipt_is_the_same_file(payment: Payment) -> None:
    moment = now()
    assert pdf(receipt_of(payment), now=moment) == pdf(receipt_of(payment), now=moment)


def test_a_name_that_no_font_can_print_gets_its_receipt(payment: Payment) -> None:
    payment.appointment.contact_first_name = "Léa 🌿李"
    assert pdf(receipt_of(payment), now=now()).startswith(b"%PDF")


def test_a_page_of_payments_asks_few_questions(
    client: Client, login_as, payment: Payment, django_assert_max_num_queries
) -> None:
    user = payment.appointment.client
    for day in range(4, 12):
        row = AppointmentFactory(
            client=user, starts_at=now() + dt.timedelta(days=day), advance_cents=6000, fee_cents=245
        )
        give_back(PaymentFactory(appointment=row, paid_at=now()), 100, "done")
    login_as(user)
    with django_assert_max_num_queries(40):
        assert client.get(PAGE).content.decode().count("recu-1.pdf") == 9
