"""The place that a text speaks of: a postal code, a number or the name of a département, a région, a commune, longest first."""

import re
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Q

from places import lookup
from places.lookup import Ambiguous, Place
from places.models import Commune
from search.understanding.areas import Area, Areas
from search.understanding.words import Word

LONGEST = 8
# A bare word is a town only when many live there: Corps, Die and Us are communes, and words.
TOWN = 2000
# Towns of some size that are words first.
WORDS_FIRST = frozenset(
    ["avion", "bonne", "bras", "change", "cours", "croix", "die", "drap", "eu", "ligne", "mer", "pierres", "publier", "rives", "roche", "rouge",
     "rue", "sales", "signes"]
)  # fmt: skip
# “à Boulogne” means one of the towns that begin so, of those that are large.
LARGE = 10_000
PREPOSITIONS = frozenset(
    [
        "a",
        "au",
        "aux",
        "en",
        "vers",
        "sur",
        "dans",
        "pres",
        "autour",
        "proche",
        "proximite",
        "cote",
        "alentours",
        "environs",
        "region",
        "departement",
        "ville",
    ]
)
LINKS = PREPOSITIONS | frozenset(["le", "la", "les", "l", "de", "d", "du", "des"])
# What names of communes begin with, of the words that do not count.
ARTICLES = frozenset(["la", "le", "les", "l", "aux"])
CONTRACTED = {"au": "le", "du": "le", "aux": "les", "des": "les"}


@dataclass(frozen=True, slots=True)
class Claim:
    """Words that a place could be, and the communes or the area of that name. `firm`: said after “à”, or by a code."""

    positions: tuple[int, ...]
    name: str
    weight: int
    firm: bool
    communes: tuple[Commune, ...] = ()
    area: Area | None = None
    code: str = ""

    @property
    def population(self) -> int:
        return max((commune.population for commune in self.communes), default=0)


@dataclass(slots=True)
class _Windows:
    """Every run of words as a name, in the forms that the gazetteer may hold it under."""

    spans: dict[str, tuple[int, ...]] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    arrondissements: dict[str, str] = field(default_factory=dict)
    beginnings: dict[str, tuple[int, ...]] = field(default_factory=dict)


def claims(words: list[Word], free: set[int], areas: Areas) -> list[Claim]:
    """What could be a place, the likeliest first; one query at most."""
    windows = _windows(words, free)
    found = _read(windows)
    made: list[Claim] = []
    for name, positions in windows.spans.items():
        firm, weight = _is_firm(words, positions[0], free), sum(words[n].counts for n in positions)
        communes = tuple(c for c in found if c.folded in {name, windows.arrondissements.get(name)})
        area = areas.by_name.get(name)
        if name in windows.beginnings and not area and all(c.population < lookup.HAMLET for c in communes):
            communes += tuple(c for c in found if c.folded.startswith(f"{name} ") and c.population > LARGE)
        if communes or area:
            made.append(Claim(positions, name, weight, firm, communes, area))
    for code, position in windows.codes.items():
        if len(code) == 5:
            communes = tuple(c for c in found if code in c.postal_codes)
            if communes:
                made.append(Claim((position,), code, 1, True, communes, code=code))
        elif code in areas.by_number:
            firm = _is_firm(words, position, free)
            made.append(Claim((position,), code, 1, firm, area=areas.by_number[code], code=code))
    return sorted((claim for claim in made if _is_likely(claim)), key=_order)


def _is_likely(claim: Claim) -> bool:
    if claim.firm or claim.area is not None or claim.weight > 1:
        return True
    return claim.population >= TOWN and claim.name not in WORDS_FIRST


def _order(claim: Claim) -> tuple[object, ...]:
    return (-claim.weight, len(claim.code) != 5, not claim.communes, not claim.firm, -claim.population, claim.name)


def _windows(words: list[Word], free: set[int]) -> _Windows:
    windows = _Windows()
    spelt = [lookup.ABBREVIATIONS.get(word.folded, word.folded) for word in words]
    for first in sorted(free):
        if re.fullmatch(r"\d{5}|\d{2,3}|2[ab]", spelt[first]):
            windows.codes.setdefault(spelt[first], first)
        if not words[first].counts and spelt[first] not in ARTICLES:
            continue
        firm = _is_firm(words, first, free)
        before = words[first - 1].folded if first and first - 1 in free else ""
        for last in range(first, min(first + LONGEST, len(words))):
            if last not in free:
                break
            positions = tuple(range(first, last + 1))
            if not spelt[last] or not words[last].counts:
                continue
            name = " ".join(filter(None, (spelt[n] for n in positions)))
            if name.isdigit():
                continue
            windows.spans.setdefault(name, positions)
            if number := _arrondissement(name):
                windows.arrondissements[name] = number
            if before in CONTRACTED:
                windows.spans.setdefault(f"{CONTRACTED[before]} {name}", positions)
            if firm and words[first].counts and last - first < 3:
                windows.beginnings[name] = positions
    return windows


def _arrondissement(name: str) -> str:
    match = lookup.ARRONDISSEMENT.match(name)
    if not match or not 1 <= int(match[2]) <= lookup.ARRONDISSEMENTS[match[1]]:
        return ""
    return f"{match[1]} {match[2].lstrip('0')}{'er' if int(match[2]) == 1 else 'e'} arrondissement"


def _read(windows: _Windows) -> list[Commune]:
    names = [*windows.spans, *windows.arrondissements.values()]
    if not names and not windows.codes:
        return []
    condition = Q(folded__in=names)
    if postal := [code for code in windows.codes if len(code) == 5]:
        condition |= Q(postal_codes__overlap=postal)
    if windows.beginnings:
        begins = reduce(or_, (Q(folded__startswith=f"{name} ") for name in windows.beginnings))
        condition |= begins & Q(population__gt=LARGE)
    rows = Commune.objects.select_related("department").filter(condition)
    return list(rows.order_by("-population", "insee")[:200])


def _is_firm(words: list[Word], first: int, free: set[int]) -> bool:
    """A preposition stands before, perhaps with an article: à, dans le, près de, au."""
    position = first - 1
    while position >= 0 and position in free and words[position].folded in LINKS:
        if words[position].folded in PREPOSITIONS:
            return True
        position -= 1
    return False


def place_of(claim: Claim, typed: str) -> Place | Ambiguous | None:
    """As `places.lookup` decides it: what is much larger than its namesakes, or the choice."""
    communes = [lookup.of_commune(commune) for commune in claim.communes]
    area = lookup.by_code(claim.area.kind, claim.area.code) if claim.area else None  # type: ignore[arg-type]
    if area and area.name == "Paris" and communes:
        area = None
    if area and communes:
        communes = [place for place in communes if place.population > lookup.HAMLET]
        return lookup.choose(typed, [*communes, area], overwhelming=False)
    if area:
        return area
    whole = claim.code or lookup.ARRONDISSEMENT.match(claim.name)
    begun = not whole and any(commune.folded != claim.name for commune in claim.communes)
    return lookup.choose(typed, communes, overwhelming=not begun, smallest=bool(claim.code))


def agrees(claim: Claim, place: Place) -> bool:
    """It says the same place less or more exactly: its postal code, its département, its town."""
    if claim.area:
        return claim.area.code == (place.department if claim.area.kind == "department" else place.region)
    if claim.code:
        return claim.code in place.postal_codes
    return any(c.insee == place.code or place.name.startswith(f"{c.name} ") for c in claim.communes)
