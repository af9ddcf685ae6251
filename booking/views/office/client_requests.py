"""Requests that clients make (B12), for the practitioner: the list, one request with its trace, the answer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from booking import request_trace
from booking.actions import client_requests
from booking.forms.clients import AnswerForm
from booking.models import ClientRequest
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

A_PAGE = 30


@require_GET
@for_practitioner
def requests(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """Those that wait first, the oldest of them on top."""
    waiting = Case(When(state=ClientRequest.State.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = ClientRequest.objects.filter(appointment__practitioner=practitioner).select_related("appointment")
    context = {
        "practitioner": practitioner,
        "page": Paginator(rows.alias(waits=waiting).order_by("waits", "-opened_at"), A_PAGE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "booking/office/requests.html", context)


@require_http_methods(["GET", "POST"])
@for_practitioner
def show(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    row = _own(practitioner, reference)
    refundable = client_requests.refundable(row.appointment)
    form = AnswerForm(_sent(request), refundable=refundable)
    error: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            _answer(request, row, form)
        except DomainError as refused:
            error = refused
        else:
            messages.success(request, _("Your answer is sent to the client."))
            return redirect("office:request", row.reference)
    context = {
        "practitioner": practitioner,
        "row": row,
        "appointment": row.appointment,
        "zone": row.appointment.timezone,
        "steps": request_trace.steps(row),
        "form": form,
        "refundable": refundable,
        "error": str(error.message) if error else "",
        "now": clock.now(),
    }
    status = error.status if error else 422 if form.is_bound else 200
    return render(request, "booking/office/request.html", context, status=status)


@require_GET
@for_practitioner
def pdf(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    return request_trace.pdf_response(_own(practitioner, reference), now=clock.now())


def _answer(request: HttpRequest, row: ClientRequest, form: AnswerForm) -> None:
    data = form.cleaned_data
    actor, now = request.user, clock.now()
    if data["verdict"] == AnswerForm.REFUND:
        client_requests.grant_refund(
            request_id=row.pk,
            amount_cents=data["amount"],
            text=data["text"],
            actor=actor,  # type: ignore[arg-type]
            now=now,
        )
        return
    client_requests.answer(
        request_id=row.pk,
        text=data["text"],
        refused=data["verdict"] == AnswerForm.REFUSE,
        actor=actor,  # type: ignore[arg-type]
        now=now,
    )


def _own(practitioner: Practitioner, reference: str) -> ClientRequest:
    rows = ClientRequest.objects.select_related(
        "appointment__practitioner", "appointment__place__commune__department", "appointment__record"
    )
    row = rows.filter(appointment__practitioner=practitioner, reference=reference[:12]).first()
    if row is None:
        raise Http404
    return row


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, an empty form too."""
    return request.POST if request.method == "POST" else None
