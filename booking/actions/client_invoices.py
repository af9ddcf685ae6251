"""Invoices to clients in the practitioner's name, under the accepted billing mandate (M7), and their credit notes."""

import datetime as dt

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from booking.actions import invoices
from booking.actions.invoices import Draft, Line
from booking.errors import InvoicedAlready, MandateMissing, NotInvoiceable
from booking.invoicing import mentions, parties
from booking.models import Appointment, Invoice, InvoicingSettings, Payment, Refund, Status, Vat
from common.clock import PARIS
from common.errors import DomainError
from common.wording import long_date
from legal.actions import acceptances
from legal.models import Acceptance, LegalDocument
from practitioners.models import Practitioner

log = structlog.get_logger(__name__)
# How far back a session is looked for that was to be invoiced by itself: later it is asked for by hand.
LOOKS_BACK = dt.timedelta(days=60)
REFUNDED = (Refund.Status.DONE, Refund.Status.PENDING)


def mandate_of(practitioner: Practitioner) -> Acceptance | None:
    """The practitioner's latest acceptance of the operator's billing mandate; None: nothing is issued in their name."""
    document = LegalDocument.objects.filter(kind=LegalDocument.Kind.MANDATE, owner=None).first()
    return acceptances.accepted_version(user=practitioner.user, document_id=document.pk) if document else None


def settings_of(practitioner: Practitioner) -> InvoicingSettings | None:
    return InvoicingSettings.objects.filter(practitioner=practitioner).first()


def save_settings(*, practitioner: Practitioner, vat: str, automatic: bool, now: dt.datetime) -> InvoicingSettings:
    """Applies to what is issued from now on: an invoice keeps the VAT it was issued with."""
    row, _created = InvoicingSettings.objects.update_or_create(
        practitioner=practitioner, defaults={"vat": Vat(vat), "automatic": automatic, "updated_at": now}
    )
    return row


def invoice_of(appointment: Appointment) -> Invoice | None:
    """The one that stands: not credited as a whole."""
    rows = Invoice.objects.filter(appointment=appointment, kind=Invoice.Kind.CLIENT, credit_of=None).order_by("-pk")
    return next((row for row in rows if invoices.left(row)), None)


def may_be_issued(appointment: Appointment, *, now: dt.datetime) -> bool:
    """A session that took place and costs something, unless all that was paid for it went back."""
    if appointment.status != Status.DONE or appointment.ends_at > now or not appointment.price_cents:
        return False
    return _kept(appointment) > 0 or not _paid(appointment)


def _paid(appointment: Appointment) -> int:
    paid = appointment.payments.filter(status=Payment.Status.PAID)
    return int(paid.aggregate(n=Sum("amount_cents"))["n"] or 0)


def _kept(appointment: Appointment) -> int:
    """Paid online and neither given back nor about to be."""
    back = Refund.objects.filter(payment__appointment=appointment, status__in=REFUNDED)
    return max(0, _paid(appointment) - int(back.aggregate(n=Sum("amount_cents"))["n"] or 0))


@transaction.atomic
def issue(*, appointment: Appointment, now: dt.datetime) -> Invoice:
    """The invoice of a session that took place. Raises MandateMissing, InvoicedAlready, NotInvoiceable, InvoiceFactsMissing."""
    row = (
        Appointment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("practitioner__user", "client")
        .get(pk=appointment.pk)
    )
    practitioner = row.practitioner
    choices, mandate = settings_of(practitioner), mandate_of(practitioner)
    if choices is None or mandate is None:
        raise MandateMissing
    if invoice_of(row):
        raise InvoicedAlready
    if not may_be_issued(row, now=now):
        raise NotInvoiceable
    vat = Vat(choices.vat)
    with translation.override("fr"):
        seller, buyer = parties.practitioner(practitioner), parties.client(row)
        on = row.starts_at.astimezone(PARIS).date()
        line = Line(
            label=row.service_name,
            detail=_("Session of %(date)s, %(where)s, appointment %(reference)s")
            % {
                "date": long_date(row.starts_at, row.timezone, weekday=False),
                "where": _where(row),
                "reference": row.reference,
            },
            gross_cents=row.price_cents,
            served_on=on,
        )
        draft = Draft(
            kind=Invoice.Kind.CLIENT,
            issuer=practitioner,
            practitioner=practitioner,
            client=row.client,
            appointment=row,
            mandate=mandate,
            prefix=settings.CLIENT_INVOICE_PREFIX,
            seller=seller,
            buyer=buyer,
            vat=vat,
            lines=[line],
            notes=mentions.of_practitioner(practitioner, buyer, vat, mandate),
            prepaid_cents=min(_paid(row), row.price_cents),
        )
        invoice = invoices.issue(draft=draft, now=now)
        credit_refunds(invoice=invoice, now=now)
    invoice.refresh_from_db()
    return invoice


@transaction.atomic
def credit_refunds(*, invoice: Invoice, now: dt.datetime) -> list[Invoice]:
    """A credit note for each refund that none has yet: the mandate says that refunds give rise to one."""
    row = invoices.locked(invoice.pk)
    notes = []
    for refund in uncredited(row):
        amount = min(refund.amount_cents, invoices.left(row))
        if amount:
            with translation.override("fr"):
                words = _("Refund of the appointment %(reference)s") % {"reference": _reference(row)}
                line = Line(label=words, gross_cents=amount, served_on=_day(refund), refund=refund)
                notes.append(invoices.credit(invoice=row, lines=[line], reason=words, now=now))
    return notes


def uncredited(invoice: Invoice) -> QuerySet[Refund]:
    return Refund.objects.filter(
        payment__appointment=invoice.appointment_id, status=Refund.Status.DONE, client_credit_line=None
    ).order_by("pk")


def _reference(invoice: Invoice) -> str:
    return invoice.appointment.reference if invoice.appointment else ""


def _where(row: Appointment) -> str:
    """`au cabinet (Lyon)`: the note of a service says where it was rendered (order 83-50/A of 3 October 1983)."""
    mode = row.get_mode_display()
    town = row.place.commune.short_name if row.place else row.home_commune.short_name if row.home_commune else ""
    return f"{mode[:1].lower()}{mode[1:]}" + (f" ({town})" if town else "")


def _day(refund: Refund) -> dt.date:
    return (refund.settled_at or refund.ordered_at).astimezone(PARIS).date()


def to_issue(*, now: dt.datetime) -> QuerySet[Appointment]:
    """Sessions that took place and that their practitioner wants invoiced without being asked."""
    invoiced = Invoice.objects.filter(appointment=OuterRef("pk"), kind=Invoice.Kind.CLIENT)
    # Those that took place since the choice was made: switching it on does not bill the past.
    from_choice = InvoicingSettings.objects.filter(
        practitioner=OuterRef("practitioner"), automatic=True, updated_at__lte=OuterRef("ends_at")
    )
    return Appointment.objects.filter(
        Exists(from_choice),
        ~Exists(invoiced),
        status=Status.DONE,
        price_cents__gt=0,
        ends_at__lte=now,
        ends_at__gt=now - LOOKS_BACK,
    ).order_by("ends_at")


def issue_automatic(*, appointment_id: int, now: dt.datetime) -> Invoice | None:
    """By the sweep: a rule that refuses is told to the log, and what was given back as a whole is left alone."""
    appointment = Appointment.objects.get(pk=appointment_id)
    if not may_be_issued(appointment, now=now):
        return None
    try:
        return issue(appointment=appointment, now=now)
    except DomainError as error:
        log.warning("session_not_invoiced", appointment=appointment_id, error=str(error))
        return None


def to_credit() -> QuerySet[Invoice]:
    """Invoices of sessions of which something was given back that no credit note says yet."""
    back = Refund.objects.filter(
        payment__appointment=OuterRef("appointment"), status=Refund.Status.DONE, client_credit_line=None
    )
    standing = Invoice.objects.filter(Exists(back), kind=Invoice.Kind.CLIENT, credit_of=None)
    credited = Coalesce(Sum("credit_notes__gross_cents"), 0)
    return standing.annotate(credited=credited).filter(credited__lt=F("gross_cents")).order_by("pk")


def to_settle() -> QuerySet[Invoice]:
    """Not paid, of an appointment paid for online since: `settle` looks whether it is enough."""
    paid = Payment.objects.filter(
        appointment=OuterRef("appointment"), status=Payment.Status.PAID, paid_at__gt=OuterRef("issued_at")
    )
    return Invoice.objects.filter(Exists(paid), kind=Invoice.Kind.CLIENT, credit_of=None, paid_at=None).order_by("pk")


def settle(*, invoice: Invoice, now: dt.datetime) -> bool:
    """Paid, once what was paid online covers it."""
    due = invoices.outstanding(invoice)
    if not due or not invoice.appointment or _paid(invoice.appointment) - invoice.prepaid_cents < due:
        return False
    invoices.mark_paid(invoice=invoice, now=now)
    return True
