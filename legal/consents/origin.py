"""Forms that stand on every page set no cookie before they are sent: what proves that a page of ours sent them is their origin."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt


def from_this_site(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Instead of the CSRF cookie: a POST whose browser says that another site's page sent it, or nothing at all, is refused."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and not _ours(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return csrf_exempt(wrapped)


def _ours(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(origin).netloc == request.get_host()


def following(request: HttpRequest) -> str:
    """Where the person was, when it is on this site; the home page otherwise."""
    url = (request.POST.get("next") or request.GET.get("next") or "")[:2000]
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if safe else "/"
