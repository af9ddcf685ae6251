"""What the routers of `/api/v1/` share: a limit for each visitor's address, and answers that caches may keep."""

import ipaddress
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from ninja import Schema
from ninja.throttling import BaseThrottle

View = Callable[..., HttpResponse]


class Problem(Schema):
    """`loc` ends with the name of the parameter, `msg` says what it takes."""

    type: str
    loc: list[str | int]
    msg: str
    input: str | None = None


class Refused(Schema):
    """422: a parameter was not understood. Nothing is guessed in its place."""

    detail: list[Problem]


class TooMany(Schema):
    """429: more requests than the limit; the header `Retry-After` says in how many seconds to come back."""

    detail: str


class PerAddress(BaseThrottle):
    """At most `requests` in each `seconds` from one address (an IPv6 network of a subscriber counts as one).

    Counted by the cache in one step, so that simultaneous requests cannot pass together; while the cache is away nothing is
    counted. The address is the visitor's: `common.middleware.proxy` believes only the trusted proxies.
    """

    def __init__(self, scope: str, *, requests: int, seconds: int = 60) -> None:
        self.scope, self.requests, self.seconds = scope, requests, seconds

    def allow_request(self, request: HttpRequest) -> bool:
        key = f"api:{self.scope}:{network_of(request.META.get('REMOTE_ADDR', ''))}:{int(time.time() // self.seconds)}"
        cache.add(key, 0, timeout=2 * self.seconds)
        return int(cache.incr(key)) <= self.requests

    def wait(self) -> float:
        return self.seconds - time.time() % self.seconds


def network_of(address: str) -> str:
    """What one subscriber has: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)


def cacheable(seconds: int) -> Callable[[View], View]:
    """Answers may be kept for so long by anybody and are revalidated by their ETag (304); refusals are never kept.

    For ninja's `decorate_view`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                patch_cache_control(response, no_store=True)
                return response
            patch_cache_control(response, public=True, max_age=seconds)
            set_response_etag(response)
            return get_conditional_response(request, etag=response["ETag"], response=response) or response

        return answered

    return decorate
