"""What any engine answers. Two engines given the same entries give the same answer, to the last count."""

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from search import geo
from search.query import Query
from search.ranking import Standing

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `distance_km` is to the nearest of its places, when the question has a centre."""

    standing: Standing
    card: dict[str, Any]
    next_free: dt.datetime | None = None
    distance_km: float | None = None

    @property
    def practitioner_id(self) -> int:
        return self.standing.practitioner_id


@dataclass(frozen=True, slots=True)
class Results:
    """`facets`: name → (value, count), each count being what one would get by choosing that value alone in its facet.

    Facets whose values the code knows (`vocabulary`) give all of them, even at zero; the others those that somebody has.
    """

    engine: str
    count: int
    page: int
    hits: list[Hit] = field(default_factory=list)
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    corrected: str | None = None

    @property
    def pages(self) -> int:
        return -(-self.count // PAGE_SIZE)


Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Entries that receive in one tile of the map: how many, their mean place in degrees, and who, when there is only one."""

    count: int
    latitude: float
    longitude: float
    practitioner_id: int | None = None


class Engine(Protocol):
    name: str

    def search(self, query: Query, *, facets: bool = True, size: int = PAGE_SIZE) -> Results: ...

    def clusters(self, query: Query, box: Box, zoom: int) -> list[Cluster]:
        """What the question finds within west, south, east, north, gathered by tiles two zooms finer than the map's."""
        ...

    def is_available(self) -> bool: ...


def hit_of(
    query: Query,
    standing: Standing,
    card: dict[str, Any],
) -> Hit:
    """From the row, whatever the engine that found it."""
    times = [dt.datetime.fromisoformat(card["next_free"][m]) for m in query.modes_asked if m in card["next_free"]]
    distance = None
    if query.center and card["points"]:
        here = _centre(*query.center)
        distance = round(geo.km_of(max(_dot(here, geo.unit_vector(lat, lng)) for lat, lng, *_ in card["points"])), 1)
    return Hit(standing, card, min(times, default=None), distance)


# The twenty results of a page are as far from one centre.
_centre = lru_cache(maxsize=64)(geo.unit_vector)


def _dot(a: tuple[float, float, float], b: tuple[float, float, float]) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
