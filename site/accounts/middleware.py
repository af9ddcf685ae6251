"""Behind two doors, the CMS and the practitioners' office, the second factor must be in the session.

And what only signed-in people read is kept by no cache: after signing out, going back on a shared machine shows nothing.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from accounts import second_factor

CMS = "/cms/"
DOORS = (CMS, "/espace-praticien/")


class SecondFactorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # `path_info` is what decides the view; `path` begins with whatever prefix the request claims.
        if request.path_info.startswith(DOORS) and request.user.is_authenticated:
            # Wagtail would answer with a redirect to its sign-in, which sends signed-in people back here.
            if request.path_info.startswith(CMS) and not request.user.has_perm("wagtailadmin.access_admin"):
                raise PermissionDenied
            if second_factor.required_for(request.user) and not second_factor.is_satisfied(request):
                return self._ask(request)
        return self.get_response(request)

    def _ask(self, request: HttpRequest) -> HttpResponse:
        step = "mfa_reauthenticate" if second_factor.is_enrolled(request.user) else "mfa_activate_totp"
        return redirect(f"{reverse(step)}?{urlencode({'next': request.get_full_path()})}")


class ClosedPagesMiddleware:
    """No page that asks who one is stays in a browser or a proxy, unless its view says otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "is_closed", False) and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object) -> None:
        # As LoginRequiredMiddleware reads it: closed unless marked with `login_not_required`.
        request.is_closed = getattr(view, "login_required", True)  # type: ignore[attr-defined]
