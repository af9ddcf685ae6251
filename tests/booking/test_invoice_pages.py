"""Invoices in the office and in the account: who reads what, what is refused in words, and what the accountant takes away."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from booking.actions import client_invoices, fee_invoices, invoices
from booking.invoicing import export
from booking.models import Appointment, BillingDetails, Invoice, InvoicingSettings, PaymentLink
from booking.tasks import keep_invoices
from common.clock import PARIS, now, today
from practitioners.models import Practitioner
from tests.booking.factur_x_rules import attached
from tests.factories.accounts import UserFactory
from tests.factories.booking import PaymentFactory
from tests.factories.invoices import PLATFORM, billing_practitioner, fee_paid, given_back, session_that_took_place
from tests.factories.legal import Kind, make_document, make_version
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.people import say_why, sign_in_fully

OFFICE = "/espace-praticien/paiements/factures/"
NASTY = ["\0", "é" * 10_000, "🧘", "\u202eabc", "<b>x</b>", "1e400", "-1", "=1+1"]


@pytest.fixture(autouse=True)
def platform(settings: Any) -> None:
    settings.PLATFORM_IDENTITY = PLATFORM


def signed_in(user: Any) -> Client:
    client = Client()
    sign_in_fully(client, user)
    return client


@pytest.fixture
def practitioner(db: None) -> Practitioner:
    return billing_practitioner()


@pytest.fixture
def appointment(practitioner: Practitioner) -> Appointment:
    return session_that_took_place(practitioner, paid=2000)


@pytest.fixture
def invoice(appointment: Appointment) -> Invoice:
    return client_invoices.issue(appointment=appointment, now=now())


def test_both_read_the_pdf_and_nobody_else(invoice: Invoice) -> None:
    office, mine = f"{OFFICE}{invoice.pk}/pdf/", f"/compte/factures/{invoice.pk}/pdf/"
    for client, path in ((signed_in(invoice.practitioner.user), office), (signed_in(invoice.client), mine)):
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert "private" in answer["Cache-Control"]
        assert "factur-x.xml" in attached(answer.content)
    stranger, colleague = signed_in(UserFactory()), signed_in(billing_practitioner().user)
    assert stranger.get(mine).status_code == 404
    assert colleague.get(office).status_code == 404
    assert colleague.get(f"{OFFICE}{invoice.pk}/").status_code == 404
    assert colleague.post(f"{OFFICE}{invoice.pk}/avoir/", {"amount": "1", "reason": "x"}).status_code == 404
    assert Client().get(mine).status_code == 302


def test_a_fee_invoice_is_no_clients_and_is_not_credited_by_who_pays_it(practitioner: Practitioner) -> None:
    fee_paid(practitioner, now() - dt.timedelta(days=40))
    (bill,) = fee_invoices.issue_month(practitioner_id=practitioner.pk, now=now())
    client = signed_in(practitioner.user)
    assert client.get(f"{OFFICE}{bill.pk}/").status_code == 200
    assert client.get(f"/compte/factures/{bill.pk}/pdf/").status_code == 404
    assert client.post(f"{OFFICE}{bill.pk}/avoir/", {"amount": "1", "reason": "x"}).status_code == 404
    assert client.post(f"{OFFICE}{bill.pk}/payee/").status_code == 404
    assert b"F-" in client.get(f"{OFFICE}?type=frais").content
    assert b"F-" not in client.get(f"{OFFICE}?type=clients").content


def test_the_mandate_is_accepted_on_the_way_and_nothing_before(db: None) -> None:
    practitioner = PractitionerFactory()
    version = make_version(make_document(Kind.MANDATE, title="Mandats"))
    session = session_that_took_place(practitioner)
    client = signed_in(practitioner.user)
    asked = f"/espace-praticien/rendez-vous/{session.reference}/facture/"
    assert client.post(asked)["Location"] == f"{OFFICE}reglages/"
    refused = client.post(f"{OFFICE}reglages/", {"vat": "franchise"})
    assert refused.status_code == 422
    assert "cochez la case" in refused.content.decode()
    assert not InvoicingSettings.objects.exists()
    assert client.post(f"{OFFICE}reglages/", {"vat": "franchise", "mandate": "on"}).status_code == 302
    assert version.acceptances.get().detail.user == practitioner.user
    answer = client.post(asked)
    row = Invoice.objects.get()
    assert answer["Location"] == f"{OFFICE}{row.pk}/"
    assert row.mandate == version.acceptances.get()
    assert client.post(asked)["Location"] == f"{OFFICE}{row.pk}/"
    assert Invoice.objects.count() == 1


def test_charging_vat_needs_a_vat_number(practitioner: Practitioner) -> None:
    client = signed_in(practitioner.user)
    answer = client.post(f"{OFFICE}reglages/", {"vat": "standard"})
    assert answer.status_code == 422
    assert "numéro de TVA" in answer.content.decode()


def test_a_credit_note_is_refused_beyond_the_invoice_and_loses_nothing_typed(invoice: Invoice) -> None:
    client = signed_in(invoice.practitioner.user)
    path = f"{OFFICE}{invoice.pk}/avoir/"
    answer = client.post(path, {"amount": "60,01", "reason": "Séance écourtée"})
    assert answer.status_code == 409
    assert "Séance écourtée" in answer.content.decode()
    assert client.post(path, {"amount": "", "reason": ""}).status_code == 422
    assert client.post(path, {"amount": "25,50", "reason": "Séance écourtée"}).status_code == 302
    assert invoice.credit_notes.get().gross_cents == 2550
    page = client.get(f"{OFFICE}{invoice.pk}/").content.decode()
    assert "14,50\u00a0€ restent à payer" in page


def test_what_came_on_the_spot_is_noted_once(invoice: Invoice) -> None:
    client = signed_in(invoice.practitioner.user)
    for _time in range(2):
        assert client.post(f"{OFFICE}{invoice.pk}/payee/").status_code == 302
    invoice.refresh_from_db()
    assert invoice.paid_at is not None
    assert "Payée" in client.get(OFFICE).content.decode()


def test_a_client_has_the_invoice_made_and_made_out_to_a_business(appointment: Appointment) -> None:
    client = signed_in(appointment.client)
    assert "Obtenir la facture" in client.get("/compte/factures/").content.decode()
    typed = {"name": "Atelier du Port", "siren": "552 100 554", "street": "3 quai des Belges", "postal_code": "13001"}
    answer = client.post("/compte/factures/destinataire/", typed)
    assert answer.status_code == 422
    assert "Atelier du Port" in answer.content.decode()
    assert client.post("/compte/factures/destinataire/", {**typed, "town": "Marseille"}).status_code == 302
    assert client.post(f"/compte/factures/demander/{appointment.reference}/").status_code == 302
    row = Invoice.objects.get()
    assert (row.buyer["name"], row.buyer["siren"]) == ("Atelier du Port", "552100554")
    page = client.get("/compte/factures/").content.decode()
    assert row.number in page
    assert "Obtenir la facture" not in page


def test_nobody_has_the_invoice_of_somebody_else_made(appointment: Appointment) -> None:
    assert signed_in(UserFactory()).post(f"/compte/factures/demander/{appointment.reference}/").status_code == 404
    assert not Invoice.objects.exists()


@pytest.mark.parametrize("nasty", NASTY)
def test_bad_input_is_answered_in_words(invoice: Invoice, nasty: str) -> None:
    office, mine = signed_in(invoice.practitioner.user), signed_in(invoice.client)
    answers = [
        office.get(OFFICE, {"page": nasty, "type": nasty}),
        office.get(f"{OFFICE}export/", {"first": nasty, "last": nasty, "kind": nasty}),
        office.post(f"{OFFICE}reglages/", {"vat": nasty, "mandate": nasty}),
        office.post(f"{OFFICE}{invoice.pk}/avoir/", {"amount": nasty, "reason": nasty}),
        mine.get("/compte/factures/", {"page": nasty}),
        mine.post("/compte/factures/destinataire/", dict.fromkeys(("siren", "vat_number", "postal_code"), nasty)),
    ]
    assert [answer.status_code for answer in answers if answer.status_code not in (200, 400, 422)] == []
    assert not invoice.credit_notes.exists()
    assert office.get(f"{OFFICE}{2**64}/").status_code == 404
    assert mine.get(f"/compte/factures/{2**64}/pdf/").status_code == 404


def test_the_spreadsheet_computes_nothing_that_was_typed(practitioner: Practitioner, appointment: Appointment) -> None:
    BillingDetails.objects.create(user=appointment.client, name="=cmd|' /C calc'!A0", updated_at=now())
    client_invoices.issue(appointment=appointment, now=now())
    day = today().isoformat()
    answer = signed_in(practitioner.user).get(f"{OFFICE}export/", {"first": day, "last": day, "kind": "csv"})
    text = answer.content.decode("utf-8-sig")
    (head, row) = csv.reader(io.StringIO(text), delimiter=";")
    assert len(head) == len(row) == 15
    assert row[6].startswith("'=")
    assert row[11] == "60,00"


def test_accounting_entries_have_the_18_columns_and_balance(practitioner: Practitioner) -> None:
    appointment = session_that_took_place(practitioner)
    invoice = client_invoices.issue(appointment=appointment, now=now())
    given_back(appointment, 1500)
    client_invoices.credit_refunds(invoice=invoice, now=now())
    fee_paid(practitioner, now() - dt.timedelta(days=40))
    fee_invoices.issue_month(practitioner_id=practitioner.pk, now=now())
    text = export.fec(practitioner, today() - dt.timedelta(days=60), today())
    head, *rows = [line.split("\t") for line in text.splitlines()]
    assert head == list(export.FEC_COLUMNS)
    assert {len(row) for row in rows} == {18}
    entries: dict[str, int] = {}
    for row in rows:
        cents = int(row[11].replace(",", "")) - int(row[12].replace(",", ""))
        entries[row[2]] = entries.get(row[2], 0) + cents
    assert set(entries.values()) == {0}
    # Numbered in the order of their dates, none left out.
    assert list(entries) == [str(number) for number in range(1, len(entries) + 1)]
    assert [row[3] for row in rows] == sorted(row[3] for row in rows)
    sold = sum(int(row[12].replace(",", "")) - int(row[11].replace(",", "")) for row in rows if row[4] == "706000")
    assert sold == 4500
    assert export.fec_name(practitioner, today()) == f"732829320FEC{today():%Y%m%d}.txt"


def test_a_name_with_tabs_and_lines_stays_one_cell(practitioner: Practitioner) -> None:
    appointment = session_that_took_place(practitioner, contact_last_name="Ber\tnard\r\nX")
    client_invoices.issue(appointment=appointment, now=now())
    rows = export.fec(practitioner, today(), today()).splitlines()[1:]
    assert {row.count("\t") for row in rows} == {17}


def test_the_sweep_issues_credits_and_settles(db: None, django_capture_on_commit_callbacks: Any) -> None:
    automatic = billing_practitioner(automatic=True)
    by_hand = session_that_took_place(billing_practitioner())
    full, given = session_that_took_place(automatic), session_that_took_place(automatic)
    given_back(given, 6000)
    for _time in range(2):
        keep_invoices()
    row = Invoice.objects.get()
    assert row.appointment == full
    assert row.file.sha256
    assert not Invoice.objects.filter(appointment=by_hand).exists()
    given_back(full, 1000)
    for _time in range(2):
        keep_invoices()
    assert [note.gross_cents for note in row.credit_notes.all()] == [1000]


def test_the_list_asks_the_database_little(practitioner: Practitioner, django_assert_max_num_queries: Any) -> None:
    for _number in range(12):
        client_invoices.issue(appointment=session_that_took_place(practitioner), now=now())
    client = signed_in(practitioner.user)
    client.get(OFFICE)
    with django_assert_max_num_queries(24):
        client.get(OFFICE)


def test_paris_says_which_day_it_is(practitioner: Practitioner) -> None:
    evening = dt.datetime(now().year + 1, 1, 1, 0, 30, tzinfo=PARIS)
    row = client_invoices.issue(appointment=session_that_took_place(practitioner), now=evening)
    assert row.number.startswith(f"C-{evening.year}-")


def test_the_operator_corrects_what_the_platform_issued_and_reads_nothing_else(
    practitioner: Practitioner, invoice: Invoice
) -> None:
    fee_paid(practitioner, now() - dt.timedelta(days=40))
    (bill,) = fee_invoices.issue_month(practitioner_id=practitioner.pk, now=now())
    client = signed_in(UserFactory(roles=[Role.OPERATOR]))
    page = client.get("/cms/factures/", {"q": bill.number}).content.decode()
    assert bill.number in page
    assert invoice.number not in client.get("/cms/factures/").content.decode()
    assert client.get(f"/cms/factures/{invoice.pk}/").status_code == 404
    assert client.get(f"/cms/factures/{invoice.pk}/pdf/").status_code == 404
    say_why(client, f"/cms/factures/{bill.pk}/pdf/")
    assert client.get(f"/cms/factures/{bill.pk}/pdf/").content.startswith(b"%PDF")
    path = f"/cms/factures/{bill.pk}/avoir/"
    assert client.post(path, {"amount": "2,46", "reason": "Geste"}).status_code == 409
    assert client.post(path, {"amount": "x", "reason": ""}).status_code == 422
    assert client.post(path, {"amount": "1,00", "reason": "Geste commercial"}).status_code == 302
    assert bill.credit_notes.get().reason == "Geste commercial"
    assert client.get(f"/cms/factures/{bill.credit_notes.get().pk}/").status_code == 200


def test_the_page_of_an_appointment_offers_its_invoice_then_shows_it(
    practitioner: Practitioner, appointment: Appointment
) -> None:
    client = signed_in(practitioner.user)
    path = f"/espace-praticien/rendez-vous/{appointment.reference}/"
    assert "Émettre la facture" in client.get(path).content.decode()
    row = client_invoices.issue(appointment=appointment, now=now())
    page = client.get(path).content.decode()
    assert row.number in page
    assert "Émettre la facture" not in page


def test_what_is_paid_online_afterwards_settles_the_invoice(appointment: Appointment, invoice: Invoice) -> None:
    """Forty euros were left; ten of them are credited, and the link asked for the rest."""
    invoices.correct(invoice=invoice, amount_cents=1000, reason="Séance écourtée", now=now())
    keep_invoices()
    invoice.refresh_from_db()
    assert invoice.paid_at is None
    moment = now()
    link = PaymentLink.objects.create(
        appointment=appointment,
        token="reste",
        amount_cents=3000,
        created_by=appointment.practitioner.user,
        created_at=moment,
        expires_at=moment + dt.timedelta(days=7),
        paid_at=moment,
    )
    PaymentFactory(appointment=appointment, attempt=2, amount_cents=3000, fee_cents=0, link=link, paid_at=moment)
    keep_invoices()
    invoice.refresh_from_db()
    assert invoice.paid_at is not None
