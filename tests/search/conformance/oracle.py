"""The rule read once more, in plain Python over facts, by none of the product's arithmetic: no digest, no packed rank, no unit
vectors, no index. Slow and simple; what both engines are held against.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from common.text import fold
from search import terms
from search.facts import Facts, Point
from search.query import Query
from tests.search.conformance.country import TOWNS

EARTH_KM = 6371.0087714
DEFAULT_KM = 20
MODES = ("cabinet", "visio", "domicile")
BANDS = {
    "mode": MODES,
    "paiement": ("carte", "especes", "cheque", "virement"),
    "acces": ("fauteuil",),
    "disponible": ("aujourdhui", "semaine"),
    "moment": ("matin", "apres-midi", "soir", "samedi"),
    "prix_max": ("40", "60", "80", "100"),
    "note_min": ("4", "4.5"),
}


def haversine(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Kilometres on the sphere."""
    (lat1, lng1), (lat2, lng2) = (tuple(map(math.radians, point)) for point in (a, b))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lng2 - lng1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


def _rounded(degrees: float, whole: int) -> float:
    """Degrees are kept on 32 bits, rounded down."""
    return math.floor(degrees / whole * 2**32) * whole / 2**32


def stored(point: Point) -> tuple[float, float]:
    return _rounded(point.latitude, 180), _rounded(point.longitude, 360)


def _kept(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = box
    return _rounded(west, 360), _rounded(south, 180), _rounded(east, 360), _rounded(north, 180)


@dataclass(frozen=True)
class Answer:
    ids: tuple[int, ...]
    total: int
    facets: dict[str, list[tuple[str, int]]]


class Oracle:
    def __init__(self, people: Iterable[Facts], today: dt.date) -> None:
        self.people = {facts.standing.practitioner_id: facts for facts in people}
        self.today = today
        self.points = {pk: [(stored(p), p.receives) for p in facts.points] for pk, facts in self.people.items()}
        self.holders: dict[str, set[int]] = defaultdict(set)
        for pk, facts in self.people.items():
            for token in self._terms(facts):
                self.holders[token].add(pk)

    def answer(self, query: Query, size: int) -> Answer:
        found = self.found(query)
        start = (query.page - 1) * size
        ordered = sorted(found, key=self._order(query))
        return Answer(tuple(ordered[start : start + size]), len(found), self.facets(query))

    def found(self, query: Query) -> set[int]:
        return self._base(query).intersection(*self._selected(query).values())

    # Who matches

    def _terms(self, facts: Facts) -> set[str]:
        pk = facts.standing.practitioner_id
        words = {stem for text in (*facts.names, *facts.texts) for stem in terms.tokens(text)}
        words |= {f"n:{word}" for name in facts.names for word in fold(name).split()}
        words |= {f"p:{slug}" for slug in facts.practices} | {f"t:{slug}" for slug in facts.themes}
        words |= {f"d:{code}" for code in facts.departments} | {f"r:{code}" for code in facts.regions}
        for insee, (_name, _department, latitude, longitude, *_rest) in TOWNS.items():
            visited = self._visited(pk, (latitude, longitude))
            if visited:
                words.add(f"h:{insee}")
            if visited or self._received(pk, (latitude, longitude), DEFAULT_KM):
                words.add(f"z:{insee}")
        return words

    def _received(self, pk: int, center: tuple[float, float], km: float) -> bool:
        return any(receives and haversine(center, place) <= km for place, receives in self.points[pk])

    def _visited(self, pk: int, center: tuple[float, float]) -> bool:
        """Home visits start from the first place."""
        radius, places = self.people[pk].home_radius_km, self.points[pk]
        return bool(radius and places) and haversine(center, places[0][0]) <= radius

    def _base(self, query: Query) -> set[int]:
        if query.text and not (query.must or query.place or query.modes or query.around):
            return set()
        found = set(self.people)
        for clause in query.must:
            found &= {pk for pk in found if any(all(pk in self.holders[t] for t in some) for some in clause)}
        place = query.place
        if place and place.kind == "department":
            found &= {pk for pk in found if place.code in self.people[pk].departments}
        if place and place.kind == "region":
            found &= {pk for pk in found if place.code in self.people[pk].regions}
        center = query.around or ((place.latitude, place.longitude) if place and place.kind == "commune" else None)
        if center:
            found &= {pk for pk in found if self._received(pk, center, query.radius_km) or self._visited(pk, center)}
        if query.bbox:
            found &= {pk for pk in found if self._receives_within(pk, query.bbox)}
        return found

    def _receives_within(self, pk: int, box: tuple[float, float, float, float]) -> bool:
        west, south, east, north = _kept(box)
        return any(
            receives and south <= lat <= north and west <= lng <= east for (lat, lng), receives in self.points[pk]
        )

    # Selections

    def _selected(self, query: Query) -> dict[str, set[int]]:
        """For each facet in which something was chosen, who has it."""
        chosen: dict[str, set[int]] = {}
        for facet, values, of in (
            ("pratique", query.practices, lambda f: f.practices),
            ("theme", query.themes, lambda f: f.themes),
            ("langue", query.languages, lambda f: f.languages),
            ("mode", query.modes, lambda f: f.modes),
            ("paiement", query.payments, lambda f: f.payments),
        ):
            if values:
                chosen[facet] = self._who(lambda f, of=of, values=values: bool(set(of(f)) & set(values)))
        if query.step_free:
            chosen["acces"] = self._who(lambda f: f.step_free)
        if query.price_max is not None:
            most = query.price_max
            chosen["prix_max"] = self._who(lambda f: f.price_min_cents is not None and f.price_min_cents <= most)
        if query.score_min is not None:
            least = query.score_min
            chosen["note_min"] = self._who(lambda f: f.standing.score >= least)
        if query.days or query.parts:
            chosen["disponible"] = self._who(lambda f: self._is_free(f, query))
        return chosen

    def _who(self, has: Callable[[Facts], bool]) -> set[int]:
        return {pk for pk, facts in self.people.items() if has(facts)}

    def _is_free(self, facts: Facts, query: Query) -> bool:
        first, last = query.days or (dt.date.min, dt.date.max)
        for mode, day, part in facts.availability.cells:
            wanted = not query.parts or part in query.parts or ("samedi" in query.parts and day.weekday() == 5)
            if mode in (query.modes or MODES) and first <= day <= last and wanted:
                return True
        return False

    # Counts: each is what choosing that value alone in its facet would find

    def facets(self, query: Query) -> dict[str, list[tuple[str, int]]]:
        base, chosen = self._base(query), self._selected(query)

        def count(facet: str, changed: Query) -> int:
            """Under the choices of the other facets, and that one value in its own."""
            own = {facet, "disponible"} if facet in ("mode", "disponible", "moment") else {facet}
            left = base.intersection(*(who for name, who in chosen.items() if name not in own))
            anew = self._selected(changed)
            return len(left.intersection(*(anew[name] for name in own if name in anew)))

        counts: dict[str, list[tuple[str, int]]] = {}
        for facet, field in (("pratique", "practices"), ("theme", "themes"), ("langue", "languages")):
            values = {value for facts in self.people.values() for value in getattr(facts, field)}
            pairs = [(value, count(facet, _only(query, **{field: (value,)}))) for value in values]
            counts[facet] = sorted((pair for pair in pairs if pair[1]), key=lambda pair: (-pair[1], pair[0]))
        for facet, values in BANDS.items():
            counts[facet] = [(value, count(facet, self._with(query, facet, value))) for value in values]
        return counts

    def _with(self, query: Query, facet: str, value: str) -> Query:
        week = dt.timedelta(days=6)
        fields: dict[str, Any] = {
            "mode": {"modes": (value,), "days": query.days, "parts": query.parts},
            "paiement": {"payments": (value,)},
            "acces": {"step_free": True},
            "disponible": {
                "days": (self.today, self.today if value == "aujourdhui" else self.today + week),
                "modes": query.modes,
                "parts": query.parts,
            },
            "moment": {"parts": (value,), "days": query.days, "modes": query.modes},
            "prix_max": {"price_max": int(value) * 100 if facet == "prix_max" else 0},
            "note_min": {"score_min": round(float(value) * 10) if facet == "note_min" else 0},
        }
        return _only(query, **fields[facet])

    # Order

    def _order(self, query: Query) -> Callable[[int], Any]:
        def rule(pk: int) -> tuple[Any, ...]:
            s = self.people[pk].standing
            return not s.online, -s.score, -s.completeness, not s.partner, s.listed_on, s.practitioner_id

        def nearest(pk: int) -> float:
            assert query.center
            return min((haversine(query.center, place) for place, _receives in self.points[pk]), default=math.inf)

        def soonest(pk: int) -> float:
            times = self.people[pk].availability.next_free
            return min((times[mode].timestamp() for mode in query.modes or MODES if mode in times), default=math.inf)

        if query.sort == "distance":
            return lambda pk: (nearest(pk), rule(pk))
        if query.sort == "horaire":
            return lambda pk: (soonest(pk), rule(pk))
        return rule

    # The map

    def clusters(self, query: Query, box: tuple[float, float, float, float], zoom: int) -> list[tuple[Any, ...]]:
        """Count, mean place, who when alone; tiles two zooms finer than the map's, row by row from the north-west."""
        west, south, east, north = _kept(box)
        across = 2 ** (zoom + 2)
        tiles: dict[tuple[int, int], list[tuple[int, float, float]]] = defaultdict(list)
        for pk in self.found(query):
            for (lat, lng), receives in self.points[pk]:
                if receives and south <= lat <= north and west <= lng <= east:
                    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
                    tiles[math.floor(y * across), math.floor((lng + 180) / 360 * across)].append((pk, lat, lng))
        found = []
        for tile in sorted(tiles):
            people = {pk for pk, _lat, _lng in tiles[tile]}
            middle = [sum(place[axis] for place in tiles[tile]) / len(tiles[tile]) for axis in (1, 2)]
            found.append((len(people), *middle, people.pop() if len(people) == 1 else None))
        return found


def _only(query: Query, **fields: Any) -> Query:
    """Only what is chosen: words and places do not matter to the selections."""
    return replace(Query(), **fields) if fields else query
