"""`/espace-praticien/paiements/factures/`: the platform's fees, the invoices to clients, and what the accountant takes away."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking.actions import client_invoices, invoices
from booking.forms.invoices import CreditForm, InvoicingForm, PeriodForm
from booking.invoicing import export
from booking.models import Appointment, Invoice, Vat
from booking.views.invoice_file import pdf_response
from common import clock
from common.errors import DomainError
from common.money import format_euros
from legal import receipt_mails
from legal.actions import acceptances, documents
from legal.models import LegalDocument, LegalVersion
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

A_PAGE = 25
KINDS = {"clients": (Invoice.Kind.CLIENT,), "frais": (Invoice.Kind.FEE, Invoice.Kind.SERVICE)}


def _mine(practitioner: Practitioner) -> QuerySet[Invoice]:
    return Invoice.objects.filter(practitioner=practitioner).select_related("credit_of", "appointment")


def _found(practitioner: Practitioner, pk: int) -> Invoice:
    row = _mine(practitioner).filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row


@require_GET
@for_practitioner
def listing(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    return _listing(request, practitioner)


def _listing(
    request: HttpRequest, practitioner: Practitioner, period: PeriodForm | None = None, status: int = 200
) -> HttpResponse:
    kind = request.GET.get("type", "")
    rows = _mine(practitioner).annotate(credited=Coalesce(Sum("credit_notes__gross_cents"), 0))
    if kind in KINDS:
        rows = rows.filter(kind__in=KINDS[kind])
    number = request.GET.get("page", "1")
    today = clock.today()
    context = {
        "practitioner": practitioner,
        "page": Paginator(rows.order_by("-issued_on", "-pk"), A_PAGE).get_page(
            number if number.isascii() and number.isdigit() and len(number) < 8 else 1
        ),
        "kind": kind if kind in KINDS else "",
        "choices": client_invoices.settings_of(practitioner),
        "mandate": client_invoices.mandate_of(practitioner),
        "period": period or PeriodForm(initial={"first": today.replace(month=1, day=1), "last": today, "kind": "csv"}),
    }
    return render(request, "booking/office/invoices.html", context, status=status)


@require_GET
@for_practitioner
def export_file(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return _listing(request, practitioner, form, 422)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    if form.cleaned_data["kind"] == "fec":
        response = HttpResponse(export.fec(practitioner, first, last), content_type="text/plain; charset=utf-8")
        name = export.fec_name(practitioner, last)
    else:
        # Excel reads UTF-8 only when the file begins with its mark.
        text = "\ufeff" + export.csv(practitioner, first, last)
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
        name = f"factures-{first:%Y-%m-%d}-{last:%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _mandate_version(now: dt.datetime) -> LegalVersion | None:
    return documents.current(kind=LegalDocument.Kind.MANDATE, owner=None, now=now)


@require_http_methods(["GET", "POST"])
@for_practitioner
def choices(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """VAT, and the billing mandate: nothing is issued in somebody's name before it is accepted."""
    now = clock.now()
    accepted, version = client_invoices.mandate_of(practitioner), _mandate_version(now)
    box = ""
    if accepted is None and version is not None:
        box = _("I have read and accept version %(number)d of “%(title)s”.") % {
            "number": version.number,
            "title": version.title,
        }
    row = client_invoices.settings_of(practitioner)
    form = InvoicingForm(
        request.POST or None,
        initial=InvoicingForm.initial_of(row),
        mandate_box=box,
        vat_number=practitioner.vat_number,
    )
    if request.method == "POST" and form.is_valid():
        if box and version is not None:
            with transaction.atomic():
                acceptances.accept(
                    user=practitioner.user,
                    version=version,
                    box_text=box,
                    page=request.path,
                    ip=request.META.get("REMOTE_ADDR"),
                    agent=request.headers.get("User-Agent", ""),
                    now=now,
                )
                receipt_mails.queue(user=practitioner.user, now=now)
        client_invoices.save_settings(
            practitioner=practitioner, vat=form.cleaned_data["vat"], automatic=form.cleaned_data["automatic"], now=now
        )
        messages.success(request, _("Your choices are saved. They apply to the next invoices."))
        return redirect("office:invoices")
    context = {
        "practitioner": practitioner,
        "form": form,
        "accepted": accepted,
        "version": version,
        "facts_missing": not all(
            (practitioner.street, practitioner.postal_code, practitioner.town, practitioner.siret)
        ),
    }
    return render(request, "booking/office/invoice_choices.html", context, status=422 if form.is_bound else 200)


@require_GET
@for_practitioner
def show(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    return _page(request, _found(practitioner, pk))


def _page(request: HttpRequest, row: Invoice, form: CreditForm | None = None, status: int = 200) -> HttpResponse:
    left = invoices.left(row)
    mine = row.issuer_id is not None and not row.is_credit_note
    context: dict[str, Any] = {
        "invoice": row,
        "lines": row.lines.all(),
        "credit_notes": row.credit_notes.order_by("pk"),
        "left": left,
        "to_pay": invoices.outstanding(row),
        "vat_words": Vat(row.vat).label,
        "form": form
        or (CreditForm(initial={"amount": f"{left / 100:.2f}".replace(".", ",")}) if mine and left else None),
        "may_mark": mine,
    }
    return render(request, "booking/office/invoice.html", context, status=status)


@require_GET
@for_practitioner
def file(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    return pdf_response(request, _found(practitioner, pk))


@require_POST
@for_practitioner
def credit(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    """Only on what was issued in the practitioner's own name; the platform corrects its own."""
    row = _own(practitioner, pk)
    form = CreditForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, 422)
    try:
        note = invoices.correct(
            invoice=row, amount_cents=form.cents, reason=form.cleaned_data["reason"], now=clock.now()
        )
    except DomainError as error:
        form.add_error("amount", str(error.message))
        return _page(request, row, form, error.status)
    messages.success(
        request,
        _("Credit note %(number)s of %(amount)s is issued.")
        % {"number": note.number, "amount": format_euros(note.gross_cents)},
    )
    return redirect("office:invoice", row.pk)


def _own(practitioner: Practitioner, pk: int) -> Invoice:
    row = _found(practitioner, pk)
    if row.issuer_id != practitioner.pk or row.is_credit_note:
        raise Http404
    return row


@require_POST
@for_practitioner
def paid(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    row = _own(practitioner, pk)
    try:
        invoices.mark_paid(invoice=row, now=clock.now())
    except DomainError as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("Invoice %(number)s is noted as paid.") % {"number": row.number})
    return redirect("office:invoice", row.pk)


@require_POST
@for_practitioner
def issue(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    """The invoice of a session, at the press of a button on its page."""
    appointment = Appointment.objects.filter(practitioner=practitioner, reference=reference[:12]).first()
    if appointment is None:
        raise Http404
    known = client_invoices.invoice_of(appointment)
    if known:
        return redirect("office:invoice", known.pk)
    if client_invoices.settings_of(practitioner) is None or client_invoices.mandate_of(practitioner) is None:
        messages.info(request, _("First say how VAT stands, and accept the billing mandate."))
        return redirect("office:invoice_choices")
    try:
        row = client_invoices.issue(appointment=appointment, now=clock.now())
    except DomainError as error:
        messages.warning(request, str(error.message))
        return redirect("office:appointment", appointment.reference)
    messages.success(request, _("Invoice %(number)s is issued.") % {"number": row.number})
    return redirect(reverse("office:invoice", args=[row.pk]))
