"""Counting what people do with a public page (P6), without a cookie and without keeping anything of them.

Programs are left out (a maintained list of their names, and what a browser fetches ahead), the owner and the team too; the same network and
browser count once in half an hour, which the cache alone remembers.
"""

import datetime as dt
import hashlib
from typing import Any
from urllib.parse import urlsplit

from crawlerdetect import CrawlerDetect
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.roles import STAFF, has_role
from common import clock
from common.pace import network_mark
from common.signals import page_reached, page_used
from common.tasks import enqueue
from practitioners.models import PageFigure, Practitioner

AGAIN = 1800  # seconds
_programs = CrawlerDetect()


@receiver(page_used, dispatch_uid="practitioners.page_figures")
def on_page_used(sender: object, practitioner_id: int, what: str, request: HttpRequest, **kwargs: Any) -> None:
    """The count is written behind the answer; what the broker loses is lost, as befits a statistic."""
    from practitioners.tasks import count_page_use

    if _is_no_visitor(request, practitioner_id) or not _is_new(request, practitioner_id, what):
        return
    enqueue(count_page_use, practitioner_id, what, clock.today().isoformat())
    try:
        came = urlsplit(request.headers.get("Referer", "")[:2000])
    except ValueError:  # what a program says, no address
        return
    if what == PageFigure.What.VIEW and came.netloc == request.get_host():
        page_reached.send(sender=Practitioner, practitioner_id=practitioner_id, path=came.path, query=came.query)


def count(practitioner_id: int, what: str, day: dt.date) -> None:
    """One more. Two who count at once lose nothing."""
    same = {"practitioner_id": practitioner_id, "day": day, "what": what}
    if PageFigure.objects.filter(**same).update(count=F("count") + 1):
        return
    try:
        with transaction.atomic():
            PageFigure.objects.create(**same)
    except IntegrityError:
        # Somebody else's was the first of the day; a practitioner who is gone meanwhile counts no more.
        PageFigure.objects.filter(**same).update(count=F("count") + 1)


def _is_no_visitor(request: HttpRequest, practitioner_id: int) -> bool:
    name = request.headers.get("User-Agent", "")
    ahead = "prefetch" in (request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", ""))
    if not name or ahead or request.method == "HEAD" or _programs.is_crawler(name):
        return True
    user = request.user
    if not user.is_authenticated:
        return False
    own = getattr(user, "practitioner", None)
    return user.is_superuser or has_role(user, *STAFF) or (own is not None and own.pk == practitioner_id)


def _is_new(request: HttpRequest, practitioner_id: int, what: str) -> bool:
    name = hashlib.sha256(request.headers.get("User-Agent", "").encode()).hexdigest()[:12]
    return bool(cache.add(f"page-use-{what}-{practitioner_id}-{network_mark(request)}-{name}", 1, timeout=AGAIN))
