"""What the platform invoiced to practitioners, for the operator: read, downloaded, corrected by credit notes only."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.actions import invoices
from booking.forms.invoices import CreditForm
from booking.models import Invoice
from booking.retention_accounts import archived_before
from booking.views.invoice_file import pdf_response
from common import clock
from common.access.doors import File, shows_person
from common.access.kinds import kind
from common.errors import DomainError
from common.text import fold
from legal.views.doors import only
from practitioners.policies.files import may_operate

A_PAGE = 50
INVOICE = kind(
    "platform-invoice",
    gettext_lazy("Invoice to a practitioner"),
    gettext_lazy("Bookkeeping"),
    gettext_lazy("Question or complaint of the practitioner"),
    gettext_lazy("Following an unpaid invoice"),
)


@only(may_operate)
@never_cache
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    text, number = request.GET.get("q", "").strip()[:80], request.GET.get("p", "1")
    rows = Invoice.objects.filter(issuer=None).select_related("practitioner", "credit_of")
    of_ended = Q(practitioner__ended_at__lt=archived_before(clock.now()))
    archive = "archive" in request.GET
    rows = rows.filter(of_ended if archive else ~of_ended)
    rows = rows.annotate(credited=Coalesce(Sum("credit_notes__gross_cents"), 0))
    if text:
        rows = rows.filter(Q(number__icontains=text) | Q(practitioner__sort_name__contains=fold(text)))
    context = {
        "page": Paginator(rows.order_by("-issued_on", "-pk"), A_PAGE).get_page(
            number if number.isascii() and number.isdigit() and len(number) < 8 else 1
        ),
        "text": text,
        "archive": archive,
    }
    return render(request, "booking/cms/invoices.html", context)


def _found(pk: int) -> Invoice:
    """Those of the platform: what is between practitioners and their clients is not read here."""
    rows = Invoice.objects.filter(issuer=None).select_related("practitioner", "credit_of")
    row = rows.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row


def _opened(request: HttpRequest, pk: int, **kwargs: object) -> File:
    row = _found(pk)
    owner = row.practitioner.user_id if row.practitioner else None
    return File(f"booking.Invoice:{row.pk}", (owner,), row.number)


@only(may_operate)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(INVOICE, _opened)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _found(pk))


def _page(request: HttpRequest, row: Invoice, form: CreditForm | None = None, status: int = 200) -> HttpResponse:
    left = invoices.left(row)
    context = {
        "invoice": row,
        "lines": row.lines.all(),
        "credit_notes": row.credit_notes.order_by("pk"),
        "left": left,
        "to_pay": invoices.outstanding(row),
        "form": form or (CreditForm() if left and not row.is_credit_note else None),
    }
    return render(request, "booking/cms/invoice.html", context, status=status)


@only(may_operate)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(INVOICE, _opened)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    return pdf_response(request, _found(pk))


@only(may_operate)
@never_cache
@require_POST
@shows_person(INVOICE, _opened)
def credit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(pk)
    if row.is_credit_note:
        raise Http404
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
    messages.success(request, _("Credit note %(number)s is issued.") % {"number": note.number})
    return redirect("cms_invoice", row.pk)
