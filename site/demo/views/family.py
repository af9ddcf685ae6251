"""`/demo/agenda-famille.ics`: a calendar elsewhere, for the demo to read."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from demo.family import now_text


@login_not_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    return HttpResponse(now_text(), content_type="text/calendar; charset=utf-8")
