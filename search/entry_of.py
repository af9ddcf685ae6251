"""From facts to the row of the index and its points: the one way, for practitioners as for generated corpora."""

import datetime as dt
from dataclasses import dataclass
from itertools import chain
from typing import Any

from common.text import fold
from search import bits, digest, geo, terms
from search.facts import Facts
from search.models import SearchEntry, SearchPoint
from search.ranking import pack
from search.reach import DEFAULT_KM, Reach


@dataclass(slots=True)
class Row:
    entry: SearchEntry
    points: list[SearchPoint]


def rows(batch: list[Facts], *, now: dt.datetime) -> list[Row]:
    """Rows that are not saved. Gives a number to facet values never seen before."""
    numbers = bits.allocate(
        {
            "pratique": {slug for facts in batch for slug in facts.practices},
            "theme": {slug for facts in batch for slug in facts.themes},
            "langue": {code for facts in batch for code in facts.languages},
        }
    )
    reach = Reach()
    return [_row(facts, numbers, reach, now) for facts in batch]


def _row(facts: Facts, numbers: bits.Numbers, reach: Reach, now: dt.datetime) -> Row:
    standing, free = facts.standing, facts.availability
    places = [(*geo.quantise(point.latitude, point.longitude), point) for point in facts.points]
    rank = pack(standing)
    entry = SearchEntry(
        practitioner_id=standing.practitioner_id,
        rank=rank,
        digest=digest_of(facts, numbers, rank),
        terms=sorted(_terms(facts, reach, places)),
        online=standing.online,
        score=standing.score,
        completeness=standing.completeness,
        partner=standing.partner,
        listed_on=standing.listed_on,
        card={**facts.card, **_card(facts, places)},
        stale_at=free.stale_at,
        refreshed_at=now,
    )
    return Row(entry, _points(entry, facts, places))


def digest_of(facts: Facts, numbers: bits.Numbers, rank: int) -> bytes:
    return digest.encode(
        rank=rank,
        bits={
            "pratique": numbers.of("pratique", facts.practices),
            "theme": numbers.of("theme", facts.themes),
            "langue": numbers.of("langue", facts.languages),
        },
        fixed=fixed_of(facts),
        availability=facts.availability,
        price_cents=facts.price_min_cents,
    )


def fixed_of(facts: Facts) -> list[tuple[str, str]]:
    pairs = [("mode", mode) for mode in facts.modes] + [("paiement", payment) for payment in facts.payments]
    if facts.step_free:
        pairs.append(("acces", "fauteuil"))
    return [pair for pair in pairs if pair in digest.FIXED_BIT]


def _terms(facts: Facts, reach: Reach, places: list[tuple[float, float, Any]]) -> set[str]:
    found = terms.all_tokens([*facts.names, *facts.texts])
    found |= {terms.name(word) for name in facts.names for word in fold(name).split()}
    found |= {terms.practice(slug) for slug in facts.practices} | {terms.theme(slug) for slug in facts.themes}
    found |= {terms.department(code) for code in facts.departments} | {terms.region(code) for code in facts.regions}
    near = reach.around([(lat, lng) for lat, lng, point in places if point.receives], DEFAULT_KM)
    home = reach.around([place[:2] for place in places[:1]], facts.home_radius_km) if facts.home_radius_km else set()
    found |= {terms.served(insee) for insee in near | home} | {terms.visited(insee) for insee in home}
    return found


def _card(facts: Facts, places: list[tuple[float, float, Any]]) -> dict[str, Any]:
    """What every engine needs beside the words: facet values by name, places, prices, the next free instants."""
    return {
        "facets": {
            "pratique": list(facts.practices),
            "theme": list(facts.themes),
            "mode": list(facts.modes),
            "langue": list(facts.languages),
            "paiement": list(facts.payments),
            "acces": ["fauteuil"] if facts.step_free else [],
        },
        "price_min_cents": facts.price_min_cents,
        "home_radius_km": facts.home_radius_km,
        "points": [[lat, lng, point.receives, point.label] for lat, lng, point in places],
        "next_free": {mode: moment.isoformat() for mode, moment in sorted(facts.availability.next_free.items())},
    }


def _points(entry: SearchEntry, facts: Facts, places: list[tuple[float, float, Any]]) -> list[SearchPoint]:
    """Home visits start from the first point."""
    home_cos = geo.cos_of(facts.home_radius_km) if facts.home_radius_km else 2.0
    made = []
    for number, (latitude, longitude, point) in enumerate(places):
        x, y, z = geo.unit_vector(latitude, longitude)
        made.append(
            SearchPoint(
                entry=entry, latitude=latitude, longitude=longitude, x=x, y=y, z=z, label=point.label, receives=point.receives,
                home_cos=home_cos if number == 0 else 2.0,
            )
        )  # fmt: skip
    return made


def all_points(made: list[Row]) -> list[SearchPoint]:
    return list(chain.from_iterable(row.points for row in made))
