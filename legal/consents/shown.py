"""What pages show by themselves: the question about cookies, only while something optional is in use and unanswered."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from legal.consents import cookies

# A booking in progress is not interrupted, nor the desks; the page of the choice asks by itself.
_QUIET = (
    "/rendez-vous/",
    "/cookies/",
    "/cms/",
    "/espace-praticien/",
    "/demo/",
    "/widget",
    "/webhooks/",
    "/api/",
    "/retractation/",
)


def banner(request: HttpRequest) -> list[cookies.Category]:
    if request.path_info.startswith(_QUIET) or request.method not in {"GET", "HEAD"}:
        return []
    return cookies.unasked(request)


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor; nothing is asked unless the page shows it."""
    return {"cookie_banner": SimpleLazyObject(lambda: banner(request))}
