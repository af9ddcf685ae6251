"""« Mes rendez-vous »: what comes, what is past."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from booking.access import seen_by
from booking.models import Status
from booking.models.appointment import UPCOMING
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
    mine = mine.for_pages()
    coming = mine.filter(status__in=UPCOMING, ends_at__gt=now)
    past = mine.exclude(Q(status__in=UPCOMING) & Q(ends_at__gt=now)).order_by("-starts_at")
    number = request.GET.get("page", "1")
    context = {
        "coming": list(coming),
        "past": Paginator(past, 10).get_page(
            number if number.isascii() and number.isdigit() and len(number) < 8 else 1
        ),
        "statuses": Status,
    }
    return render(request, "booking/appointments.html", context)
