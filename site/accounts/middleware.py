"""Behind two doors, the CMS and the practitioners' office, the second factor must be in the session."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import second_factor

CMS = "/cms/"
DOORS = (CMS, "/espace-praticien/")


class SecondFactorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(DOORS) and request.user.is_authenticated:
            # Wagtail would answer with a redirect to its sign-in, which sends signed-in people back here.
            if request.path.startswith(CMS) and not request.user.has_perm("wagtailadmin.access_admin"):
                raise PermissionDenied
            if second_factor.required_for(request.user) and not second_factor.is_satisfied(request):
                return self._ask(request)
        return self.get_response(request)

    def _ask(self, request: HttpRequest) -> HttpResponse:
        step = "mfa_reauthenticate" if second_factor.is_enrolled(request.user) else "mfa_activate_totp"
        return redirect(f"{reverse(step)}?{urlencode({'next': request.get_full_path()})}")
