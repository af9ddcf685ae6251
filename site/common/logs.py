"""What must never reach a log: secrets by their field's name, by their look, and one-time keys inside addresses."""

import re
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any

MASK = "[hidden]"
# Django names the address of what it refused in the event itself.
ADDRESSES = {"request", "path", "url", "referer", "event"}
LONGEST_ADDRESS = 2_000
SECRET_NAMES = re.compile(
    r"passw|secret|token|authori[sz]ation|cookie|api_?key|session_?key|signature|csrf", re.IGNORECASE
)
SECRET_LOOKS = (
    re.compile(r"\b(?:sk|rk|pk)_(?:test|live)_\w+|\bwhsec_\w+"),
    # The password in an address: scheme://user:password@host
    re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"),
    # Whose mail was refused, by a mail server or by Stripe: the row in the database says it, a log does not.
    # Starts at the edge of a word and never goes back: a long line without @ is read once, not once a letter.
    re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]++(?:\.[\w-]++)+"),
)
# A sign-in or confirmation link carries its key in the path or in the query string; `autour` is where the visitor is.
KEY_IN_PATH = re.compile(r"(?<=/)[\w:.=-]{22,}(?=/|\?|\s|$)")
QUERY_VALUE = re.compile(r"([?&](?:[\w-]*(?:token|key|code|sig|signature|email|next)|autour)=)[^&\s#]*", re.IGNORECASE)
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+$")
# What each of those looks has in it: a line without is not searched. The same for the names in an address.
SIGNS = ("_", "@", "@")
NAMES = ("token", "key", "code", "sig", "email", "next", "autour")
# Written by the log itself.
OWN = {"level", "logger", "timestamp"}


def mask_text(text: str) -> str:
    for sign, look in zip(SIGNS, SECRET_LOOKS, strict=True):
        if sign in text:
            text = look.sub(MASK, text)
    return text


def mask_address(address: str) -> str:
    """`GET /compte/lien/<key>/?next=…` without the key; a readable slug stays, however long it is."""
    masked = KEY_IN_PATH.sub(lambda found: found[0] if SLUG.match(found[0]) else MASK, address)
    folded = masked.casefold()
    return QUERY_VALUE.sub(rf"\1{MASK}", masked) if any(name in folded for name in NAMES) else masked


@lru_cache(maxsize=1_000)
def _is_secret(name: str) -> bool:
    return bool(SECRET_NAMES.search(name))


def _mask(name: str, value: Any) -> Any:
    if value and _is_secret(name):
        return MASK
    if isinstance(value, str):
        return mask_text(mask_address(value[:LONGEST_ADDRESS]) if name in ADDRESSES else value)
    if isinstance(value, Mapping):
        return {key: _mask(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mask(name, item) for item in value]
    return value


def hide_secrets(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor; the last before rendering, so that it also sees formatted exceptions."""
    for name, value in event.items():
        if name not in OWN and not name.startswith("_"):
            event[name] = _mask(name, value)
    return event
