"""One page a place: arrondissements are their town's, Paris is a town before a département, an overseas région its département."""

import re

from common.text import fold
from places import lookup
from places.lookup import Place
from places.models import Department

# INSEE codes of the arrondissements, and the town they are parts of.
ARRONDISSEMENTS = {
    **{f"751{number:02d}": "75056" for number in range(1, 21)},
    **{f"132{number:02d}": "13055" for number in range(1, 17)},
    **{f"6938{number}": "69123" for number in range(1, 10)},
}
PARIS = "75056"


def canonical(place: Place) -> Place:
    """The place whose page speaks for this one; itself for nearly all. Idempotent."""
    other: Place | None = None
    if place.kind == "commune" and place.code in ARRONDISSEMENTS:
        other = lookup.by_code("commune", ARRONDISSEMENTS[place.code])
    elif place.kind == "department" and place.code == "75":
        other = lookup.by_code("commune", PARIS)
    elif place.kind == "region":
        codes = list(Department.objects.filter(region=place.code).values_list("code", flat=True)[:2])
        other = lookup.by_code("department", codes[0]) if len(codes) == 1 else None
    return other or place


def by_address(slug: str) -> Place | None:
    """The place that an address names: by its slug, else by its name when that leaves no doubt (`lyon` for `lyon-69`)."""
    found = lookup.by_slug(slug)
    if found is None and re.fullmatch(r"[a-z0-9-]{2,80}", slug):
        words = slug.replace("-", " ")
        named = lookup.resolve(words)
        # A slug that merely begins like one place is a mistake, not a name.
        found = named if isinstance(named, Place) and fold(words) in _names(named) else None
    return canonical(found) if found else None


def _names(place: Place) -> set[str]:
    """With its département too, as addresses of namesakes have it."""
    name = fold(place.name)
    return {name, f"{name} {(place.department or '').lower()}"}
