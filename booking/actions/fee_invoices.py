"""The platform's monthly invoice of its fees to each practitioner, and the credit notes of those it gave back (M7)."""

import datetime as dt
from collections.abc import Iterable

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from booking import ledger
from booking.actions import invoices
from booking.actions.invoices import Draft, Line
from booking.errors import InvoiceFactsMissing
from booking.invoicing import mentions, parties
from booking.models import Invoice, LedgerLine, Payment, Refund, Vat
from common.clock import PARIS
from common.money import format_euros
from common.wording import long_date
from practitioners.models import Practitioner

log = structlog.get_logger(__name__)


def month_before(now: dt.datetime) -> tuple[dt.date, dt.date]:
    """First and last day of the month that ended last, in Paris."""
    last = now.astimezone(PARIS).date().replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1), last


def _end(last: dt.date) -> dt.datetime:
    """The instant when the month ending on `last` is over in Paris."""
    return dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), PARIS)


def due(*, now: dt.datetime) -> list[int]:
    """Practitioners with fees of a month that ended and that no invoice has, or with a fee given back and not credited."""
    _first, last = month_before(now)
    owing = Q(pk__in=_fees(_end(last)).values("account__practitioner"))
    returned = Q(pk__in=_returned(_end(last)).values("payment__account__practitioner"))
    return list(Practitioner.objects.filter(owing | returned).order_by("pk").values_list("pk", flat=True))


def _fees(end: dt.datetime) -> QuerySet[Payment]:
    return Payment.objects.filter(paid_at__lt=end, fee_cents__gt=0, fee_line=None, paid_at__isnull=False)


def _returned(end: dt.datetime) -> QuerySet[Refund]:
    return Refund.objects.filter(
        returns_fee=True,
        status=Refund.Status.DONE,
        settled_at__lt=end,
        payment__fee_cents__gt=0,
        fee_credit_line=None,
    )


@transaction.atomic
def issue_month(*, practitioner_id: int, now: dt.datetime) -> list[Invoice]:
    """The invoice of the fees up to the end of last month, then the credit notes; nothing when all is done already.

    A payment that was learnt of late is on the next invoice: each fee is on one line for ever, the database sees to it.
    """
    practitioner = Practitioner.objects.select_for_update(no_key=True).get(pk=practitioner_id)
    first, last = month_before(now)
    with translation.override("fr"):
        seller, buyer = parties.platform(), parties.practitioner(practitioner)
        issued = []
        payments = list(
            _fees(_end(last))
            .filter(account__practitioner=practitioner)
            .select_related("appointment")
            .order_by("paid_at", "pk")
        )
        if payments:
            total = sum(payment.fee_cents for payment in payments)
            earliest = _paid_on(payments[0]) or first
            vat = Vat(settings.PLATFORM_VAT)
            draft = Draft(
                kind=Invoice.Kind.FEE,
                practitioner=practitioner,
                prefix=settings.FEE_INVOICE_PREFIX,
                seller=seller,
                buyer=buyer,
                vat=vat,
                lines=[_line(payment) for payment in payments],
                notes=mentions.of_platform(vat),
                # Taken from the payments as they were made.
                prepaid_cents=total,
                period=(min(first, earliest), last),
            )
            issued.append(invoices.issue(draft=draft, now=now))
        return issued + _credit_returned(practitioner, _end(last), now)


def _paid_on(payment: Payment) -> dt.date | None:
    return payment.paid_at.astimezone(PARIS).date() if payment.paid_at else None


def _line(payment: Payment) -> Line:
    appointment, paid_on = payment.appointment, _paid_on(payment)
    return Line(
        label=_("Service fee, appointment %(reference)s") % {"reference": appointment.reference},
        detail=_("Session at %(price)s, paid on %(date)s")
        % {
            "price": format_euros(appointment.price_cents),
            "date": long_date(paid_on, weekday=False) if paid_on else "–",
        },
        gross_cents=payment.fee_cents,
        served_on=paid_on,
        fee_of=payment,
    )


def returned_fee(refund: Refund) -> int:
    """What went back to the practitioner with it, as the ledger has it; nothing while it does not know."""
    line = LedgerLine.objects.filter(
        transaction__key=f"refund-{refund.pk}-fee",
        account=str(ledger.practitioner(refund.payment.account.practitioner_id)),
    ).first()
    return line.amount_cents if line else 0


def _credit_returned(practitioner: Practitioner, end: dt.datetime, now: dt.datetime) -> list[Invoice]:
    found: dict[Invoice, list[Line]] = {}
    rows = _returned(end).filter(payment__account__practitioner=practitioner, payment__fee_line__isnull=False)
    for refund in rows.select_related(
        "payment__fee_line__invoice", "payment__appointment", "payment__account"
    ).order_by("pk"):
        reference = refund.payment.appointment.reference
        line = Line(
            label=_("Service fee given back, appointment %(reference)s") % {"reference": reference},
            gross_cents=returned_fee(refund),
            served_on=refund.settled_at.astimezone(PARIS).date() if refund.settled_at else None,
            fee_returned=refund,
        )
        if line.gross_cents:
            found.setdefault(refund.payment.fee_line.invoice, []).append(line)
    reason = _("Service fee given back: the appointment could not take place because of the platform.")
    return [invoices.credit(invoice=invoice, lines=lines, reason=reason, now=now) for invoice, lines in found.items()]


def issue_all(*, practitioner_ids: Iterable[int], now: dt.datetime) -> int:
    """Each in its own transaction; one whose facts are wanting keeps nobody else waiting, and is tried again tomorrow."""
    count = 0
    for practitioner_id in practitioner_ids:
        try:
            count += len(issue_month(practitioner_id=practitioner_id, now=now))
        except InvoiceFactsMissing as error:
            log.error("fees_not_invoiced", practitioner=practitioner_id, error=str(error))
    return count
