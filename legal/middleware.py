"""After the notice period of a version that asks for it, writing in one's space waits for an answer.

Never behind the door: reading, exporting, leaving (cancelling included) and signing in or out. Other apps add the names of
such pages to `always_open`. A booking in progress is not concerned: it asks for its own acceptances.
"""

from collections.abc import Callable
from fnmatch import fnmatchcase
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from common.clock import now as clock_now
from common.registry import Registry
from legal.actions.acceptances import pending_for

ACCOUNT = "/compte/"
OFFICE = "/espace-praticien/"
# Patterns of URL names, `*` allowed: pages that read, export or leave, whatever their method.
always_open: Registry[str] = Registry("pages open without the latest acceptance")
for _pattern in ("account_*", "mfa_*", "*export*", "*cancel*", "*withdraw*", "*close*", "*agenda*", "*calendar*"):
    always_open.register(_pattern, _pattern)


def is_open(name: str) -> bool:
    return any(fnmatchcase(name.lower(), pattern) for pattern in always_open)


class NoticePeriodMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        if not self._behind_the_door(request) or not request.user.is_authenticated:
            return None
        now = clock_now()
        item = next((item for item in pending_for(request.user, now) if item.gates(now)), None)  # type: ignore[arg-type]
        if item is None:
            return None
        messages.warning(
            request, _("Answer about the new version of “%(title)s” to go on.") % {"title": item.version.title}
        )
        following = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
        query = {"version": item.version.pk} | ({"next": following} if following else {})
        return redirect(f"{reverse('legal:pending')}?{urlencode(query)}")

    def _behind_the_door(self, request: HttpRequest) -> bool:
        """In the account only what writes; in the office every page but those that read, export or leave."""
        if not request.path_info.startswith((ACCOUNT, OFFICE)):
            return False
        match = request.resolver_match
        if match is None or is_open(match.view_name or ""):
            return False
        reads = request.method in {"GET", "HEAD", "OPTIONS"}
        return not reads or (request.path_info.startswith(OFFICE) and request.path_info != OFFICE)
