"""`/compte/factures/`: the client's invoices, those that can be asked for, and to whom they are made out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from booking import access
from booking.actions import billing_details, client_invoices
from booking.forms.invoices import BillingForm
from booking.models import Appointment, BillingDetails, Invoice, InvoicingSettings, Status
from booking.views.invoice_file import pdf_response
from common import clock
from common.errors import DomainError

A_PAGE = 20
ASKED_FOR = 10  # sessions shown that have no invoice yet


def _mine(user: User) -> QuerySet[Invoice]:
    return Invoice.objects.filter(client=user, kind=Invoice.Kind.CLIENT).select_related(
        "practitioner", "appointment", "credit_of"
    )


def _without_invoice(user: User) -> QuerySet[Appointment]:
    """Sessions that took place, with practitioners for whom invoices are made here."""
    made_here = InvoicingSettings.objects.filter(practitioner=OuterRef("practitioner"))
    invoiced = Invoice.objects.filter(appointment=OuterRef("pk"))
    return (
        Appointment.objects.for_pages()
        .filter(Exists(made_here), ~Exists(invoiced), client=user, status=Status.DONE, price_cents__gt=0)
        .order_by("-starts_at")
    )


@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    now = clock.now()
    number = request.GET.get("page", "1")
    asked = [row for row in _without_invoice(user)[:ASKED_FOR] if client_invoices.may_be_issued(row, now=now)]
    context = {
        "page": Paginator(_mine(user).order_by("-issued_on", "-pk"), A_PAGE).get_page(
            number if number.isascii() and number.isdigit() and len(number) < 8 else 1
        ),
        "to_ask": asked,
        "details": BillingDetails.objects.filter(user=user).first(),
    }
    return render(request, "booking/my_invoices.html", context)


@never_cache
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    row = _mine(request.user).filter(pk=pk).first() if pk < 2**63 else None  # type: ignore[arg-type]
    if row is None:
        raise Http404
    return pdf_response(request, row)


@login_not_required
@never_cache
@require_GET
def of_appointment(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """For whoever may open the appointment: signed in, in the browser that booked, or by the link of the mail."""
    rows = Invoice.objects.filter(appointment__reference=reference[:12], kind=Invoice.Kind.CLIENT)
    row = rows.select_related("appointment", "credit_of").filter(pk=pk).first() if pk < 2**63 else None
    if row is None or row.appointment is None or not access.may_open(request, row.appointment):
        raise Http404
    return pdf_response(request, row)


@require_POST
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """The client's own session; issued at once, in the practitioner's name."""
    appointment = Appointment.objects.filter(client=request.user, reference=reference[:12]).first()
    if appointment is None:
        raise Http404
    try:
        row = client_invoices.issue(appointment=appointment, now=clock.now())
    except DomainError as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("Your invoice %(number)s is ready.") % {"number": row.number})
    return redirect("my_invoices")


@never_cache
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    form = BillingForm(request.POST or None, instance=BillingDetails.objects.filter(user=user).first())
    if request.method == "POST" and form.is_valid():
        billing_details.save(user=user, values=form.cleaned_data, now=clock.now())
        messages.success(request, _("Saved: your next invoices are made out so."))
        return redirect("my_invoices")
    return render(request, "booking/billing_details.html", {"form": form}, status=422 if form.is_bound else 200)
