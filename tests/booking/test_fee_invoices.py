"""The platform's monthly invoice of its fees: each fee on one line for ever, VAT taken out of it, credit where it went back."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from booking import ledger
from booking.actions import fee_invoices, invoices
from booking.actions.invoices import Draft, Line
from booking.errors import NothingToPay
from booking.invoicing import mentions, parties
from booking.ledger.entries import payment_taken, refund_done
from booking.models import Invoice, InvoiceLine, LedgerLine, Vat
from booking.tasks import issue_fee_invoices
from common.clock import PARIS, now
from practitioners.models import Practitioner
from tests.factories.invoices import PLATFORM, billing_practitioner, fee_paid, given_back, numbers

FIRST = dt.datetime(2026, 11, 1, 4, 5, tzinfo=PARIS)
OCTOBER = dt.datetime(2026, 10, 12, 10, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def platform(settings: Any) -> None:
    settings.PLATFORM_IDENTITY = PLATFORM


@pytest.mark.django_db
def test_the_month_that_ended_is_invoiced_once_at_the_cent() -> None:
    practitioner = billing_practitioner()
    for day, cents in enumerate((245, 208, 65)):
        fee_paid(practitioner, OCTOBER + dt.timedelta(days=day), cents)
    fee_paid(practitioner, FIRST + dt.timedelta(hours=1))  # of November
    (invoice,) = fee_invoices.issue_month(practitioner_id=practitioner.pk, now=FIRST)
    assert fee_invoices.issue_month(practitioner_id=practitioner.pk, now=FIRST) == []
    assert (invoice.number, invoice.issuer) == ("F-2026-00001", None)
    assert (invoice.gross_cents, invoice.net_cents, invoice.vat_cents) == (518, 432, 86)
    assert (invoice.prepaid_cents, invoice.due_cents, invoice.paid_at) == (518, 0, FIRST)
    assert [line.gross_cents for line in invoice.lines.all()] == [245, 208, 65]
    assert (invoice.period_start, invoice.period_end) == (dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    assert fee_invoices.due(now=FIRST) == []
    assert fee_invoices.due(now=FIRST + dt.timedelta(days=30)) == [practitioner.pk]


@pytest.mark.django_db
def test_the_last_evening_of_a_month_belongs_to_it_in_paris() -> None:
    practitioner = billing_practitioner()
    fee_paid(practitioner, dt.datetime(2026, 10, 31, 23, 30, tzinfo=PARIS))
    fee_paid(practitioner, dt.datetime(2026, 11, 1, 0, 30, tzinfo=PARIS))
    (invoice,) = fee_invoices.issue_month(practitioner_id=practitioner.pk, now=FIRST)
    assert invoice.lines.count() == 1


@pytest.mark.django_db
def test_a_payment_learnt_of_late_is_on_the_next_invoice() -> None:
    practitioner = billing_practitioner()
    fee_paid(practitioner, OCTOBER)
    fee_invoices.issue_month(practitioner_id=practitioner.pk, now=FIRST)
    late = fee_paid(practitioner, OCTOBER + dt.timedelta(days=1))
    (invoice,) = fee_invoices.issue_month(practitioner_id=practitioner.pk, now=FIRST + dt.timedelta(days=30))
    assert [line.fee_of for line in invoice.lines.all()] == [late]
    assert invoice.period_start == dt.date(2026, 10, 13)


@pytest.mark.django_db
def test_the_database_refuses_a_fee_invoiced_twice() -> None:
    practitioner = billing_practitioner()
    payment = fee_paid(practitioner, OCTOBER)
    fee_invoices.issue_month(practitioner_id=practitioner.pk, now=FIRST)
    with pytest.raises(IntegrityError), transaction.atomic():
        invoices.issue(draft=_draft(practitioner, fee_of=payment), now=FIRST)


def _draft(practitioner: Practitioner, **line: Any) -> Draft:
    return Draft(
        kind=Invoice.Kind.FEE,
        practitioner=practitioner,
        prefix="F",
        seller=parties.platform(),
        buyer=parties.practitioner(practitioner),
        vat=Vat.STANDARD,
        lines=[Line(label="Frais", gross_cents=245, **line)],
        notes=mentions.of_platform(Vat.STANDARD),
        days=30,
    )


@pytest.mark.django_db
def test_a_fee_given_back_is_credited_on_its_invoice_as_the_ledger_has_it() -> None:
    practitioner = billing_practitioner()
    payment = fee_paid(practitioner, OCTOBER)
    payment_taken(payment, now=OCTOBER)
    (invoice,) = fee_invoices.issue_month(practitioner_id=practitioner.pk, now=FIRST)
    november = FIRST + dt.timedelta(days=8)
    refund = given_back(payment.appointment, 6000, cause="late", returns_fee=True, settled_at=november)
    refund_done(refund, now=november)
    december = FIRST + dt.timedelta(days=30)
    (note,) = fee_invoices.issue_month(practitioner_id=practitioner.pk, now=december)
    assert (note.credit_of, note.gross_cents, note.lines.get().fee_returned) == (invoice, 245, refund)
    assert fee_invoices.issue_month(practitioner_id=practitioner.pk, now=december) == []


@pytest.mark.django_db
def test_one_whose_facts_are_wanting_keeps_nobody_else_waiting() -> None:
    without, other = billing_practitioner(siret=""), billing_practitioner()
    for practitioner in (without, other):
        fee_paid(practitioner, OCTOBER)
    assert fee_invoices.issue_all(practitioner_ids=fee_invoices.due(now=FIRST), now=FIRST) == 1
    assert fee_invoices.due(now=FIRST) == [without.pk]
    without.siret = other.siret
    without.save()
    assert fee_invoices.issue_all(practitioner_ids=fee_invoices.due(now=FIRST), now=FIRST) == 1


def _owed(practitioner: Practitioner) -> int:
    rows = LedgerLine.objects.filter(account=str(ledger.receivable(practitioner.pk)))
    return sum(rows.values_list("amount_cents", flat=True))


@pytest.mark.django_db
def test_what_a_practitioner_owes_the_platform_is_in_the_ledger_until_it_is_paid() -> None:
    practitioner = billing_practitioner()
    invoice = invoices.issue(draft=_draft(practitioner), now=FIRST)
    assert _owed(practitioner) == -245
    invoices.credit(invoice=invoice, lines=[Line(label="Geste", gross_cents=45)], reason="Geste", now=FIRST)
    assert (_owed(practitioner), invoices.outstanding(invoice)) == (-200, 200)
    invoices.mark_paid(invoice=invoice, now=FIRST)
    assert _owed(practitioner) == 0
    with pytest.raises(NothingToPay):
        invoices.mark_paid(invoice=invoice, now=FIRST)


@pytest.mark.django_db
def test_crediting_all_of_what_is_owed_leaves_nothing_to_pay() -> None:
    practitioner = billing_practitioner()
    invoice = invoices.issue(draft=_draft(practitioner), now=FIRST)
    invoices.credit(invoice=invoice, lines=[Line(label="Annulée", gross_cents=245)], reason="Erreur", now=FIRST)
    assert (_owed(practitioner), invoices.outstanding(invoice)) == (0, 0)


@pytest.mark.django_db
def test_without_an_identity_the_platform_issues_nothing(settings: Any) -> None:
    settings.PLATFORM_IDENTITY = {**PLATFORM, "siret": ""}
    practitioner = billing_practitioner()
    fee_paid(practitioner, OCTOBER)
    assert fee_invoices.issue_all(practitioner_ids=[practitioner.pk], now=FIRST) == 0
    assert not InvoiceLine.objects.exists()


@pytest.mark.django_db
def test_the_mornings_task_invoices_who_is_due_and_runs_twice() -> None:
    practitioners = [billing_practitioner() for _number in range(2)]
    for practitioner in practitioners:
        fee_paid(practitioner, now() - dt.timedelta(days=40))
    for _time in range(2):
        issue_fee_invoices()
    assert numbers(Invoice.objects.filter(issuer=None)) == [1, 2]
