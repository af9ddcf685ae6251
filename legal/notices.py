"""The calm notice at the top of pages: versions that concern the signed-in person, none inside a booking in progress.

Who is not signed in is told of what informs everybody, for a month from its day. Nothing tells one visitor from another: what was
seen is a cookie with the numbers of versions, written only when somebody presses “I have seen it”.
"""

import datetime as dt
import re
from typing import Any

from django.core.cache import cache
from django.db.models.signals import post_save
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from common.clock import now as clock_now
from legal.actions.acceptances import Pending, pending_for
from legal.models import LegalDocument, LegalVersion

COOKIE = "versions_lues"
_AGE = 180 * 24 * 3600
TOLD_FOR = dt.timedelta(days=30)
Kind = LegalDocument.Kind
# Those that concern whoever reads the site; the others bind people who signed them.
PUBLIC = (Kind.PRIVACY, Kind.COOKIES, Kind.NOTICE, Kind.CGU, Kind.REVIEWS, Kind.RANKING, Kind.SUBPROCESSORS)
_KEY, _KEPT = "versions-that-inform", 300
_APART = ("/widget", "/compte/connexion/", "/compte/inscription/")
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
    if user is None or request.path_info.startswith((*_QUIET, *_APART)):
        return None
    if not user.is_authenticated:
        return _for_everybody(request)
    now = clock_now()
    read = seen(request)
    for item in pending_for(user, now):
        if item.gates(now) or (item.asks_to_accept and not item.refused):
            return item
        if not item.asks_to_accept and item.version.pk not in read:
            return item
    return None


def _for_everybody(request: HttpRequest) -> Pending | None:
    """The latest version of the public documents that only informs; what was dismissed on this browser is left out."""
    now = clock_now()
    read = seen(request)
    for version in _recent(now):
        if version.pk not in read and version.effective_at and now - TOLD_FOR < version.effective_at <= now:
            before = LegalVersion(document=version.document, number=version.number - 1)
            return Pending(version, before, version.mode, False, None)
    return None


def _recent(now: dt.datetime) -> list[LegalVersion]:
    """Asked of the database once in a while: every visitor's page looks here."""
    known = cache.get(_KEY)
    if known is None:
        rows = LegalVersion.objects.published().filter(
            document__owner=None,
            document__kind__in=PUBLIC,
            number__gt=1,
            mode=LegalVersion.Mode.INFORM,
            effective_at__gt=now - TOLD_FOR,
        )
        light = rows.select_related("document").defer("articles", "preamble", "summary", "values")
        known = list(light.order_by("-effective_at", "-number"))
        cache.set(_KEY, known, _KEPT)
    return known


def forget(**kwargs: object) -> None:
    cache.delete(_KEY)


def connect() -> None:
    post_save.connect(forget, sender=LegalVersion, dispatch_uid="notice-of-versions")


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor; nothing is read from the database unless the page shows it."""
    return {"legal_notice": SimpleLazyObject(lambda: notice(request))}
