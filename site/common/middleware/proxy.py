"""Behind reverse proxies, the address of the visitor is the one that the outermost trusted proxy saw.

Evidence keeps it and limits count by it, so it must be neither the proxy's own address nor whatever a client claims: of
`X-Forwarded-For` only the entries written by the `TRUSTED_PROXIES` proxies in front (a number, 0 by default) are believed.
"""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class VisitorAddressMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = visitor_address(request.META.get("HTTP_X_FORWARDED_FOR", ""), settings.TRUSTED_PROXIES)
        if seen:
            request.META["REMOTE_ADDR"] = seen
        return self.get_response(request)


def visitor_address(header: str, proxies: int) -> str:
    """The entry added by the outermost of `proxies`; empty when there is none or it is no address."""
    entries = [entry.strip() for entry in header.split(",")] if header else []
    if proxies < 1 or len(entries) < proxies:
        return ""
    try:
        return str(ipaddress.ip_address(entries[-proxies]))
    except ValueError:
        return ""
