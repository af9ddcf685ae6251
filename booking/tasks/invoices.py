"""Invoices: issued, credited, settled, claimed, and the files of each."""

import structlog
from celery import shared_task

from booking.actions import client_invoices, fee_invoices, late_payments
from booking.invoicing import pdf
from booking.models import Invoice
from booking.tasks.sweeping import one_by_one
from common import clock

log = structlog.get_logger(__name__)


@shared_task
def make_invoice_file(invoice_id: int) -> None:
    pdf.file_of(Invoice.objects.get(pk=invoice_id))


@shared_task
def issue_fee_invoices() -> None:
    """Each morning, so that what could not be issued on the first of the month is issued as soon as it can."""
    now = clock.now()
    one_by_one(
        fee_invoices.due(now=now),
        lambda pk: fee_invoices.issue_all(practitioner_ids=[pk], now=now),
        failure="fees_not_invoiced",
    )


@shared_task
def keep_invoices() -> None:
    """Invoices that practitioners want without asking, credit notes of refunds, invoices paid since, files not made yet."""
    now = clock.now()
    one_by_one(
        client_invoices.to_issue(now=now).values_list("pk", flat=True)[:200],
        lambda pk: client_invoices.issue_automatic(appointment_id=pk, now=now),
        failure="session_not_invoiced",
    )
    one_by_one(
        client_invoices.to_credit().values_list("pk", flat=True)[:200],
        lambda pk: client_invoices.credit_refunds(invoice=Invoice.objects.get(pk=pk), now=now),
        failure="refund_not_credited",
    )
    one_by_one(
        client_invoices.to_settle().values_list("pk", flat=True)[:200],
        lambda pk: client_invoices.settle(invoice=Invoice.objects.get(pk=pk), now=now),
        failure="invoice_not_settled",
    )
    one_by_one(
        Invoice.objects.filter(file=None)
        .exclude(buyer=Invoice.NOBODY)
        .order_by("pk")
        .values_list("pk", flat=True)[:100],
        lambda pk: pdf.file_of(Invoice.objects.get(pk=pk)),
        failure="invoice_file_not_made",
    )


@shared_task
def follow_up_late_payments() -> None:
    count = late_payments.follow_up(now=clock.now())
    if count:
        log.info("late_steps_taken", steps=count)
