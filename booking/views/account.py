"""« Mes rendez-vous »: what comes, what is past."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from booking.models import Appointment, Status
from booking.models.appointment import UPCOMING
from common import clock


@never_cache
@require_GET
def appointments(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    mine = Appointment.objects.filter(client=request.user).for_pages()
    coming = mine.filter(status__in=UPCOMING, ends_at__gt=now)
    past = mine.booked().exclude(Q(status__in=UPCOMING) & Q(ends_at__gt=now)).order_by("-starts_at")
    number = request.GET.get("page", "1")
    context = {
        "coming": list(coming),
        "past": Paginator(past, 10).get_page(number if number.isascii() and number.isdigit() and len(number) < 8 else 1),
        "statuses": Status,
    }
    return render(request, "booking/appointments.html", context)
