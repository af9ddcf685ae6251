"""The practitioner's side of late payment: own clients' unpaid invoices, and what is owed to the platform."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions import late_payments
from booking.actions.late_payments import Situation
from booking.forms.late import ContestForm
from booking.late_payment import rates
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

A_PAGE = 25


@require_safe
@for_practitioner
def listing(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    today = clock.today()
    number = request.GET.get("page", "1")
    page = Paginator(late_payments.overdue(issuer=practitioner, today=today), A_PAGE).get_page(
        number if number.isascii() and number.isdigit() and len(number) < 8 else 1
    )
    context = {
        "practitioner": practitioner,
        "page": page,
        "rows": late_payments.situations(page.object_list, today=today),
        "owed": late_payments.situations(late_payments.owed_by(practitioner, today=today)[:A_PAGE], today=today),
    }
    return render(request, "booking/office/late.html", context)


@require_safe
@for_practitioner
def show(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    return _page(request, practitioner, _found(practitioner, pk))


def _page(
    request: HttpRequest,
    practitioner: Practitioner,
    found: Situation,
    *,
    form: ContestForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "practitioner": practitioner,
        "found": found,
        "invoice": found.invoice,
        "form": form or ContestForm(),
        "is_mine": found.invoice.issuer_id == practitioner.pk,
        # Only the platform says that a contest of its own invoices is settled.
        "may_settle": found.invoice.issuer_id == practitioner.pk and found.hold is not None,
    }
    return render(request, "booking/office/late_invoice.html", context, status=status)


def _found(practitioner: Practitioner, pk: int) -> Situation:
    """Issued in this practitioner's name, or owed by this practitioner; nobody else's exists here."""
    today = clock.today()
    for rows in (
        late_payments.overdue(issuer=practitioner, today=today),
        late_payments.owed_by(practitioner, today=today),
    ):
        row = rows.filter(pk=pk).first()
        if row is not None:
            return late_payments.situation(row, today=today, known=rates())
    raise Http404


@require_POST
@for_practitioner
def act(request: HttpRequest, practitioner: Practitioner, pk: int, step: str) -> HttpResponse:
    found, now, by = _found(practitioner, pk), clock.now(), practitioner.user
    mine = found.invoice.issuer_id == practitioner.pk
    try:
        if step == "contestee":
            form = ContestForm(request.POST)
            if not form.is_valid():
                return _page(request, practitioner, found, form=form, status=422)
            late_payments.contest(invoice_id=found.invoice.pk, reason=form.cleaned_data["reason"], by=by, now=now)
            messages.success(request, _("Contested: the steps wait."))
        elif not mine:
            raise Http404
        elif step == "etape":
            late_payments.take(invoice_id=found.invoice.pk, kind=request.POST.get("etape", ""), by=by, now=now)
            messages.success(request, _("Your client is written to."))
        else:
            late_payments.settle(invoice_id=found.invoice.pk, by=by, now=now)
            messages.success(request, _("Settled: the steps go on."))
    except DomainError as error:
        messages.error(request, str(error))
        return _page(request, practitioner, _found(practitioner, found.invoice.pk), status=error.status)
    return redirect("office:late_invoice", pk)
