"""What any engine answers. Two engines given the same entries give the same answer, to the last count."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Protocol

from search.query import Query
from search.ranking import Standing

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `distance_km` is to the nearest place within reach, when the question has a centre."""

    standing: Standing
    card: dict[str, Any]
    next_free: dt.datetime | None = None
    distance_km: float | None = None

    @property
    def practitioner_id(self) -> int:
        return self.standing.practitioner_id


@dataclass(frozen=True, slots=True)
class Results:
    """`facets`: name → (value, count), each count being what one would get by choosing that value alone in its facet."""

    engine: str
    count: int
    page: int
    hits: list[Hit] = field(default_factory=list)
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    corrected: str | None = None

    @property
    def pages(self) -> int:
        return -(-self.count // PAGE_SIZE)


class Engine(Protocol):
    name: str

    def search(self, query: Query, *, facets: bool = True, size: int = PAGE_SIZE) -> Results: ...

    def is_available(self) -> bool: ...
