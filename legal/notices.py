"""The calm notice at the top of pages: versions that concern the signed-in person, none inside a booking in progress."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from common.clock import now as clock_now
from legal.actions.acceptances import Pending, pending_for

COOKIE = "versions_lues"
_AGE = 180 * 24 * 3600
_QUIET = ("/rendez-vous/", "/documents/a-accepter/", "/cms/", "/demo/", "/webhooks/", "/api/")


def seen(request: HttpRequest) -> set[int]:
    text = request.COOKIES.get(COOKIE, "")
    return {int(part) for part in text.split(".")} if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9}){0,49}", text) else set()


def remember_seen(request: HttpRequest, response: HttpResponse, version: str) -> None:
    if re.fullmatch(r"[0-9]{1,9}", version):
        kept = sorted(seen(request) | {int(version)})[-50:]
        response.set_cookie(
            COOKIE, ".".join(map(str, kept)), max_age=_AGE, httponly=True, samesite="Lax", secure=request.is_secure()
        )


def notice(request: HttpRequest) -> Pending | None:
    """The most pressing pending version: what asks to be accepted first, refused and dismissed ones left out."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or request.path_info.startswith(_QUIET):
        return None
    now = clock_now()
    read = seen(request)
    for item in pending_for(user, now):
        if item.gates(now) or (item.asks_to_accept and not item.refused):
            return item
        if not item.asks_to_accept and item.version.pk not in read:
            return item
    return None


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor; nothing is read from the database unless the page shows it."""
    return {"legal_notice": SimpleLazyObject(lambda: notice(request))}
