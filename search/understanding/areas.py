"""Names and numbers of the départements and régions: 119 rows, kept with the lexicon and renewed with it."""

from dataclasses import dataclass, field

from places.lookup import ARTICLE
from places.models import Department, Region

# What people write for a région.
ACRONYMS = {"idf": "11", "paca": "93", "region parisienne": "11", "banlieue parisienne": "11"}


@dataclass(frozen=True, slots=True)
class Area:
    kind: str
    code: str
    department: str | None
    region: str


@dataclass(frozen=True, slots=True)
class Areas:
    by_name: dict[str, Area] = field(default_factory=dict)
    by_number: dict[str, Area] = field(default_factory=dict)


def load_areas() -> Areas:
    """Overseas, a région and its only département are the same ground: the département is enough."""
    found = Areas()
    for code, folded in Region.objects.values_list("code", "folded"):
        found.by_name[folded] = Area("region", code, None, code)
    for name, code in ACRONYMS.items():
        found.by_name[name] = Area("region", code, None, code)
    for code, folded, region in Department.objects.values_list("code", "folded", "region_id"):
        area = Area("department", code, code, region)
        found.by_name[folded] = found.by_number[code.lower()] = area
    for name, area in list(found.by_name.items()):
        found.by_name.setdefault(ARTICLE.sub("", name), area)
    return found
