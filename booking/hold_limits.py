"""How many times one address may hold at once: new sessions, each with its hold, must not block an agenda.

A hold takes a numbered ticket of the visitor's network (an IPv4 address, the /64 of an IPv6 one), in one step of the cache, so
that simultaneous requests cannot pass together. Tickets are given back with the hold, or lapse with the longest one; while
the cache is away nothing is counted. The network is kept as a keyed hash, and for that time only.
"""

import hashlib
import hmac

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from booking.errors import TooManyHolds
from common.api import network_of
from practitioners.models import Practitioner

# A hold, prolonged once: 15 and 10 minutes.
LONGEST_SECONDS = 25 * 60


def take(request: HttpRequest, practitioner: Practitioner, *, holder_key: str) -> None:
    """Take a ticket for this visitor's hold with this practitioner, or keep the one it has. Raises TooManyHolds."""
    scopes = [_keys(scope, most) for scope, most in _scopes(request, practitioner) if most]
    owner = _owner(practitioner, holder_key)
    held = cache.get_many([key for keys in scopes for key in keys]) if scopes else {}
    taken: list[str] = []
    for keys in scopes:
        ticket = _ticket(keys, held, owner)
        if ticket is None:
            for key in taken:
                cache.delete(key)
            raise TooManyHolds
        if ticket:
            taken.append(ticket)


def give_back(request: HttpRequest, practitioner: Practitioner, *, holder_key: str) -> None:
    """The hold is over: released, booked, or refused."""
    owner = _owner(practitioner, holder_key)
    # Valkey refuses to be asked for no key at all.
    keys = [key for scope, most in _scopes(request, practitioner) for key in _keys(scope, most)]
    own = [key for key, whose in cache.get_many(keys).items() if whose == owner] if keys else []
    if own:
        cache.delete_many(own)


def _ticket(keys: list[str], held: dict[str, str], owner: str) -> str | None:
    """The key of a ticket newly taken, empty when the owner has one already, None when all are taken."""
    for key in keys:
        if held.get(key) == owner:
            cache.touch(key, LONGEST_SECONDS)
            return ""
    return next((key for key in keys if key not in held and cache.add(key, owner, LONGEST_SECONDS)), None)


def _scopes(request: HttpRequest, practitioner: Practitioner) -> list[tuple[str, int]]:
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    digest = hmac.new(settings.SECRET_KEY.encode(), f"holds:{network}".encode(), hashlib.sha256).hexdigest()[:24]
    return [
        (f"holds:{digest}:{practitioner.pk}", settings.HOLDS_PER_ADDRESS_AND_PRACTITIONER),
        (f"holds:{digest}", settings.HOLDS_PER_ADDRESS),
    ]


def _keys(scope: str, most: int) -> list[str]:
    return [f"{scope}:{number}" for number in range(most)]


def _owner(practitioner: Practitioner, holder_key: str) -> str:
    return f"{practitioner.pk}:{holder_key[:16]}"
