"""Finding a place from what was typed: suggestions while typing, and the place (or the choice) a text stands for."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Q, QuerySet

from common.text import fold
from places.models import Commune, Department, Region
from places.models.gazetteer import words_of

Kind = Literal["commune", "department", "region"]
# The words of the site's addresses (`departement:69`), which are French and fixed.
PREFIXES: dict[str, Kind] = {"commune": "commune", "departement": "department", "region": "region"}
ABBREVIATIONS = {"pce": "provence", "s": "sur", "ss": "sous", "mt": "mont", "fg": "faubourg", "cdx": "", "cedex": ""}
ARRONDISSEMENT = re.compile(r"^(paris|lyon|marseille) (\d{1,2}) ?(?:e|er|eme|ieme|nd)?(?: arr\w*)?$")
ARTICLE = re.compile(r"^(?:la|le|les|l) ")
# From so many letters on, an area that begins like them comes before the communes: “rhon”, but not “ma” (Marseille).
LETTERS_FOR_AREAS = 4
ARRONDISSEMENTS = {"paris": 20, "lyon": 9, "marseille": 16}
# A namesake this many times smaller is not what "Montreuil" means; it stays reachable through the suggestions.
OVERWHELMING = 10
# A hamlet that bears the name of a département (Creuse), or the first word of a town's (Aix), is seldom what is meant.
HAMLET = 1000
CORSICA = ["2A", "2B"]
MAX_TYPED = 120


@dataclass(frozen=True, slots=True)
class Place:
    """A point or an area of France. `id` is the exact form that addresses take; coordinates are WGS 84 degrees."""

    kind: Kind
    id: str
    code: str
    name: str
    label: str
    slug: str
    latitude: float
    longitude: float
    department: str | None
    region: str
    population: int
    postal_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several places bear what was typed: the person chooses."""

    typed: str
    choices: tuple[Place, ...]


def of_commune(commune: Commune) -> Place:
    return Place(
        "commune", f"commune:{commune.insee}", commune.insee, commune.short_name, commune.label, commune.slug, commune.latitude,
        commune.longitude, commune.department_id, commune.department.region_id, commune.population, tuple(commune.postal_codes),
    )  # fmt: skip


def of_department(area: Department) -> Place:
    return Place(
        "department", f"departement:{area.code}", area.code, area.name, f"{area.name} ({area.code})", area.slug, area.latitude,
        area.longitude, area.code, area.region_id, area.population,
    )  # fmt: skip


def of_region(area: Region) -> Place:
    return Place(
        "region", f"region:{area.code}", area.code, area.name, f"{area.name} (région)", area.slug, area.latitude,
        area.longitude, None, area.code, area.population,
    )  # fmt: skip


def words(text: str) -> list[str]:
    """The folded words of a place as typed, abbreviations spelt out: `aix en pce` gives aix, en, provence."""
    return [word for raw in fold(text[:MAX_TYPED]).split() if (word := ABBREVIATIONS.get(raw, raw))]


def _communes() -> QuerySet[Commune]:
    return Commune.objects.select_related("department")


def _areas_where(matches: Callable[[str, str, str], bool]) -> list[Place]:
    """Départements and régions that match (kind, code, folded name), in one light query: 119 rows need no index.

    Overseas, a région and its only département are the same ground: the département is enough.
    """
    fields = ("code", "name", "slug", "folded", "latitude", "longitude", "population")
    rows = Department.objects.values_list(*fields, "region", *(f"region__{field}" for field in fields))
    found: list[Place] = []
    regions: dict[str, list[Any]] = {}
    for code, name, slug, folded, latitude, longitude, population, region, *of_its_region in rows:
        if name != of_its_region[1]:
            regions.setdefault(region, of_its_region)
        if matches("department", code, folded):
            place = (
                f"departement:{code}",
                code,
                name,
                f"{name} ({code})",
                slug,
                latitude,
                longitude,
                code,
                region,
                population,
            )
            found.append(Place("department", *place))
    for code, name, slug, folded, latitude, longitude, population in regions.values():
        if matches("region", code, folded):
            place = f"region:{code}", code, name, f"{name} (région)", slug, latitude, longitude, None, code, population
            found.append(Place("region", *place))
    return found


def _starting_with(typed: list[str], raw_last: str) -> Q:
    """Each word typed begins a word of the name. The last may be unfinished: `st` is Saint-… but also Strasbourg."""
    condition = Q()
    for word in typed[:-1]:
        condition &= Q(spaced__contains=f" {word}")
    last = Q(spaced__contains=f" {typed[-1]}")
    if raw_last != typed[-1]:
        last |= Q(spaced__contains=f" {raw_last}")
    return condition & last


def _with_postal_code(digits: str) -> QuerySet[Commune]:
    """Communes one of whose postal codes begins with `digits` (2 to 5 of them)."""
    if len(digits) == 2 or (digits[:2] in {"97", "20"} and len(digits) == 3):
        return _communes().filter(department__in=CORSICA if digits[:2] == "20" else [digits])
    if len(digits) == 3:
        return _communes().filter(department=digits[:2], postal_codes__0__startswith=digits)
    missing = 5 - len(digits)
    codes = [f"{digits}{n:0{missing}d}" for n in range(10**missing)] if missing else [digits]
    return _communes().filter(postal_codes__overlap=codes)


def autocomplete(q: str, limit: int = 8) -> list[Place]:
    """Suggestions, at most two queries: what bears the very name, then areas, then communes, most populated first."""
    typed = words(q)
    if not typed:
        return []
    text = " ".join(typed)
    # Paris is a commune and a département: the commune is enough.
    areas = [a for a in _matching_areas(typed, text) if a.name != "Paris"]
    if text.isdigit():
        communes = list(_with_postal_code(text).order_by("-population", "insee")[:limit]) if 2 <= len(text) <= 5 else []
        if len(text) == 5:
            communes.sort(key=lambda c: (not c.name.endswith("Arrondissement"), -c.population))
        return (areas + [of_commune(c) for c in communes])[:limit]
    found = _communes().alias(spaced=words_of("folded")).order_by("-population", "insee")
    communes = list(found.filter(_starting_with(typed, _raw_last(q)))[:limit])
    number = _arrondissement_of(text)
    if number and not communes:
        communes = list(_communes().filter(_arrondissement(number)))
    # A small place that bears the very name typed must not be out of reach behind larger ones (Die, Eu, Y).
    if len(communes) == limit and not any(fold(c.name) == text for c in communes):
        communes[-1:] = _communes().filter(folded=text).order_by("-population")[:1] or communes[-1:]
    near = [a for a in areas if ARTICLE.sub("", fold(a.name)).startswith(ARTICLE.sub("", text))]
    first = [a for a in near if len(text) >= LETTERS_FOR_AREAS or fold(a.name) == text][:2]
    return [*first, *map(of_commune, communes), *(a for a in [*near, *areas] if a not in first)][:limit]


def _raw_last(q: str) -> str:
    """The last word as typed, before `st` became `saint`."""
    last = re.split(r"[^\w]+", q[:MAX_TYPED].strip().casefold())[-1]
    return last if last in {"st", "ste", "sts", "s", "ss", "mt", "fg"} else (words(q) or [""])[-1]


def _matching_areas(typed: list[str], text: str) -> list[Place]:
    """By number, or by the start of words of the name; the largest first."""

    def matches(kind: str, code: str, folded: str) -> bool:
        return (kind == "department" and code.lower() == text) or all(f" {word}" in f" {folded}" for word in typed)

    return sorted(_areas_where(matches), key=lambda area: (-area.population, area.kind))


def _arrondissement_of(name: str) -> re.Match[str] | None:
    """`lyon 3` is one; `lyon 69` is Lyon with its département."""
    match = ARRONDISSEMENT.match(name)
    return match if match and 1 <= int(match[2]) <= ARRONDISSEMENTS[match[1]] else None


def _arrondissement(match: re.Match[str]) -> Q:
    town, number = match[1], int(match[2])
    return Q(folded=f"{town} {number}{'er' if number == 1 else 'e'} arrondissement")


def resolve(text: str) -> Place | Ambiguous | None:
    """The place that `text` stands for: an exact form (`commune:69123`), a postal code, a département's number or a name."""
    text = text[:MAX_TYPED].strip()
    prefix, separator, code = text.partition(":")
    if separator and prefix.strip().lower() in PREFIXES:
        return by_code(PREFIXES[prefix.strip().lower()], code.strip().upper())
    typed = words(text)
    if not typed:
        return None
    name = " ".join(typed)
    if re.fullmatch(r"\d{5}", name):
        return choose(text, [of_commune(c) for c in _with_postal_code(name)], smallest=True)
    if re.fullmatch(r"\d{2,3}|2[ab]", name):
        return by_code("department", name.upper())
    number = _arrondissement_of(name)
    if number and "(" not in text:
        commune = _communes().filter(_arrondissement(number)).first()
        return of_commune(commune) if commune else None
    return _by_name(text, typed)


def _by_name(text: str, typed: list[str]) -> Place | Ambiguous | None:
    """By name, with the département or the postal code after it where namesakes need one: `Saint-Denis (974)`."""
    name, last = " ".join(typed), typed[-1]
    condition = Q(folded=name)
    if len(typed) > 1 and re.fullmatch(r"\d{2,3}|2[ab]|\d{5}", last):
        within = Q(postal_codes__contains=[last]) if len(last) == 5 else Q(department=last.upper())
        condition |= Q(folded=" ".join(typed[:-1])) & within
        if len(last) == 5:
            condition |= Q(folded__startswith=f"{typed[0]} ", folded__endswith=" arrondissement") & within
        number = _arrondissement_of(" ".join(typed[:-1]))
        if number:
            condition |= _arrondissement(number)
    exact = [of_commune(c) for c in _communes().filter(condition).order_by("-population", "insee")]
    areas = _areas_where(
        lambda kind, code, folded: name in {folded, f"{folded} {code.lower() if kind == 'department' else 'region'}"}
    )
    if exact and areas:
        # Vienne is a town and a département; Paris is the same ground twice, and Mayotte's région is its département.
        areas = [a for a in areas if a.name != "Paris"][:1]
        exact = exact if not areas else [p for p in exact if p.population > HAMLET]
        return choose(text, exact + areas, overwhelming=not areas)
    if areas:
        return areas[0]
    if len(exact) == 1 and exact[0].population < HAMLET:
        longer = _communes().filter(folded__startswith=f"{name} ", population__gt=OVERWHELMING * HAMLET)
        exact += [of_commune(c) for c in longer.order_by("-population")[:5]]
        return choose(text, exact, overwhelming=False)
    parts = len(last) == 5 and last.isdigit()
    return choose(text, exact, smallest=parts) if exact else _by_beginning(text, typed)


def _by_beginning(text: str, typed: list[str]) -> Place | Ambiguous | None:
    found = _communes().alias(spaced=words_of("folded")).filter(_starting_with(typed, typed[-1]))
    places = [of_commune(c) for c in found.order_by("-population", "insee")[:12]]
    if not places and len(typed) > 1:
        return None
    return choose(text, places, overwhelming=False)


def choose(
    typed: str, places: list[Place], *, overwhelming: bool = True, smallest: bool = False
) -> Place | Ambiguous | None:
    """One place, or the choice. A postal code names the arrondissement rather than its town (`smallest`)."""
    if smallest:
        parts = [p for p in places if re.search(r" \d+er?$", p.name)]
        places = parts or places
    places = sorted(places, key=lambda p: -p.population)
    if not places:
        return None
    if len(places) == 1 or (overwhelming and places[0].population >= OVERWHELMING * max(places[1].population, 1)):
        return places[0]
    return Ambiguous(typed, tuple(places[:12]))


def by_code(kind: Kind, code: str) -> Place | None:
    if not re.fullmatch(r"[0-9A-Z]{2,5}", code):
        return None
    if kind == "commune":
        commune = _communes().filter(insee=code).first()
        return of_commune(commune) if commune else None
    if kind == "department":
        department = Department.objects.filter(code=code).first()
        return of_department(department) if department else None
    region = Region.objects.filter(code=code).first()
    return of_region(region) if region else None


def by_slug(slug: str) -> Place | None:
    """The place of a landing page's address: a commune first, then a département, then a région."""
    commune = _communes().filter(slug=slug).first()
    if commune:
        return of_commune(commune)
    department = Department.objects.filter(slug=slug).first()
    if department:
        return of_department(department)
    region = Region.objects.filter(slug=slug).first()
    return of_region(region) if region else None
