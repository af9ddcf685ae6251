"""From a postal code to the towns that bear it."""

import re

from places.models import Commune

ARRONDISSEMENT = " Arrondissement"


def communes_of(postal_code: str) -> list[Commune]:
    """Those that share the code, the largest first; an arrondissement stands for its town. Empty for what is no code."""
    if not re.fullmatch(r"[0-9]{5}", postal_code):
        return []
    found = list(Commune.objects.filter(postal_codes__contains=[postal_code]).order_by("-population", "insee"))
    parts = [commune for commune in found if commune.name.endswith(ARRONDISSEMENT)]
    return parts or found
