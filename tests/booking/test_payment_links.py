"""Paying after the booking: the balance or a part of it by a link, and a payment that goes on in another browser."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from booking import access, lifecycle
from booking.actions import payment_links
from booking.errors import AskedAlready, DepositBelowFee, MoreThanOwed, NothingOwed, PaymentsInactive
from booking.models import Appointment, Payment, PaymentLink, Refund, Status, StripeAccount
from booking.tasks import reconcile_payments
from common.clock import now
from common.models import OutboxMessage
from demo.stripe.client import ledger
from tests.booking.conftest import Stripe, Visitor, free_start
from tests.factories.booking import AppointmentFactory, PaymentFactory, StripeAccountFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def booked(stripe: Stripe) -> Appointment:
    """A session at 60 euros of which nothing was paid online."""
    row = AppointmentFactory(fee_basis_points=300, fee_fixed_cents=65, starts_at=now() + 5 * DAY)
    StripeAccountFactory(practitioner=row.practitioner, account_id=stripe.account)
    return row


def asked(row: Appointment, amount: int = 6000, message: str = "") -> PaymentLink:
    return payment_links.create(
        appointment_id=row.pk, amount_cents=amount, message=message, actor=row.practitioner.user, now=now()
    )


def balance(stripe: Stripe) -> int:
    """Of the practitioner, at Stripe."""
    rows = {row["id"]: row["balance"] for row in ledger(stripe.control.base_url)["accounts"]}
    return int(rows[stripe.account])


def path(link: PaymentLink, more: str = "") -> str:
    return f"/rendez-vous/payer/{link.token}/{more}"


class TestAsking:
    def test_the_client_is_told_and_the_page_says_everything(self, visitor: Visitor, booked: Appointment) -> None:
        link = asked(booked, 2500, "Le solde, comme convenu")
        assert OutboxMessage.objects.get(template="booking/payment_asked_client").to == booked.contact_email
        page = visitor.get(path(link)).content.decode().replace("\u00a0", " ")
        for said in ("25,00 €", "60,00 €", "35,00 €", booked.practitioner.full_name, "Le solde, comme convenu"):
            assert said in page
        assert "sur son propre compte chez Stripe" in page
        assert "annule la séance" in page
        for private in (booked.contact_last_name, booked.contact_email, booked.reference):
            assert private not in page

    def test_no_more_than_what_remains(self, booked: Appointment) -> None:
        PaymentFactory(appointment=booked, amount_cents=2000, fee_cents=245)
        assert payment_links.remains_cents(booked) == 4000
        with pytest.raises(MoreThanOwed, match="40,00"):
            asked(booked, 4001)
        assert asked(booked, 4000).amount_cents == 4000

    def test_more_than_the_fee_that_is_taken_on_it(self, booked: Appointment) -> None:
        with pytest.raises(DepositBelowFee, match="2,45"):
            asked(booked, 245)
        assert asked(booked, 246)

    def test_one_at_a_time(self, booked: Appointment) -> None:
        asked(booked, 1000)
        with pytest.raises(AskedAlready):
            asked(booked, 1000)

    @pytest.mark.parametrize("status", [Status.CANCELLED_BY_CLIENT, Status.REFUSED, Status.PRACTITIONER_ABSENT])
    def test_nothing_for_a_session_that_is_off(self, booked: Appointment, status: Status) -> None:
        at = {"cancelled_at": now()} if status == Status.CANCELLED_BY_CLIENT else {}
        off = AppointmentFactory(practitioner=booked.practitioner, status=status, starts_at=now() + 9 * DAY, **at)
        with pytest.raises(NothingOwed):
            asked(off)

    def test_nothing_without_an_account_that_takes_cards(self, booked: Appointment) -> None:
        StripeAccount.objects.update(card_payments="restricted")
        with pytest.raises(PaymentsInactive):
            asked(booked)


class TestPaying:
    def test_from_the_link_to_the_ledger(self, visitor: Visitor, stripe: Stripe, booked: Appointment) -> None:
        link = asked(booked)
        answer = visitor.post(path(link))
        assert answer["Location"].startswith(stripe.control.base_url)
        assert visitor.post(path(link))["Location"] == answer["Location"]
        stripe.pay(booked)
        assert "Payer 60,00" in visitor.get(path(link)).content.decode()
        visitor.webhook(stripe.news())
        link.refresh_from_db()
        payment = Payment.objects.get()
        assert (payment.status, payment.amount_cents, payment.fee_cents) == ("paid", 6000, 245)
        assert link.paid_at is not None
        assert "60,00\u00a0€ payés" in visitor.get(path(link)).content.decode()
        assert booked.status == Appointment.objects.get().status
        told = set(OutboxMessage.objects.values_list("template", flat=True))
        assert {"booking/link_paid_client", "booking/link_paid_practitioner"} <= told
        assert balance(stripe) == 6000 - 245
        assert payment_links.remains_cents(booked) == 0

    def test_coming_back_asks_stripe_when_the_notification_is_lost(
        self, visitor: Visitor, stripe: Stripe, booked: Appointment
    ) -> None:
        link = asked(booked, 3000)
        visitor.post(path(link))
        assert "pas encore confirmé" in visitor.get(path(link, "?retour=1")).content.decode()
        stripe.pay(booked)
        assert "payés" in visitor.get(path(link, "?retour=1")).content.decode()

    def test_the_fee_is_taken_once_an_appointment(self, visitor: Visitor, stripe: Stripe, booked: Appointment) -> None:
        for amount, fee in ((3000, 245), (3000, 0)):
            link = asked(booked, amount)
            visitor.post(path(link))
            stripe.pay(booked)
            visitor.webhook(stripe.news())
            assert Payment.objects.get(link=link).fee_cents == fee
        assert payment_links.remains_cents(booked) == 0
        assert balance(stripe) == 6000 - 245

    def test_what_comes_after_the_cancellation_goes_back_with_the_fee(
        self, visitor: Visitor, stripe: Stripe, booked: Appointment
    ) -> None:
        link = asked(booked)
        visitor.post(path(link))
        lifecycle.move(
            Appointment.objects.get(), lifecycle.Step.CANCEL_BY_PRACTITIONER, by=lifecycle.By.PRACTITIONER, now=now()
        )
        assert visitor.get(path(link)).status_code == 410
        assert visitor.post(path(link)).status_code == 410
        stripe.pay(booked)
        visitor.webhook(stripe.news())
        refund = Refund.objects.get()
        assert (refund.amount_cents, refund.returns_fee, refund.cause) == (6000, True, "late")
        link.refresh_from_db()
        assert link.paid_at is None

    def test_cancelling_gives_back_of_what_was_paid_by_link_too(
        self, visitor: Visitor, stripe: Stripe, booked: Appointment
    ) -> None:
        link = asked(booked, 4000)
        visitor.post(path(link))
        stripe.pay(booked)
        visitor.webhook(stripe.news())
        lifecycle.move(Appointment.objects.get(), lifecycle.Step.CANCEL_BY_CLIENT, by=lifecycle.By.CLIENT, now=now())
        assert Refund.objects.get().amount_cents == 4000

    def test_stripe_silent_charges_nothing_and_says_so(
        self, visitor: Visitor, stripe: Stripe, booked: Appointment, settings: Any
    ) -> None:
        link = asked(booked)
        settings.STRIPE_API_BASE = "http://127.0.0.1:9"
        answer = visitor.post(path(link))
        assert answer.status_code == 503
        assert "Rien n’a été débité" in answer.content.decode()

    @pytest.mark.parametrize("token", ["x", "x" * 10_000, "😀", "..", "null"])
    def test_a_token_of_nonsense_opens_nothing(self, client: Client, token: str) -> None:
        assert client.get(f"/rendez-vous/payer/{token}/").status_code == 404


class TestNoLongerAsking:
    def test_withdrawing_closes_stripes_page(self, visitor: Visitor, stripe: Stripe, booked: Appointment) -> None:
        link = asked(booked)
        visitor.post(path(link))
        payment_links.withdraw(link_id=link.pk, now=now())
        assert Payment.objects.get().status == Payment.Status.EXPIRED
        assert visitor.get(path(link)).status_code == 410
        assert asked(booked).pk != link.pk

    def test_what_was_paid_at_the_last_second_stays_paid(
        self, visitor: Visitor, stripe: Stripe, booked: Appointment
    ) -> None:
        link = asked(booked)
        visitor.post(path(link))
        stripe.pay(booked)
        assert payment_links.withdraw(link_id=link.pk, now=now()).paid_at is not None
        assert not Refund.objects.exists()

    def test_the_sweep_closes_what_is_too_old(self, visitor: Visitor, stripe: Stripe, booked: Appointment) -> None:
        link = asked(booked)
        reconcile_payments()
        assert PaymentLink.objects.get().is_open
        with time_machine.travel(now() + 31 * DAY):
            assert visitor.get(path(link)).status_code == 410
            reconcile_payments()
        assert not PaymentLink.objects.get().is_open


class TestTheOffice:
    @pytest.fixture
    def office(self, client: Client, login_as: Any, booked: Appointment, documents: None) -> Client:
        login_as(booked.practitioner.user)
        return client

    def test_ask_and_withdraw(self, office: Client, booked: Appointment) -> None:
        where = f"/espace-praticien/rendez-vous/{booked.reference}/"
        assert "Demander un paiement en ligne" in office.get(where).content.decode()
        assert "2,45" in office.get(f"{where}demander-paiement/").content.decode()
        assert office.post(f"{where}demander-paiement/", {"montant": "25", "message": "Solde"}).status_code == 302
        link = PaymentLink.objects.get()
        assert link.token in office.get(where).content.decode()
        again = office.post(f"{where}demander-paiement/", {"montant": "25"})
        assert again.status_code == 409
        assert office.post(f"{where}demander-paiement/retirer/").status_code == 302
        assert not PaymentLink.objects.get().is_open
        assert office.post(f"{where}demander-paiement/retirer/").status_code == 404

    @pytest.mark.parametrize(
        "sent",
        [
            {"montant": "60,01"},
            {"montant": "0"},
            {"montant": "-5"},
            {"montant": "2,45"},
            {"montant": "1e3"},
            {"montant": "9" * 40},
            {"montant": ""},
            {"montant": "10", "message": "x" * 301},
        ],
    )
    def test_what_cannot_be_asked_keeps_what_was_typed(
        self, office: Client, booked: Appointment, sent: dict[str, str]
    ) -> None:
        answer = office.post(f"/espace-praticien/rendez-vous/{booked.reference}/demander-paiement/", sent)
        assert answer.status_code == 422
        assert not PaymentLink.objects.exists()

    def test_anothers_appointment_does_not_exist(self, office: Client) -> None:
        foreign = AppointmentFactory(starts_at=now() + 3 * DAY)
        where = f"/espace-praticien/rendez-vous/{foreign.reference}/demander-paiement/"
        assert office.get(where).status_code == 404
        assert office.post(where, {"montant": "10"}).status_code == 404
        assert office.post(f"{where}retirer/").status_code == 404


class TestOnAnotherDevice:
    def test_the_same_page_and_one_charge(
        self, visitor: Visitor, another_visitor: Visitor, stripe: Stripe, paid_service
    ) -> None:
        appointment, answer = visitor.book(*paid_service, free_start(*paid_service, 60))
        page = visitor.get(f"/rendez-vous/{appointment.reference}/verifier/?paiement=interrompu").content.decode()
        link = access.resume_url(appointment)
        assert link in page
        elsewhere = link[link.index("/rendez-vous/") :]
        shown = another_visitor.get(elsewhere).content.decode()
        assert "Terminer le paiement" in shown
        assert appointment.contact_email not in shown
        assert another_visitor.post(elsewhere)["Location"] == answer["Location"]
        stripe.pay(appointment)
        assert another_visitor.get(f"/rendez-vous/{appointment.reference}/paiement/").status_code == 200
        back = another_visitor.get(f"/rendez-vous/{appointment.reference}/paiement/?essai=1")
        assert back["Location"].endswith("?merci=1")
        assert another_visitor.get(back["Location"]).status_code == 200
        assert Payment.objects.get().status == "paid"
        assert another_visitor.get(elsewhere).status_code == 302

    def test_a_forged_link_opens_nothing(
        self, another_visitor: Visitor, visitor: Visitor, paid_service, stripe
    ) -> None:
        appointment, _answer = visitor.book(*paid_service, free_start(*paid_service, 60))
        other = access.resume_url(AppointmentFactory(holder_key="somebody"))
        for token in ("x", "x" * 5000, other.rstrip("/").rpartition("/")[2], access.token(appointment)):
            assert another_visitor.get(f"/rendez-vous/{appointment.reference}/reprendre/{token}/").status_code == 404
        assert another_visitor.get(f"/rendez-vous/{appointment.reference}/paiement/").status_code == 404

    def test_a_time_that_was_freed_cannot_be_paid(
        self, visitor: Visitor, another_visitor: Visitor, stripe, paid_service
    ) -> None:
        appointment, _answer = visitor.book(*paid_service, free_start(*paid_service, 60))
        link = access.resume_url(appointment)
        visitor.post(f"/rendez-vous/{appointment.reference}/liberer/")
        assert Payment.objects.get().status == Payment.Status.EXPIRED
        elsewhere = link[link.index("/rendez-vous/") :]
        assert another_visitor.get(elsewhere).status_code == 410
        assert another_visitor.post(elsewhere).status_code in {409, 410}


def test_the_mail_leads_to_the_page(booked: Appointment, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        link = asked(booked, 2500)
    (message,) = [one for one in mail.outbox if booked.contact_email in one.to]
    assert f"/rendez-vous/payer/{link.token}/" in message.body
    assert "25,00" in message.subject
