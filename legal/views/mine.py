"""What applies to the signed-in person, and the receipts of what they answered."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.clock import now as clock_now
from legal import mine as applying
from legal import receipt_pdf
from legal.actions import acceptances
from legal.models import Acceptance


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    now = clock_now()
    ours, theirs = applying.applying_to(request.user, now=now)
    waiting = sum(line.pending is not None and line.pending.asks_to_accept for line in ours)
    return render(request, "legal/mine.html", {"ours": ours, "theirs": theirs, "waiting": waiting, "now": now})


def _own(request: HttpRequest, sequence: int) -> Acceptance:
    rows = Acceptance.objects.select_related("detail", "version__document")
    return get_object_or_404(rows, sequence=sequence, detail__user=request.user)


def _receipt(request: HttpRequest, row: Acceptance) -> dict[str, Any]:
    return acceptances.receipt(acceptance=row, base=request.build_absolute_uri("/").rstrip("/"))


@never_cache
@require_safe
def receipt(request: HttpRequest, sequence: int) -> HttpResponse:
    """One's own answer with all that proves it, to keep."""
    content = _receipt(request, _own(request, sequence))
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="acceptation-{sequence}.json"'
    return response


@never_cache
@require_safe
def receipt_as_pdf(request: HttpRequest, sequence: int) -> HttpResponse:
    """The same to read and to print, with the JSON inside."""
    row = _own(request, sequence)
    content = receipt_pdf.render(row, _receipt(request, row), publisher=settings.WAGTAIL_SITE_NAME)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="acceptation-{sequence}.pdf"'
    return response
