"""The private feed of a practitioner's appointments, for calendars that subscribe to it."""

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from booking.calendars import feed
from booking.models import CalendarFeed
from common import clock
from practitioners.models import Practitioner

READ_EVERY = dt.timedelta(hours=1)


@login_not_required
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The address is the key: 404 when it opens nothing, 410 once it was revoked. No cookie, no cache but the reader's own."""
    found = CalendarFeed.objects.select_related("practitioner").filter(token_hash=feed.hash_of(token)).first()
    if found is None:
        return _closed(404)
    if found.revoked_at is not None or found.practitioner.status == Practitioner.Status.ENDED:
        return _closed(410)
    now = clock.now()
    if found.last_read_at is None or now - found.last_read_at > READ_EVERY:
        CalendarFeed.objects.filter(pk=found.pk).update(last_read_at=now)
    with translation.override("fr"):
        text = feed.text_of(found, now=now)
    etag = feed.etag_of(text)
    known = {item.strip().removeprefix("W/") for item in request.headers.get("If-None-Match", "").split(",")}
    response = HttpResponse(status=304) if etag in known or "*" in known else HttpResponse(text)
    response["Content-Type"] = "text/calendar; charset=utf-8"
    response["Content-Disposition"] = 'inline; filename="rendez-vous.ics"'
    response["ETag"] = etag
    return _private(response)


def _closed(status: int) -> HttpResponse:
    return _private(HttpResponse(status=status, content_type="text/plain; charset=utf-8"))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
