"""Invoices are numbered without a gap by the database, and stay what they were when they were issued."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from booking.actions import client_invoices, invoices
from booking.errors import CreditBeyond, InvoicedAlready, MandateMissing, NotInvoiceable
from booking.invoicing import vat
from booking.models import Invoice, InvoiceFile, InvoiceLine, InvoiceSeries, InvoicingSettings
from common.clock import now
from tests.factories.invoices import PLATFORM, billing_practitioner, given_back, numbers, session_that_took_place
from tests.factories.practitioners import PractitionerFactory


@pytest.fixture(autouse=True)
def platform(settings: Any) -> None:
    settings.PLATFORM_IDENTITY = PLATFORM


def issued(practitioner: Any, at: dt.datetime | None = None, **fields: Any) -> Invoice:
    return client_invoices.issue(appointment=session_that_took_place(practitioner, **fields), now=at or now())


@pytest.mark.django_db
def test_each_issuer_has_its_own_series_of_each_year() -> None:
    one, other = billing_practitioner(), billing_practitioner()
    later = now() + dt.timedelta(days=366)
    first, second, elsewhere = issued(one), issued(one), issued(other)
    next_year = issued(one, later)
    year = now().year
    assert [first.number, second.number] == [f"C-{year}-00001", f"C-{year}-00002"]
    assert elsewhere.number == f"C-{year}-00001"
    assert next_year.number == f"C-{later.year}-00001"


@pytest.mark.django_db
def test_what_is_rolled_back_gives_its_number_back() -> None:
    practitioner = billing_practitioner()
    issued(practitioner)
    with transaction.atomic():
        issued(practitioner)
        transaction.set_rollback(True)
    issued(practitioner)
    assert numbers(Invoice.objects.all()) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_invoices_issued_at_once_are_numbered_without_a_gap() -> None:
    """Eight at once, every third of which is rolled back after it had its number."""
    practitioner = billing_practitioner()
    sessions = [session_that_took_place(practitioner) for _n in range(8)]
    moment, start = now(), threading.Barrier(8)

    def act(number: int) -> None:
        start.wait(10)
        with transaction.atomic():
            client_invoices.issue(appointment=sessions[number], now=moment)
            transaction.set_rollback(number % 3 == 2)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(8)))
    assert numbers(Invoice.objects.all()) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_one_session_invoiced_twice_at_once_has_one_invoice() -> None:
    practitioner = billing_practitioner()
    appointment = session_that_took_place(practitioner)
    start = threading.Barrier(4)

    def refused(_number: int) -> bool:
        start.wait(10)
        try:
            client_invoices.issue(appointment=appointment, now=now())
        except InvoicedAlready:
            return True
        finally:
            connection.close()
        return False

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(refused, range(4)))
    assert Invoice.objects.count() == 1
    assert sorted(answers) == [False, True, True, True]


@pytest.mark.django_db
def test_dates_never_go_backwards_within_a_series() -> None:
    practitioner = billing_practitioner()
    sessions = [session_that_took_place(practitioner) for _n in range(2)]
    first = client_invoices.issue(appointment=sessions[0], now=now() + dt.timedelta(days=3))
    second = client_invoices.issue(appointment=sessions[1], now=now())
    assert second.issued_on == first.issued_on
    assert second.due_on >= second.issued_on


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "update booking_invoice set gross_cents = gross_cents + 1, net_cents = net_cents + 1",
        "update booking_invoice set buyer = '{}'",
        "update booking_invoice set number = 'C-2020-00001'",
        "delete from booking_invoice",
        "truncate booking_invoice cascade",
        "update booking_invoiceline set label = 'autre chose'",
        "delete from booking_invoiceline",
        "update booking_invoicefile set content = ''",
        "delete from booking_invoicefile",
        "update booking_invoiceseries set last = 0",
        "delete from booking_invoiceseries",
        "truncate booking_invoiceseries",
    ],
)
def test_the_database_refuses_to_change_what_was_issued(change: str) -> None:
    from booking.invoicing.pdf import file_of

    file_of(issued(billing_practitioner()))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db
def test_only_when_it_was_paid_is_written_afterwards() -> None:
    invoice = issued(billing_practitioner(), paid=2000)
    assert (invoice.due_cents, invoice.paid_at) == (4000, None)
    invoices.mark_paid(invoice=invoice, now=now())
    invoice.refresh_from_db()
    assert invoice.paid_at is not None


@pytest.mark.django_db(transaction=True)
def test_no_line_is_added_to_what_was_issued() -> None:
    invoice = issued(billing_practitioner())
    with pytest.raises(IntegrityError):
        InvoiceLine.objects.create(invoice=invoice, position=2, label="Ajout", net_cents=100, gross_cents=100)


@pytest.mark.django_db
def test_an_invoice_whose_lines_do_not_sum_to_it_is_refused() -> None:
    invoice = issued(billing_practitioner())
    values = {
        field.attname: getattr(invoice, field.attname)
        for field in Invoice._meta.concrete_fields
        if field.name not in {"id", "year", "sequence", "number", "written_in", "appointment"}
    }
    row = Invoice.objects.create(**values, appointment=session_that_took_place(invoice.practitioner))
    InvoiceLine.objects.create(invoice=row, position=1, label="Moins", net_cents=100, gross_cents=100)
    with pytest.raises(IntegrityError, match="lines sum to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_mistake_is_corrected_by_credit_notes_within_the_invoice() -> None:
    invoice = issued(billing_practitioner())
    part = invoices.correct(invoice=invoice, amount_cents=2000, reason="Tarif réduit oublié", now=now())
    assert (part.is_credit_note, part.gross_cents, part.reason) == (True, 2000, "Tarif réduit oublié")
    assert part.sequence == invoice.sequence + 1
    with pytest.raises(CreditBeyond):
        invoices.correct(invoice=invoice, amount_cents=4001, reason="Trop", now=now())
    with pytest.raises(InvoicedAlready):
        client_invoices.issue(appointment=invoice.appointment, now=now())
    invoices.correct(invoice=invoice, amount_cents=4000, reason="Erreur de client", now=now())
    again = client_invoices.issue(appointment=invoice.appointment, now=now())
    assert numbers(Invoice.objects.filter(issuer=invoice.issuer)) == [1, 2, 3, 4]
    assert again.gross_cents == 6000


@pytest.mark.django_db
def test_the_database_itself_bounds_credit() -> None:
    invoice = issued(billing_practitioner())
    note = invoices.correct(invoice=invoice, amount_cents=6000, reason="Erreur", now=now())
    values = {
        field.attname: getattr(note, field.attname)
        for field in Invoice._meta.concrete_fields
        if field.name not in {"id", "year", "sequence", "number", "written_in"}
    }
    with pytest.raises(IntegrityError, match="beyond its total"), transaction.atomic():
        Invoice.objects.create(**values)
    with pytest.raises(IntegrityError, match="cannot be credited"), transaction.atomic():
        Invoice.objects.create(**{**values, "credit_of_id": note.pk})


@pytest.mark.django_db
def test_nothing_is_issued_in_a_practitioners_name_without_the_mandate() -> None:
    practitioner = PractitionerFactory()
    InvoicingSettings.objects.create(practitioner=practitioner, updated_at=now())
    with pytest.raises(MandateMissing):
        issued(practitioner)
    assert not InvoiceSeries.objects.exists()


@pytest.mark.django_db
def test_what_was_given_back_before_any_invoice_is_not_invoiced() -> None:
    appointment = session_that_took_place(billing_practitioner())
    given_back(appointment, 6000)
    with pytest.raises(NotInvoiceable):
        client_invoices.issue(appointment=appointment, now=now())


@pytest.mark.django_db
def test_a_refund_gives_rise_to_one_credit_note() -> None:
    invoice = issued(billing_practitioner())
    given_back(invoice.appointment, 2500)
    for _time in range(2):
        client_invoices.credit_refunds(invoice=invoice, now=now())
    (note,) = invoice.credit_notes.all()
    assert (note.gross_cents, note.lines.get().refund.amount_cents) == (2500, 2500)
    assert not client_invoices.to_credit().exists()


@pytest.mark.django_db
def test_an_invoice_keeps_who_it_was_made_out_to() -> None:
    practitioner = billing_practitioner()
    invoice = issued(practitioner)
    practitioner.last_name, practitioner.town = "Autre", "Nantes"
    practitioner.save()
    invoice.refresh_from_db()
    assert invoice.seller["town"] == "Lyon"
    assert "Autre" not in invoice.seller["name"]


@given(
    st.lists(st.integers(min_value=0, max_value=500_000), min_size=1, max_size=30),
    st.sampled_from([0, 550, 1000, 2000]),
)
def test_vat_out_of_amounts_that_hold_it_loses_no_cent(gross: list[int], rate: int) -> None:
    nets = vat.nets(gross, rate)
    assert sum(nets) == vat.net_of(sum(gross), rate)
    assert all(0 <= net <= cents for net, cents in zip(nets, gross, strict=True))
    assert all(abs(net - vat.net_of(cents, rate)) <= 1 for net, cents in zip(nets, gross, strict=True))


def test_vat_of_the_fee_is_extracted_at_the_cent() -> None:
    assert (vat.net_of(245, 2000), vat.net_of(208, 2000), vat.net_of(6000, 0)) == (204, 173, 6000)


@pytest.mark.django_db
def test_a_file_is_made_once_and_kept() -> None:
    from booking.invoicing.pdf import file_of

    invoice = issued(billing_practitioner())
    first = file_of(invoice)
    assert file_of(invoice).sha256 == first.sha256
    assert InvoiceFile.objects.count() == 1
    assert bytes(first.content).startswith(b"%PDF-1.7")
