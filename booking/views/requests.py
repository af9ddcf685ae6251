"""Requests about an appointment (B12), for its client: made, followed, ended. Opened as the appointment is."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from booking import access, request_trace
from booking.actions import client_requests
from booking.errors import NotBookable
from booking.forms.clients import RequestForm, WordsForm
from booking.models import Appointment, ClientRequest
from booking.views import pages
from common import clock
from common.errors import DomainError


@login_not_required
@never_cache
@require_GET
def open_link(request: HttpRequest, reference: str, number: str, token: str) -> HttpResponse:
    if not access.open_with(request, reference, token):
        return _unknown(request)
    return redirect("booking:request", reference, number)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, reference: str) -> HttpResponse:
    appointment = _appointment(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    form = RequestForm(_sent(request))
    error: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            row = client_requests.open_request(
                appointment_id=appointment.pk,
                kind=form.cleaned_data["kind"],
                text=form.cleaned_data["text"],
                actor=_actor(request),
                now=clock.now(),
            )
        except DomainError as refused:
            error = refused
        else:
            messages.success(request, _("Your request is sent. A receipt goes to your address."))
            return redirect("booking:request", reference, row.reference)
    context = _context(appointment) | {
        "form": form,
        "error": str(error.message) if error else "",
        "earlier": list(appointment.client_requests.all()),
    }
    status = error.status if error else 422 if form.is_bound else 200
    return render(request, "booking/request_new.html", context, status=status)


@login_not_required
@never_cache
@require_GET
def show(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    return _page(request, reference, number)


@login_not_required
@require_POST
def add(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    row = _request(request, reference, number)
    if isinstance(row, HttpResponse):
        return row
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _page(request, reference, number, form=form, status=422)
    return _act(request, row, lambda: client_requests.add(
        request_id=row.pk, text=form.cleaned_data["text"], actor=_actor(request), now=clock.now()
    ))  # fmt: skip


@login_not_required
@require_POST
def close(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    row = _request(request, reference, number)
    if isinstance(row, HttpResponse):
        return row
    return _act(request, row, lambda: client_requests.close(request_id=row.pk, actor=_actor(request), now=clock.now()))


@login_not_required
@require_POST
def fail(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    row = _request(request, reference, number)
    if isinstance(row, HttpResponse):
        return row
    return _act(request, row, lambda: client_requests.fail(request_id=row.pk, actor=_actor(request), now=clock.now()))


@login_not_required
@never_cache
@require_GET
def pdf(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    row = _request(request, reference, number)
    return row if isinstance(row, HttpResponse) else request_trace.pdf_response(row, now=clock.now())


def _act(request: HttpRequest, row: ClientRequest, action: Any) -> HttpResponse:
    reference = row.appointment.reference
    try:
        action()
    except DomainError as error:
        return _page(request, reference, row.reference, error=error)
    return redirect("booking:request", reference, row.reference)


def _page(
    request: HttpRequest,
    reference: str,
    number: str,
    *,
    form: WordsForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    row = _request(request, reference, number)
    if isinstance(row, HttpResponse):
        return row
    context = _context(row.appointment) | {
        "row": row,
        "steps": request_trace.steps(row),
        "form": form or WordsForm(label=_("Add something")),
        "error": str(error.message) if error else "",
    }
    return render(request, "booking/request.html", context, status=error.status if error else status)


def _request(request: HttpRequest, reference: str, number: str) -> ClientRequest | HttpResponse:
    appointment = _appointment(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    row = ClientRequest.objects.filter(appointment=appointment, reference=number[:12]).first()
    if row is None:
        return _unknown(request)
    row.appointment = appointment
    return row


def _appointment(request: HttpRequest, reference: str) -> Appointment | HttpResponse:
    rows = Appointment.objects.for_pages().booked()
    appointment = rows.filter(reference=reference[:12]).first()
    if appointment is None or not access.may_open(request, appointment):
        return _unknown(request)
    return appointment


def _unknown(request: HttpRequest) -> HttpResponse:
    text = _("This request does not exist, or this address does not open it. Use the link of the mail, or sign in.")
    return pages.refused(request, NotBookable(text))


def _actor(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def _context(appointment: Appointment) -> dict[str, Any]:
    return {
        "appointment": appointment,
        "practitioner": appointment.practitioner,
        "zone": appointment.timezone,
    }


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, an empty form too."""
    return request.POST if request.method == "POST" else None
