"""« Mes rendez-vous »: what comes, what is past."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.addresses import has_doubtful_address
from booking.access import seen_by
from booking.models import Appointment, Proposal, Status
from booking.models.appointment import UPCOMING
from booking.views.appointment import itinerary
from booking.views.opened import context_of
from common import clock


@login_not_required
@never_cache
@require_GET
def appointments(request: HttpRequest) -> HttpResponse:
    """One's own, signed in; or those booked from this browser, for who has not signed in yet."""
    now = clock.now()
    mine = seen_by(request)
    if not request.user.is_authenticated and not mine.exists():
        return redirect_to_login(request.get_full_path())
    mine = mine.for_pages().select_related("policy")
    proposed = Proposal.objects.filter(appointment=OuterRef("pk"), status=Proposal.Status.OPEN, expires_at__gt=now)
    coming = mine.filter(status__in=UPCOMING, ends_at__gt=now).annotate(has_proposal=Exists(proposed))
    past = mine.exclude(Q(status__in=UPCOMING) & Q(ends_at__gt=now)).order_by("-starts_at")
    number = request.GET.get("page", "1")
    listed = list(coming)
    context = {
        "next": _next(listed[0], now) if listed else None,
        "later": listed[1:],
        "past": Paginator(past, 10).get_page(
            number if number.isascii() and number.isdigit() and len(number) < 8 else 1
        ),
        "statuses": Status,
        "must_confirm": request.user.is_authenticated and has_doubtful_address(request.user),
    }
    return render(request, "booking/appointments.html", context)


def _next(appointment: Appointment, now: dt.datetime) -> dict[str, Any]:
    return context_of(appointment, now=now) | {"itinerary": itinerary(appointment)}
