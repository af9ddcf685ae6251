"""Cancelling by the client, « je ne peux plus venir », and saying that the practitioner did not come."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from booking import access, lifecycle
from booking.actions import appointments
from booking.actions.withdrawal_findings import finding
from booking.errors import AlreadyStarted, AmountChanged
from booking.lifecycle import Step
from booking.models import Appointment
from booking.views import pages
from booking.views.opened import actor_of, context_of, opened, unknown
from common import clock
from common.errors import Conflict


@login_not_required
@never_cache
@require_GET
def cannot_come(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    """The link « je ne peux plus venir » of a reminder: it opens the page that says what cancelling or moving costs, no more."""
    if not access.open_with(request, reference, token):
        return unknown(request)
    return redirect(pages.address("booking:cancel", reference) + "?empechement=1")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """GET says what cancelling gives back now; POST does exactly that, or shows the new amount (409)."""
    appointment = opened(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    if not lifecycle.may(appointment, Step.CANCEL_BY_CLIENT):
        return redirect("booking:appointment", reference)
    if request.method == "GET":
        return _cancel_page(request, appointment)
    announced = request.POST.get("amount", "")
    try:
        if not (announced.isascii() and announced.isdigit() and len(announced) < 10):
            raise AmountChanged
        appointments.cancel_by_client(
            appointment_id=appointment.pk,
            announced_cents=int(announced),
            actor=actor_of(request),
            now=clock.now(),
        )
    except (AmountChanged, AlreadyStarted) as error:
        return _cancel_page(request, appointment, error)
    except lifecycle.IllegalTransition:
        return redirect("booking:appointment", reference)
    return redirect(pages.address("booking:appointment", reference) + "?annule=1")


def _cancel_page(request: HttpRequest, appointment: Appointment, error: Conflict | None = None) -> HttpResponse:
    context = context_of(appointment, now=clock.now())
    started = context["started"]
    context |= {
        "by_law": finding(appointment, now=clock.now()),
        "cannot_come": "empechement" in request.GET,
        "notice": str(error.message) if error else str(AlreadyStarted.message) if started else "",
    }
    return render(request, "booking/cancel.html", context, status=error.status if error else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def absent(request: HttpRequest, reference: str) -> HttpResponse:
    """The client declares that the practitioner did not come; what is owed is then settled between the two."""
    appointment = opened(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    if not appointments.may_declare_absence(appointment, now=clock.now()):
        return redirect("booking:appointment", reference)
    if request.method == "GET":
        return render(request, "booking/absent.html", context_of(appointment, now=clock.now()))
    try:
        appointments.declare_absence(appointment_id=appointment.pk, actor=actor_of(request), now=clock.now())
    except Conflict as error:
        pages.warn(request, error)
    return redirect("booking:appointment", reference)
