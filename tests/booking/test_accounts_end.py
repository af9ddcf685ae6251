"""Names in accounts end with their time; nobody but the nightly run ends them, and figures never change."""

import datetime as dt
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from booking.actions import client_invoices, fee_invoices
from booking.models import Invoice, InvoiceFile, InvoiceLine
from booking.tasks.invoices import keep_invoices
from common.clock import now
from common.retention import ending
from legal.retention import engine
from practitioners.models import Practitioner
from tests.factories.invoices import PLATFORM, billing_practitioner, fee_paid, session_that_took_place
from tests.factories.retention import approve
from tests.plugins.people import sign_in_fully

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def platform(settings: Any) -> None:
    settings.PLATFORM_IDENTITY = PLATFORM


@pytest.fixture
def invoice() -> Invoice:
    practitioner = billing_practitioner(first_name="Odile", last_name="Vasseur")
    session = session_that_took_place(practitioner)
    return client_invoices.issue(appointment=session, now=now())


def ended(invoice: Invoice, *, years: int) -> None:
    when = now() - relativedelta(years=years, days=1)
    Practitioner.objects.filter(pk=invoice.practitioner_id).update(status="ended", ended_at=when)


def the_night() -> None:
    approve("invoice-names", now=now())
    engine.run(now=now(), only="invoice-names")


def test_an_invoice_is_whole_for_ten_years_after_the_contract_and_a_figure_afterwards(invoice) -> None:
    ended(invoice, years=9)
    the_night()
    invoice.refresh_from_db()
    assert invoice.buyer["name"]
    figures = (invoice.number, invoice.issued_on, invoice.net_cents, invoice.gross_cents, invoice.paid_at)
    ended(invoice, years=10)
    the_night()
    invoice.refresh_from_db()
    assert (invoice.number, invoice.issued_on, invoice.net_cents, invoice.gross_cents, invoice.paid_at) == figures
    assert invoice.is_ended
    assert invoice.seller == Invoice.NOBODY
    assert not invoice.lines.exclude(label="", detail="").exists()


def test_the_file_is_gone_and_no_sweep_makes_it_again(invoice, client) -> None:
    keep_invoices()
    assert InvoiceFile.objects.filter(pk=invoice.pk).exists()
    ended(invoice, years=10)
    the_night()
    keep_invoices()
    assert not InvoiceFile.objects.filter(pk=invoice.pk).exists()
    sign_in_fully(client, invoice.client)
    response = client.get(reverse("my_invoice_file", args=[invoice.pk]))
    assert response.status_code == 410
    assert client.get(reverse("my_invoices")).status_code == 200


@pytest.mark.parametrize("column", ["gross_cents", "number", "issued_on"])
def test_even_the_night_cannot_change_a_figure(invoice, column) -> None:
    changed = {"gross_cents": 1, "number": "X-1", "issued_on": dt.date(2020, 1, 1)}[column]
    with pytest.raises(IntegrityError), transaction.atomic(), ending():
        Invoice.objects.filter(pk=invoice.pk).update(**{column: changed})


def test_nobody_but_the_night_takes_a_name_away(invoice) -> None:
    for refused in (
        lambda: Invoice.objects.filter(pk=invoice.pk).update(buyer=Invoice.NOBODY),
        lambda: InvoiceLine._base_manager.filter(invoice=invoice).update(label=""),
        lambda: InvoiceLine._base_manager.filter(invoice=invoice).delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            refused()


def test_invoices_of_contracts_that_ended_long_ago_are_in_an_archive(client, login_as) -> None:
    practitioner = billing_practitioner(last_name="Vasseur")
    fee_paid(practitioner, now() - relativedelta(months=2))
    (bill,) = fee_invoices.issue_month(practitioner_id=practitioner.pk, now=now())
    number = bill.number
    login_as(Role.OPERATOR)
    page = reverse("cms_invoices")
    assert number in client.get(page).content.decode()
    Practitioner.objects.filter(pk=practitioner.pk).update(
        status="ended", ended_at=now() - relativedelta(years=5, days=1)
    )
    assert number not in client.get(page).content.decode()
    assert number in client.get(page, {"archive": "1"}).content.decode()
