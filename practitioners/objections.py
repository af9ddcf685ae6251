"""Sole traders who do not want to appear among the structures: taken out at once, and never brought back by an import (N1).

The SIREN becomes a keyed hash; the establishments of the same person have other SIRETs and the same SIREN.
"""

import datetime as dt
import hashlib
import hmac

from django.conf import settings
from django.db import transaction

from practitioners.models import Structure, StructureObjection

_SALT = "practitioners.objections"


class Known:
    """The objections, asked a SIREN at a time: what an import compares each of its lines with."""

    def __init__(self) -> None:
        self._digests = {bytes.fromhex(each) for each in StructureObjection.objects.values_list("digest", flat=True)}
        self._keys = (
            [_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)] if self._digests else []
        )

    def covers(self, siret: str) -> bool:
        """Whether the person with this SIRET (or SIREN) objected; a former secret key is tried too."""
        trace = siret[:9].encode()
        return any(hmac.digest(key, trace, "sha256") in self._digests for key in self._keys)


@transaction.atomic
def record(*, siret: str, on: dt.date) -> int:
    """How many structures were taken out. Those that somebody administers stay: their people take them down themselves."""
    digest = hmac.digest(_key(settings.SECRET_KEY), siret[:9].encode(), "sha256").hex()
    StructureObjection.objects.get_or_create(digest=digest, defaults={"objected_on": on})
    found = Structure.objects.imported().filter(siret__startswith=siret[:9])
    return found.delete()[1].get("practitioners.Structure", 0)


def _key(secret: str) -> bytes:
    """Derived once for a million lines."""
    return hashlib.sha256((_SALT + secret).encode()).digest()
