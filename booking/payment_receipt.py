"""What a client paid online and got back: the account's list of payments, and the receipt of each as a PDF."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from booking.models import Appointment, Payment, Refund
from booking.models.appointment import UPCOMING
from common.clock import PARIS
from common.money import format_euros
from common.pdf import compose as compose_pdf
from common.wording import long_date, long_datetime

_TEMPLATE = Path(__file__).parent / "pdf_templates" / "payment_receipt.typ"


@dataclass(frozen=True)
class Receipt:
    """One payment. `contested`: what the client's bank took back, for the time being or for good."""

    payment: Payment
    refunds: list[Refund]
    contested: int

    @property
    def number(self) -> str:
        return f"{self.payment.appointment.reference}-{self.payment.attempt}"

    @property
    def refunded(self) -> int:
        return sum(row.amount_cents for row in self.refunds if row.status != Refund.Status.FAILED)

    @property
    def kept(self) -> int:
        """What stays paid, once what is under way has arrived."""
        return max(0, self.payment.amount_cents - self.refunded - self.contested)


@dataclass(frozen=True)
class Paid:
    appointment: Appointment
    receipts: list[Receipt]

    @property
    def on_site(self) -> int:
        """What remains of the price, for a session that is still to come."""
        if self.appointment.status not in UPCOMING:
            return 0
        return max(0, self.appointment.price_cents - sum(receipt.kept for receipt in self.receipts))


def receipt_of(payment: Payment) -> Receipt:
    """Refunds and disputes are read from what was prefetched, where it was."""
    contested = sum(row.amount_cents for row in payment.disputes.all() if row.status in row.TAKES)
    return Receipt(payment, list(payment.refunds.all()), contested)


def paid(appointments: Iterable[Appointment]) -> list[Paid]:
    """In the order given; three queries whatever their number."""
    rows = list(appointments)
    payments = Payment.objects.filter(appointment__in=rows, status=Payment.Status.PAID).order_by("attempt")
    of: dict[int, list[Receipt]] = {row.pk: [] for row in rows}
    known = {row.pk: row for row in rows}
    for payment in payments.prefetch_related("refunds", "disputes"):
        payment.appointment = known[payment.appointment_id]
        of[payment.appointment_id].append(receipt_of(payment))
    return [Paid(row, of[row.pk]) for row in rows]


def refund_words(refund: Refund) -> str:
    if refund.status == Refund.Status.FAILED:
        return _("did not go through, we are taking care of it")
    if refund.settled_at is None:
        return _("under way")
    return long_date(refund.settled_at, PARIS, weekday=False)


def pdf(receipt: Receipt, *, now: dt.datetime) -> bytes:
    with translation.override("fr"):
        data = {
            "publisher": settings.WAGTAIL_SITE_NAME,
            "title": _("Payment receipt"),
            "facts": [[name, value] for name, value in _facts(receipt)],
            "lines": [[name, value, strong] for name, value, strong in _lines(receipt)],
            "made": _("This receipt proves the payment; it is not an invoice. Made on %(moment)s.")
            % {"moment": long_datetime(now, PARIS)},
        }
    return compose_pdf(_TEMPLATE, data, moment=now)


def _facts(receipt: Receipt) -> list[tuple[str, str]]:
    payment, appointment = receipt.payment, receipt.payment.appointment
    return [
        (_("Number of the receipt"), receipt.number),
        (_("Date of the payment"), long_datetime(payment.paid_at or payment.created_at, PARIS)),
        (_("Paid to"), appointment.practitioner.full_name),
        (_("Paid by"), appointment.contact_name),
        (_("Means"), _("Card, on Stripe’s page")),
        (_("Session"), f"{appointment.service_name}, {long_datetime(appointment.starts_at, appointment.timezone)}"),
        (_("Price of the session"), format_euros(appointment.price_cents)),
        (_("Reference"), appointment.reference),
    ]


def _lines(receipt: Receipt) -> list[tuple[str, str, bool]]:
    rows = [(_("Paid online"), format_euros(receipt.payment.amount_cents), False)]
    for row in receipt.refunds:
        words = _("Refund, %(when)s") % {"when": refund_words(row)}
        rows.append((words, format_euros(0 if row.status == Refund.Status.FAILED else -row.amount_cents), False))
    if receipt.contested:
        rows.append((_("Contested at the bank"), format_euros(-receipt.contested), False))
    return [*rows, (_("Net paid online"), format_euros(receipt.kept), True)]
