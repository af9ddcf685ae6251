"""How often one connection may do what costs somebody else something: messages, reports, telephone numbers, pages in bulk."""

import hashlib
import hmac

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from common.api import network_of

HOUR = 3600


def network_mark(request: HttpRequest) -> str:
    """The visitor's network (an IPv4 address, the /64 of an IPv6 one) as a keyed hash of 8 letters: it names nobody without the key."""
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    return hmac.new(settings.SECRET_KEY.encode(), f"network:{network}".encode(), hashlib.sha256).hexdigest()[:8]


def too_many(request: HttpRequest, what: str, *, most: int, seconds: int = HOUR) -> bool:
    """Count one more of `what` from this network; whether that is more than `most` in `seconds`, which begin with the first.

    Nothing is refused while the cache is away or `most` is 0.
    """
    if not most:
        return False
    key = f"pace-{what}-{seconds}-{network_mark(request)}"
    cache.add(key, 0, timeout=seconds)
    try:
        return bool(cache.incr(key) > most)
    except ValueError:
        # It lapsed between the two: a new count begins.
        cache.add(key, 1, timeout=seconds)
        return False
