"""The public register: each day's head of the chain, for whoever wants to keep it and compare it one day."""

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from common import history
from legal import verifier as program
from legal.actions import anchors
from legal.models import AnchorTimestamp, DailyAnchor


@login_not_required
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    page = Paginator(DailyAnchor.objects.select_related("timestamp"), 31).get_page(request.GET.get("page"))
    return render(request, "legal/register.html", {"page": page, "months": anchors.by_month(page.object_list)})


@login_not_required
@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """Every anchor: a line a day."""
    rows = [anchors.as_published(row) for row in DailyAnchor.objects.order_by("day")]
    response = JsonResponse(
        {"format": "anchors/1", "anchors": rows, "history": history.published()}, json_dumps_params={"indent": 1}
    )
    patch_cache_control(response, public=True, max_age=600)
    return response


@login_not_required
@require_safe
def stamp(request: HttpRequest, day: str) -> HttpResponse:
    """What the authority answered, as it came: `openssl ts -verify` reads it."""
    try:
        wanted = dt.date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    row = get_object_or_404(AnchorTimestamp.objects.select_related("anchor"), anchor__day=wanted)
    response = HttpResponse(bytes(row.token), content_type="application/timestamp-reply")
    response["Content-Disposition"] = f'attachment; filename="ancre-{wanted.isoformat()}.tsr"'
    return response


@login_not_required
@require_safe
def stated(request: HttpRequest, day: str) -> HttpResponse:
    """The very bytes under an anchor's hash, and under its stamp."""
    try:
        wanted = dt.date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    row = get_object_or_404(DailyAnchor, day=wanted)
    return HttpResponse(row.stated().encode(), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The program that verifies a receipt: only Python's own library."""
    response = HttpResponse(program.source(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verifier_un_recu.py"'
    return response
