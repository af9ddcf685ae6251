"""After the notice period of a version that asks for it, writing in one's space waits for an answer.

Never behind the door: reading, exporting, exercising a right, leaving (cancelling included), what a law gives a term for, and signing
in or out. Each app adds the names of its addresses of that kind to `always_open`; a test asks of every other one that it is listed
as waiting. A booking in progress is not concerned: it asks for its own acceptances.
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

AREAS = ("/compte/", "/espace-praticien/")
# Names of addresses; `*` only for the whole of what somebody else's package or one app of ours serves.
always_open: Registry[str] = Registry("pages open without the latest acceptance")


def keep_open(*names: str) -> None:
    """What is written there does not wait for anybody's answer."""
    for name in names:
        always_open.register(name, name)


keep_open("account_*", "mfa_*", "rights:*", "my_consents", "help", "help_one", "help_resolved")


def is_open(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in always_open)


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
        return redirect(f"{reverse('legal:pending')}?{urlencode({'version': item.version.pk})}")

    def _behind_the_door(self, request: HttpRequest) -> bool:
        if request.method in {"GET", "HEAD", "OPTIONS"} or not request.path_info.startswith(AREAS):
            return False
        match = request.resolver_match
        return match is not None and not is_open(match.view_name or "")
