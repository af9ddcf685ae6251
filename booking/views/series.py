"""A series, for its client: its dates, and its end with what each gives back. Opened like any of its appointments."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from booking import access
from booking.actions import series as actions
from booking.errors import AmountChanged
from booking.models import Appointment, Series
from common import clock
from common.errors import Conflict


@login_not_required
@never_cache
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    series, rows = _opened(request, pk)
    coming = {row.pk for row in actions.coming(series, now=clock.now())}
    context = {
        "series": series,
        "rows": [(row, row.pk in coming) for row in rows],
        "first": rows[0],
        "coming": len(coming),
        "practitioner": rows[0].practitioner,
    }
    return render(request, "booking/series/show.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what each date gives back now; POST does exactly that, or shows the new amounts (409)."""
    series, rows = _opened(request, pk)
    if not actions.coming(series, now=clock.now()):
        return redirect("my_series", pk)
    if request.method == "GET":
        return _end_page(request, series, rows[0])
    announced = request.POST.get("amount", "")
    try:
        if not (announced.isascii() and announced.isdigit() and len(announced) < 10):
            raise AmountChanged
        cancelled = actions.end_by_client(
            series_id=series.pk,
            announced_cents=int(announced),
            actor=request.user if request.user.is_authenticated else None,
            now=clock.now(),
        )
    except Conflict as error:
        return _end_page(request, series, rows[0], error)
    if cancelled:
        messages.success(request, _("The series has ended. A message says so to both of you."))
    return redirect("my_series", pk)


def _end_page(request: HttpRequest, series: Series, first: Appointment, error: Conflict | None = None) -> HttpResponse:
    now = clock.now()
    lines = actions.due_to_client(actions.coming(series, now=now), now=now)
    context = {
        "series": series,
        "lines": lines,
        "total": sum(due for _row, due in lines),
        "paid_online": any(row.advance_cents for row, _due in lines),
        "practitioner": first.practitioner,
        "first": first,
        "notice": str(error.message) if error else "",
    }
    return render(request, "booking/series/end.html", context, status=error.status if error else 200)


def _opened(request: HttpRequest, pk: int) -> tuple[Series, list[Appointment]]:
    """Whoever may open one of its appointments may open the series; anybody else's does not exist."""
    series = Series.objects.filter(pk=pk).select_related("service").first()
    rows = list(Appointment.objects.booked().filter(series=series).for_pages().order_by("starts_at")) if series else []
    if series is None or not any(access.may_open(request, row) for row in rows):
        raise Http404
    return series, rows
