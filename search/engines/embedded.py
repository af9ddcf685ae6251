"""The embedded engine: PostgreSQL on `SearchEntry`, two statements an answer (a page of results; count and facets).

All that must match goes into one GIN (`terms @>`), distances are dot products of unit vectors, the order is the packed
rank. The selected facets are kept out of the common part, so that each facet is counted under the others' choices.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import DatabaseError, connection

from search import agenda, geo, terms
from search.engines.base import PAGE_SIZE, Hit, Results
from search.models import SearchEntry
from search.query import MAX_PAGE, Query
from search.ranking import Standing

MAX_HOME_KM = 100
# Facet → column; the names are those of the addresses.
FACETS = {"pratique": "practices", "theme": "themes", "mode": "modes", "langue": "languages", "paiement": "payments"}
DOT = "(x * %(x)s + y * %(y)s + z * %(z)s)"
BOX = "latitude BETWEEN %({0}s)s AND %({0}n)s AND longitude BETWEEN %({0}w)s AND %({0}e)s"


class EmbeddedEngine:
    name = "embedded"

    def search(self, query: Query, *, facets: bool = True, size: int = PAGE_SIZE) -> Results:
        if query.finds_nothing:
            return Results(self.name, 0, query.page, [], {name: [] for name in FACETS} if facets else {})
        statement = _Statement(query)
        count, counted = statement.counts(facets)
        within = (query.page - 1) * size < count and query.page <= MAX_PAGE
        hits = statement.hits(size) if within else []
        return Results(self.name, count, query.page, hits, counted)

    def is_available(self) -> bool:
        try:
            SearchEntry.objects.exists()
        except DatabaseError:
            return False
        return True


class _Statement:
    def __init__(self, query: Query) -> None:
        self.query = query
        self.params: dict[str, Any] = {}
        self.where = self._must()
        self.chosen = self._chosen()
        self.near = self._near()

    def hits(self, size: int) -> list[Hit]:
        query = self.query
        order = {"distance": "dot DESC, rank", "horaire": "next_free NULLS LAST, rank"}.get(query.sort, "rank")
        conditions = [*self.where, *(f"e.{column} && %({name})s::text[]" for name, column in self.chosen.items())]
        sql = (
            f"{self._with()} SELECT practitioner_id, online, score, completeness, partner, listed_on, card, next_free, "  # noqa: S608
            f"{'dot' if self.near else 'NULL'} FROM search_searchentry e {self._join()} WHERE {_all(conditions)} "
            f"ORDER BY {order} LIMIT %(size)s OFFSET %(offset)s"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, {**self.params, "size": size, "offset": (query.page - 1) * size})
            rows = cursor.fetchall()
        return [
            Hit(
                Standing(online, score, complete, partner, listed_on, pk),
                json.loads(card),
                next_free,
                None if dot is None else round(geo.km_of(dot), 1),
            )
            for pk, online, score, complete, partner, listed_on, card, next_free, dot in rows
        ]

    def counts(self, facets: bool) -> tuple[int, dict[str, list[tuple[str, int]]]]:
        """The count, and for each facet the count of each value among what the *other* facets leave."""
        flags = ", ".join(f"e.{column} && %({name})s::text[] AS in_{name}" for name, column in self.chosen.items())
        columns = ", ".join(["1 AS one", *(f"e.{column}" for column in FACETS.values()), *([flags] if flags else [])])
        everything = _all(f"in_{chosen}" for chosen in self.chosen)
        parts = [f"SELECT '' AS facet, '' AS value, count(*) AS n FROM base WHERE {everything}"]  # noqa: S608
        for name, column in FACETS.items() if facets else ():
            others = _all(f"in_{chosen}" for chosen in self.chosen if chosen != name)
            parts.append(f"SELECT '{name}', v, count(*) FROM base, unnest({column}) v WHERE {others} GROUP BY v")  # noqa: S608
        base = (
            f"base AS MATERIALIZED (SELECT {columns} FROM search_searchentry e {self._join()} WHERE {_all(self.where)})"  # noqa: S608
        )
        sql = f"{self._with(base)} {' UNION ALL '.join(parts)}"
        total = 0
        counted: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS} if facets else {}
        with connection.cursor() as cursor:
            cursor.execute(sql, self.params)
            for facet, value, number in cursor.fetchall():
                if facet:
                    counted[facet].append((value, number))
                else:
                    total = number
        for values in counted.values():
            values.sort(key=lambda pair: (-pair[1], pair[0]))
        return total, counted

    def _must(self) -> list[str]:
        query, where = self.query, []
        words = list(query.tokens)
        if query.place and query.place.kind == "department":
            words.append(terms.department(query.place.code))
        elif query.place and query.place.kind == "region":
            words.append(terms.region(query.place.code))
        if words:
            self.params["words"] = words
            where.append("e.terms @> %(words)s::text[]")
        if query.days or query.parts:
            self.params["free"] = agenda.keys(query.days, query.parts)
            where.append("e.free && %(free)s::text[]")
        if query.price_max is not None:
            self.params["price"] = query.price_max
            where.append("e.price_min_cents <= %(price)s")
        if query.score_min is not None:
            self.params["score"] = query.score_min
            where.append("e.score >= %(score)s")
        if query.step_free:
            where.append("e.step_free")
        if query.bbox:
            west, south, east, north = query.bbox
            self.params |= {"bs": south, "bw": west, "bn": north, "be": east}
            where.append(
                f"EXISTS (SELECT 1 FROM search_searchpoint p WHERE p.entry_id = e.practitioner_id AND p.receives AND {BOX.format('b')})"  # noqa: S608
            )
        return where

    def _chosen(self) -> dict[str, str]:
        query = self.query
        chosen = {
            "pratique": query.practices, "theme": query.themes, "mode": query.modes, "langue": query.languages,
            "paiement": query.payments,
        }  # fmt: skip
        self.params |= {name: list(values) for name, values in chosen.items() if values}
        return {name: FACETS[name] for name, values in chosen.items() if values}

    def _near(self) -> str:
        """Entries that receive within the radius, or whose home visits reach the centre, with the best dot product (S7)."""
        center = self.query.center
        if center is None:
            return ""
        latitude, longitude = geo.quantise(*center)
        self.params["x"], self.params["y"], self.params["z"] = geo.unit_vector(latitude, longitude)
        self.params["reach"] = geo.cos_of(self.query.radius_km)
        for name, km in (("r", self.query.radius_km), ("h", MAX_HOME_KM)):
            south, west, north, east = geo.box(latitude, longitude, km)
            self.params |= {f"{name}s": south, f"{name}w": west, f"{name}n": north, f"{name}e": east}
        return (
            f"near AS (SELECT entry_id, max({DOT}) AS dot FROM search_searchpoint WHERE "  # noqa: S608
            f"(receives AND {BOX.format('r')} AND {DOT} >= %(reach)s) OR (home_cos <= 1 AND {BOX.format('h')} AND {DOT} >= home_cos) "
            "GROUP BY entry_id)"
        )

    def _with(self, *more: str) -> str:
        parts = [part for part in (self.near, *more) if part]
        return f"WITH {', '.join(parts)}" if parts else ""

    def _join(self) -> str:
        return "JOIN near ON near.entry_id = e.practitioner_id" if self.near else ""


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions) or "TRUE"
