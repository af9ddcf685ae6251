"""Each invoice and each credit note is announced once, to who it is made out to, with a link that opens it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from booking.actions import client_invoices, client_records, fee_invoices, invoices, wordings
from booking.ledger.entries import payment_taken, refund_done
from booking.models import Appointment, Invoice
from booking.notifications import held_back, preferences
from booking.notifications.kinds import KINDS
from booking.notifications.wording import Words
from common import delivery
from common.clock import now
from common.models import OutboxMessage
from practitioners.models import Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.invoices import PLATFORM, billing_practitioner, fee_paid, given_back, session_that_took_place
from tests.plugins.people import sign_in_fully

NB = "\u00a0"
CMS = "/cms/messages/fee_invoice_issued/practitioner/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def platform(settings: Any) -> None:
    settings.PLATFORM_IDENTITY = PLATFORM


@pytest.fixture
def practitioner() -> Practitioner:
    return billing_practitioner()


@pytest.fixture
def appointment(practitioner: Practitioner) -> Appointment:
    return session_that_took_place(practitioner, paid=2000)


def sent(template: str) -> OutboxMessage:
    message = OutboxMessage.objects.get(template=f"booking/{template}")
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert message.status == OutboxMessage.Status.SENT, message.last_error
    return message


def test_the_invoice_of_a_session_is_announced_once_with_the_page_that_has_it(appointment: Appointment) -> None:
    invoice = client_invoices.issue(appointment=appointment, now=now())
    invoices.mark_paid(invoice=invoice, now=now())
    message = sent("invoice_issued_client")
    assert message.to == appointment.contact_email
    assert invoice.number in message.subject
    assert f"60,00{NB}€" in message.html.replace("&nbsp;", NB)
    assert message.text.rstrip().count("/compte/factures/") == 1
    # What is still to be paid when it is issued is said with its day.
    assert f"40,00{NB}€" in message.text
    assert message.attachments == []


def test_a_guest_opens_it_by_the_link_of_the_mail(practitioner: Practitioner) -> None:
    appointment = session_that_took_place(practitioner, paid=2000)
    record = client_records.create(practitioner=practitioner, first_name="Léa", last_name="Bernard", now=now())
    Appointment.objects.filter(pk=appointment.pk).update(client=None, record=record, booked_in_office=True)
    invoice = client_invoices.issue(appointment=appointment, now=now())
    link = next(word for word in sent("invoice_issued_client").text.split() if "/rendez-vous/" in word)
    visitor = Client()
    pdf = f"/rendez-vous/{appointment.reference}/facture-{invoice.pk}.pdf"
    assert visitor.get(pdf).status_code == 404
    page = visitor.get(link[link.index("/rendez-vous/") :], follow=True).content.decode()
    assert pdf in page
    answer = visitor.get(pdf)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")


def test_the_file_of_another_s_appointment_stays_closed(appointment: Appointment, practitioner: Practitioner) -> None:
    invoice = client_invoices.issue(appointment=appointment, now=now())
    other = session_that_took_place(practitioner)
    assert other.client is not None
    visitor = Client()
    sign_in_fully(visitor, other.client)
    for reference in (appointment.reference, other.reference):
        assert visitor.get(f"/rendez-vous/{reference}/facture-{invoice.pk}.pdf").status_code == 404
    assert visitor.get(f"/rendez-vous/{other.reference}/facture-{2**70}.pdf").status_code == 404


def test_a_credit_note_is_announced_with_its_reason(appointment: Appointment) -> None:
    invoice = client_invoices.issue(appointment=appointment, now=now())
    note = invoices.correct(invoice=invoice, amount_cents=1000, reason="Tarif <annoncé> & promis", now=now())
    message = sent("credit_issued_client")
    assert note.number in message.subject
    assert invoice.number in message.text
    assert "Tarif <annoncé> & promis" in message.text
    assert "Tarif &lt;annoncé&gt; &amp; promis" in message.html
    assert "À payer" not in message.text
    assert OutboxMessage.objects.filter(template="booking/invoice_issued_client").count() == 1


def test_the_monthly_invoice_is_announced_once_however_often_the_month_is_looked_at(
    practitioner: Practitioner,
) -> None:
    fee_paid(practitioner, now() - dt.timedelta(days=40))
    for _time in range(3):
        fee_invoices.issue_all(practitioner_ids=[practitioner.pk], now=now())
    message = sent("fee_invoice_issued_practitioner")
    bill = Invoice.objects.get()
    assert message.to == practitioner.professional_email
    assert message.about == f"invoice:{bill.number}"
    assert f"/espace-praticien/paiements/factures/{bill.pk}/" in message.html
    assert "Rien n’est à payer" in message.text
    office = Client()
    sign_in_fully(office, practitioner.user)
    assert office.get(f"/espace-praticien/paiements/factures/{bill.pk}/").status_code == 200


def test_a_fee_given_back_is_announced_as_a_credit_note(practitioner: Practitioner) -> None:
    then = now() - dt.timedelta(days=70)
    payment = fee_paid(practitioner, then)
    payment_taken(payment, now=then)
    fee_invoices.issue_month(practitioner_id=practitioner.pk, now=then + dt.timedelta(days=32))
    refund = given_back(payment.appointment, 6000, cause="late", returns_fee=True, settled_at=then)
    refund_done(refund, now=then)
    fee_invoices.issue_month(practitioner_id=practitioner.pk, now=now())
    message = sent("fee_credit_issued_practitioner")
    assert Invoice.objects.get(credit_of=None).number in message.text


def test_it_is_no_choice_of_the_practitioner_s(practitioner: Practitioner) -> None:
    """The law makes the platform hand the invoice over."""
    preferences.choose_as_practitioner(
        practitioner_id=practitioner.pk, bookings=False, changes=False, tomorrow=False, now=now()
    )
    fee_paid(practitioner, now() - dt.timedelta(days=40))
    fee_invoices.issue_month(practitioner_id=practitioner.pk, now=now())
    assert sent("fee_invoice_issued_practitioner").reason == ""


def test_what_is_told_otherwise_is_held_back(practitioner: Practitioner) -> None:
    fee_paid(practitioner, now() - dt.timedelta(days=40))
    with held_back():
        fee_invoices.issue_month(practitioner_id=practitioner.pk, now=now())
    assert not OutboxMessage.objects.exists()


@pytest.fixture
def desk(client: Client, admin_user: Any) -> Client:
    sign_in_fully(client, admin_user)
    return client


def test_the_operator_writes_them_with_the_words_that_an_invoice_has(desk: Client, practitioner: Practitioner) -> None:
    assert "Facture de la plateforme" in desk.get("/cms/messages/").content.decode()
    page = desk.get(CMS).content.decode()
    assert "{numero}" in page
    assert "{seance}" not in page
    assert 'name="reference"' not in page
    refused = desk.post(CMS, {"opening": "Votre {seance}"})
    assert refused.status_code == 422
    assert "{seance}" in refused.content.decode()
    words = {"subject": "Facture {numero}", "opening": "{prenom}, voici {montant}."}
    shown = desk.post(f"{CMS}apercu/", words | {"forme": "texte"}).content.decode()
    assert f"Claire, voici 20,00{NB}€." in shown
    assert desk.post(CMS, words).status_code == 302
    fee_paid(practitioner, now() - dt.timedelta(days=40))
    (bill,) = fee_invoices.issue_month(practitioner_id=practitioner.pk, now=now())
    message = sent("fee_invoice_issued_practitioner")
    assert message.subject == f"Facture {bill.number}"
    assert f"{practitioner.first_name}, voici" in message.text


@pytest.mark.parametrize(
    "path",
    [
        "invoice_issued/client/",
        "credit_issued/client/",
        "fee_invoice_issued/practitioner/",
        "fee_credit_issued/practitioner/",
    ],
)
def test_each_has_its_page_and_its_preview(desk: Client, path: str) -> None:
    assert desk.get(f"/cms/messages/{path}").status_code == 200
    shown = desk.get(f"/cms/messages/{path}apercu/").content.decode()
    assert "F-2026-0042" in shown
    assert ("F-2026-0038" in shown) == path.startswith(("credit", "fee_credit"))
    assert desk.post(f"/cms/messages/{path}apercu/", {"forme": "texte"}).status_code == 200


def test_words_saved_by_hand_for_one_kind_leave_the_others(practitioner: Practitioner) -> None:
    wordings.save(
        kind=KINDS["invoice_issued"],
        reader="client",
        words=Words(opening="Merci {prenom}."),
        author=UserFactory(),
        now=now(),
    )
    session = session_that_took_place(practitioner, paid=6000)
    invoice = client_invoices.issue(appointment=session, now=now())
    invoices.correct(invoice=invoice, amount_cents=500, reason="Geste", now=now())
    assert f"Merci {session.contact_first_name}." in sent("invoice_issued_client").text
    assert "Merci" not in sent("credit_issued_client").text
