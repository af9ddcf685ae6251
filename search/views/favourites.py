"""A client's favourites: the list, and the button that saves or removes one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from common.errors import DomainError
from practitioners.models import Practitioner
from search import favourites, sign_in
from search.actions import favourites as actions


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    page, lines = favourites.page_of(request.user, request.GET.get("page", "1"))
    return render(request, "search/favourites.html", {"page": page, "lines": lines})


@login_not_required
@never_cache
@require_POST
def change(request: HttpRequest, practitioner_id: int) -> HttpResponse:
    """Save, or remove with `action=remove`; then back to where the button was."""
    back = _safe(request, request.POST.get("next", ""))
    removing = request.POST.get("action") == "remove"
    if not request.user.is_authenticated:
        return _sign_in_first(request, practitioner_id, back)
    try:
        if removing:
            actions.remove(user=request.user, practitioner_id=practitioner_id)
        else:
            actions.save(user=request.user, practitioner_id=practitioner_id)
    except DomainError as error:
        return _refused(request, error, back)
    if request.htmx:  # type: ignore[attr-defined]
        named = Practitioner.objects.filter(pk=practitioner_id).first()
        values = favourites.button_context(practitioner_id, named.full_name if named else "", not removing, back)
        return render(request, "search/favourite_button.html", values | {"announce": True})
    return redirect(f"{back}#favori-{practitioner_id}" if back != "/compte/favoris/" else back)


def _sign_in_first(request: HttpRequest, practitioner_id: int, back: str) -> HttpResponse:
    practitioner = Practitioner.objects.listed().filter(pk=practitioner_id).first()
    if practitioner is None:
        raise Http404("nobody to save")
    sign_in.remember(request, practitioner_id)
    text = _("Sign in to save %(name)s. An account is made with a first booking; no password is needed.")
    messages.info(request, text % {"name": practitioner.full_name})
    answer = redirect_to_login(back)
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer  # type: ignore[attr-defined]


def _refused(request: HttpRequest, error: DomainError, back: str) -> HttpResponse:
    if error.status == 404:
        raise Http404(str(error.message))
    messages.error(request, str(error.message))
    return HttpResponseClientRedirect(back) if request.htmx else redirect(back)  # type: ignore[attr-defined]


def _safe(request: HttpRequest, address: str) -> str:
    """Only our own pages, by path."""
    fits = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts=None, require_https=request.is_secure()
    )
    return address.partition("#")[0] if fits and len(address) <= 2_000 else "/compte/favoris/"
