"""The operator's unpaid invoices: what is late, what the law lets ask for, the next step of each."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from booking.actions import invoices, late_payments
from booking.actions.late_payments import Situation
from booking.forms.late import ContestForm
from booking.late_payment import INDEMNITY_CENTS, half_year, is_missing, rates
from booking.models import Invoice
from booking.views.cms_invoices import INVOICE
from common import clock
from common.access.doors import File, shows_person
from common.errors import DomainError
from legal.views.doors import only
from practitioners.policies.files import may_operate

A_PAGE = 50


@only(may_operate)
@never_cache
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    known = rates()
    number = request.GET.get("p", "1")
    page = Paginator(late_payments.overdue(issuer=None, today=today), A_PAGE).get_page(
        number if number.isascii() and number.isdigit() and len(number) < 8 else 1
    )
    context = {
        "page": page,
        "rows": late_payments.situations(page.object_list, today=today),
        "rates": list(reversed(known)),
        "missing": half_year(today) if is_missing(known, today) else None,
        "indemnity": INDEMNITY_CENTS,
    }
    return render(request, "booking/cms/late.html", context)


def _opened(request: HttpRequest, pk: int, **kwargs: object) -> File:
    row = _found(pk).invoice
    owner = row.practitioner.user_id if row.practitioner else None
    return File(f"booking.Invoice:{row.pk}", (owner,), row.number)


@only(may_operate)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(INVOICE, _opened)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, *, form: ContestForm | None = None, status: int = 200) -> HttpResponse:
    found = _found(pk)
    context = {"found": found, "invoice": found.invoice, "form": form or ContestForm(), "late_by": found.days_late}
    return render(request, "booking/cms/late_invoice.html", context, status=status)


def _found(pk: int) -> Situation:
    today = clock.today()
    row = late_payments.overdue(issuer=None, today=today).filter(pk=pk).first()
    if row is None:
        raise Http404
    return late_payments.situation(row, today=today, known=rates())


@only(may_operate)
@never_cache
@require_POST
@shows_person(INVOICE, _opened)
def act(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """The next step, a contest or its end, or the payment that came."""
    found, now = _found(pk), clock.now()
    assert isinstance(request.user, User)
    by = request.user
    try:
        if step == "etape":
            late_payments.take(invoice_id=found.invoice.pk, kind=request.POST.get("etape", ""), by=by, now=now)
            messages.success(request, _("The practitioner is written to."))
        elif step == "contestee":
            form = ContestForm(request.POST)
            if not form.is_valid():
                return _page(request, pk, form=form, status=422)
            late_payments.contest(invoice_id=found.invoice.pk, reason=form.cleaned_data["reason"], by=by, now=now)
            messages.success(request, _("Contested: the steps wait."))
        elif step == "reprendre":
            late_payments.settle(invoice_id=found.invoice.pk, by=by, now=now)
            messages.success(request, _("Settled: the steps go on."))
        else:
            invoices.mark_paid(invoice=Invoice.objects.get(pk=found.invoice.pk), now=now)
            messages.success(request, _("The invoice is paid."))
            return redirect("cms_late")
    except DomainError as error:
        messages.error(request, str(error))
        return _page(request, pk, status=error.status)
    return redirect("cms_late_invoice", pk)
