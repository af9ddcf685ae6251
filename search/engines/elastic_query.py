"""A question in Elasticsearch's words. Nothing here is sent: pure functions, so that each clause can be tested alone.

What must match (words, place, box) is the query; each selection of a facet is a filter apart, since a facet's counts are made
under the selections of all the others.
"""

import datetime as dt
from functools import lru_cache
from typing import Any

from search import digest, geo, terms, vocabulary
from search.counting import Cells
from search.digest import MODES, PARTS
from search.documents import ANY_MODE, HOME_RADII, facet, free_term, next_field
from search.query import Clause, Query

Filter = dict[str, Any]
Filters = dict[str, Filter]
NOBODY: Filter = {"match_none": {}}
# Facets whose values are counted one by one in the one `facets` field, and those with bands or values known beforehand.
BY_VALUE = tuple(digest.CAPACITY)
KNOWN: dict[str, tuple[str, ...]] = {
    "mode": MODES,
    "paiement": tuple(vocabulary.PAYMENTS),
    "acces": ("fauteuil",),
    "prix_max": tuple(map(str, vocabulary.PRICES)),
    "note_min": vocabulary.SCORES,
}
# More values than all facets can have together (`digest.CAPACITY`): a smaller size would lose the rarest.
ALL_VALUES = 1000
_WEEK = dt.timedelta(days=6)


def both(filters: list[Filter]) -> Filter:
    return {"bool": {"filter": filters}} if filters else {"match_all": {}}


def either(filters: list[Filter]) -> Filter:
    """An empty choice is satisfied by nobody: a bare `bool` would be by everybody."""
    return {"bool": {"should": filters, "minimum_should_match": 1}} if filters else NOBODY


def matching(query: Query) -> list[Filter]:
    """Words, place, box: all of these."""
    found = [clause for one in query.must for clause in _clause(one)]
    place = query.place
    if place and place.kind == "department":
        found.append(_term(terms.department(place.code)))
    elif place and place.kind == "region":
        found.append(_term(terms.region(place.code)))
    elif place and not query.around and query.radius_km == vocabulary.DEFAULT_RADIUS:
        found.append(_term(terms.served(place.code)))
    elif place and not query.around:
        if query.radius_km < vocabulary.DEFAULT_RADIUS:
            # Whoever is within a smaller radius is within the default one: fewer distances to compute.
            found.append(_term(terms.served(place.code)))
        found.append(either([_circle("receiving", query.center, query.radius_km), _term(terms.visited(place.code))]))
    if query.around:
        found.append(_around(query))
    if query.bbox:
        found.append(within(query.bbox))
    return found


def _term(term: str) -> Filter:
    return {"term": {"terms": term}}


def _clause(clause: Clause) -> list[Filter]:
    """One alternative adds its words to the others'; of several, one has to be there whole."""
    if len(clause) == 1:
        return [_term(token) for token in sorted(clause[0])]
    if clause and all(len(alternative) == 1 for alternative in clause):
        return [{"terms": {"terms": sorted({token for alternative in clause for token in alternative})}}]
    return [either([both([_term(token) for token in sorted(alternative)]) for alternative in clause])]


def _circle(field: str, center: tuple[float, float] | None, km: int) -> Filter:
    latitude, longitude = center or (0.0, 0.0)
    return {"geo_distance": {field: {"lat": latitude, "lon": longitude}, "distance": f"{km}km"}}


def _around(query: Query) -> Filter:
    """Places within the radius, or home visits that reach the point: one circle for each radius that there is."""
    visits = [both([{"term": {"home_km": km}}, _circle("home", query.around, km)]) for km in HOME_RADII]
    return either([_circle("receiving", query.around, query.radius_km), *visits])


def within(box: tuple[float, float, float, float]) -> Filter:
    west, south, east, north = geo.stored_box(box)
    corners = {"top_left": {"lat": north, "lon": west}, "bottom_right": {"lat": south, "lon": east}}
    return {"geo_bounding_box": {"receiving": corners}}


def selections(query: Query, today: dt.date) -> Filters:
    """What was chosen in each facet."""
    chosen: Filters = {}
    values = (
        ("pratique", query.practices),
        ("theme", query.themes),
        ("langue", query.languages),
        ("paiement", query.payments),
        ("acces", ("fauteuil",) if query.step_free else ()),
        ("mode", query.modes),
    )
    for name, some in values:
        if some:
            chosen[name] = {"terms": {"facets": [facet(name, value) for value in some]}}
    if query.price_max is not None:
        chosen["prix_max"] = {"range": {"price": {"lte": query.price_max}}}
    if query.score_min is not None:
        chosen["note_min"] = {"range": {"score": {"gte": query.score_min}}}
    if query.days or query.parts:
        chosen["disponible"] = _free_in(query.modes_asked, Cells.of(query.days, query.parts, today))
    return chosen


@lru_cache(maxsize=1000)
def _free_in(modes: tuple[str, ...], cells: Cells) -> Filter:
    """A free time in one of the modes, on one of the days at one of its parts. The same few are asked for all day long."""
    asked = (ANY_MODE,) if set(modes) == set(MODES) else modes
    wanted = [
        free_term(mode, part, bit)
        for mode in asked
        for part, days in zip(PARTS, cells.parts, strict=True)
        for bit in range(digest.RING)
        if days >> bit & 1
    ]
    return {"terms": {"free": wanted}} if wanted else NOBODY


def aggregations(query: Query, chosen: Filters, today: dt.date, *, one_day: bool = False) -> dict[str, Any]:
    """The counts of every facet. Facets without a choice share one filter; each of the others has its own.

    While all of France is on `one_day`, what was noted of an agenda when the document was written is enough where no date and no
    mode is asked about: the first free day is one range, moments are values like others.
    """
    shared: dict[str, Any] = {"values": {"terms": {"field": "facets", "size": ALL_VALUES}}}
    if one_day and not chosen.keys() & {"disponible", "mode"}:
        first = digest.day_number(today)
        days = {"aujourdhui": first + 1, "semaine": first + 7}
        ranges = [{"key": facet("disponible", name), "from": first, "to": end} for name, end in days.items()]
        shared["bands"] = {"range": {"field": "day", "ranges": ranges, "keyed": True}}
    elif "disponible" not in chosen:
        shared["bands"] = {"filters": {"filters": _bands(query, today)}}
    if not chosen:
        return shared
    asked: dict[str, Any] = {"all": {"filter": both(list(chosen.values())), "aggs": shared}}
    for name in chosen:
        if name not in ("mode", "disponible"):
            asked[f"own_{name}"] = _under(chosen, {name}, {"values": _values_of(name)})
    if "disponible" in chosen:
        asked["own_disponible"] = _under(
            chosen, {"disponible"}, {"bands": {"filters": {"filters": _bands(query, today)}}}
        )
        cells = Cells.of(query.days, query.parts, today)
        modes = {mode: both([{"term": {"facets": facet("mode", mode)}}, _free_in((mode,), cells)]) for mode in MODES}
        asked["own_mode"] = _under(chosen, {"mode", "disponible"}, {"modes": {"filters": {"filters": modes}}})
    elif "mode" in chosen:
        asked["own_mode"] = _under(chosen, {"mode"}, {"values": _values_of("mode")})
    return asked


def _under(chosen: Filters, but: set[str], counted: dict[str, Any]) -> dict[str, Any]:
    return {"filter": both([kept for name, kept in chosen.items() if name not in but]), "aggs": counted}


def _values_of(name: str) -> dict[str, Any]:
    include = [facet(name, value) for value in KNOWN[name]] if name in KNOWN else facet(name, ".*")
    return {"terms": {"field": "facets", "size": ALL_VALUES, "include": include}}


def _bands(query: Query, today: dt.date) -> Filters:
    """Availability: each day band under the parts chosen, each part under the days chosen."""
    modes = query.modes_asked
    days = {"aujourdhui": (today, today), "semaine": (today, today + _WEEK)}
    bands = {
        facet("disponible", name): _free_in(modes, Cells.of(some, query.parts, today)) for name, some in days.items()
    }
    return bands | {
        facet("moment", part): _free_in(modes, Cells.of(query.days, (part,), today)) for part in vocabulary.PARTS
    }


def counts(answer: dict[str, Any]) -> dict[str, list[tuple[str, int]]]:
    """The counts of every facet out of the answer's aggregations; nothing at all when nobody was asked for."""
    shared = answer.get("all", answer)
    found: dict[str, dict[str, int]] = {}
    _read(shared, found)
    for name, own in answer.items():
        if name.startswith("own_"):
            found.pop(name.removeprefix("own_"), None)
            _read(own, found)
    facets = {name: sorted(found.get(name, {}).items(), key=lambda pair: (-pair[1], pair[0])) for name in BY_VALUE}
    known = KNOWN | {"disponible": tuple(vocabulary.WHEN), "moment": tuple(vocabulary.PARTS)}
    return facets | {name: [(value, found.get(name, {}).get(value, 0)) for value in known[name]] for name in known}


def _read(part: dict[str, Any], found: dict[str, dict[str, int]]) -> None:
    pairs = [(bucket["key"], bucket["doc_count"]) for bucket in part.get("values", {}).get("buckets", ())]
    pairs += [(key, bucket["doc_count"]) for key, bucket in part.get("bands", {}).get("buckets", {}).items()]
    pairs += [
        (facet("mode", key), bucket["doc_count"]) for key, bucket in part.get("modes", {}).get("buckets", {}).items()
    ]
    for key, count in pairs:
        name, value = key.split(":", 1)
        found.setdefault(name, {})[value] = count


def order(query: Query) -> list[dict[str, Any]]:
    """The Contract's order, alone or among equals of the order asked for."""
    rank = {"rank": {"order": "asc"}}
    if query.sort == "horaire":
        return [{next_field(query.modes_asked): {"order": "asc", "missing": "_last"}}, rank]
    if query.sort == "distance":
        latitude, longitude = query.center or (0.0, 0.0)
        here = {"points": {"lat": latitude, "lon": longitude}, "order": "asc", "mode": "min", "unit": "m"}
        return [{"_geo_distance": here}, rank]
    return [rank]
