"""Somebody to be found, and somebody who asks: the vocabulary of the written cases."""

import datetime as dt
from typing import Any

from django.http import QueryDict

from common import clock
from search.engines.base import Engine, Results
from search.facts import Availability, Facts, Point
from search.query import parse
from search.ranking import Standing
from tests.search.conformance.country import AREAS, TOWNS
from tests.search.conformance.world import Node, settle

LYON, VILLEURBANNE, VIENNE, SAINT_ETIENNE, PARIS = "69123", "69266", "38544", "42218", "75056"
SAINT_DENIS, SAINT_DENIS_REUNION, SAINT_PAUL = "93066", "97411", "97415"
SINCE = dt.date(2025, 1, 1)


def someone(pk: int, town: str | None = LYON, **fields: Any) -> Facts:
    """A sophrologist of Lyon unless told otherwise; `online`, `score`… are of the standing."""
    standing = {"online": True, "score": 44, "completeness": 80, "partner": False, "listed_on": SINCE} | {
        name: fields.pop(name) for name in ("online", "score", "completeness", "partner", "listed_on") if name in fields
    }
    if town:
        name, department, latitude, longitude, *_rest = TOWNS[town]
        place = Point(latitude, longitude, name, receives=fields.pop("receives", True))
        areas = {"departments": frozenset([department]), "regions": frozenset([AREAS[department][1]])}
        fields = {"points": (place,), "texts": ("sophrologie sophrologue", name)} | areas | fields
    wanted = {"names": ("Claire", f"Morel{pk}"), "practices": ("sophrologie",), "modes": ("cabinet",)} | fields
    return Facts(standing=Standing(practitioner_id=pk, **standing), **wanted)


def free(*cells: tuple[str, int, str]) -> Availability:
    """Free (mode, in so many days, part), the earliest at nine."""
    today = clock.today()
    first: dict[str, dt.datetime] = {}
    for mode, days, _part in cells:
        moment = dt.datetime.combine(today + dt.timedelta(days=days), dt.time(9), dt.UTC)
        first[mode] = min(moment, first.get(mode, moment))
    return Availability(True, frozenset((m, today + dt.timedelta(days=d), p) for m, d, p in cells), first)


class Asker:
    """One engine over the practitioners given last."""

    def __init__(self, engine: Engine, held: Node | None) -> None:
        self.engine, self.held = engine, held

    def among(self, *people: Facts) -> "Asker":
        settle(list(people), self.held, now=clock.now())
        return self

    def results(self, address: str = "", **fields: Any) -> Results:
        parsed = parse(QueryDict(address), today=clock.today(), preset=fields)
        assert not parsed.problems
        return self.engine.search(parsed.query)

    def found(self, address: str = "", **fields: Any) -> list[int]:
        results = self.results(address, **fields)
        ids = [hit.practitioner_id for hit in results.hits]
        assert results.count == len(ids)
        return ids
