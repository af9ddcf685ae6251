"""The times that a practitioner proposes instead, for the client: take one, or none."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.actions import proposals
from booking.errors import ProposalGone
from booking.models import Appointment
from booking.views import pages
from booking.views.flow.times import instant_of
from booking.views.opened import actor_of, context_of, opened
from common import clock
from common.errors import DomainError


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def proposed(request: HttpRequest, reference: str) -> HttpResponse:
    """GET shows them, those taken meanwhile marked; POST `start` takes one, POST `aucun` ends the request."""
    appointment = opened(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    if request.method == "GET":
        return _page(request, appointment)
    try:
        if "aucun" in request.POST:
            proposals.decline(appointment_id=appointment.pk, actor=actor_of(request), now=clock.now())
            return redirect(pages.address("booking:appointment", reference) + "?annule=1")
        start = instant_of(request.POST.get("start", ""))
        if start is None:
            raise ProposalGone
        proposals.choose(appointment_id=appointment.pk, start=start, actor=actor_of(request), now=clock.now())
    except DomainError as error:
        return _page(request, Appointment.objects.for_pages().get(pk=appointment.pk), error)
    return redirect(pages.address("booking:appointment", reference) + "?merci=1")


def _page(request: HttpRequest, appointment: Appointment, error: DomainError | None = None) -> HttpResponse:
    context = context_of(appointment, now=clock.now())
    proposal = context["proposal"]
    if proposal is None and error is None:
        return redirect("booking:appointment", appointment.reference)
    starts = proposal.starts if proposal else []
    context |= {
        "error": str(error.message) if error else "",
        "times": [{"start": start, "free": proposals.is_free(appointment, start)} for start in starts],
    }
    return render(request, "booking/proposed.html", context, status=error.status if error else 200)
