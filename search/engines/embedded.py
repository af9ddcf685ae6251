"""The embedded engine: PostgreSQL on `SearchEntry`. All that must match is found by one GIN and the places; what is left gives
its digests, joined into one value, and numpy counts and orders them (`search.counting`); one more statement reads the cards.
"""

import json
from typing import Any

import psycopg
from django.db import DatabaseError, connection
from psycopg.pq import Format

from common import clock
from search import bits, digest, geo, terms, vocabulary
from search.counting import Counting
from search.engines.base import PAGE_SIZE, Box, Cluster, Hit, Results, hit_of
from search.models import SearchEntry
from search.query import MAX_PAGE, Query
from search.ranking import Standing

MAX_HOME_KM = 100
DOT = "(x * %(x)s + y * %(y)s + z * %(z)s)"
BOX = (
    "point(longitude, latitude) <@ box(point(%({0}w)s, %({0}s)s), point(%({0}e)s, %({0}n)s)) "
    "AND latitude BETWEEN %({0}s)s AND %({0}n)s AND longitude BETWEEN %({0}w)s AND %({0}e)s"
)


class EmbeddedEngine:
    name = "embedded"

    def search(self, query: Query, *, facets: bool = True, size: int = PAGE_SIZE) -> Results:
        today = clock.today()
        if query.finds_nothing:
            nobody = Counting(digest.decode(b""), bits.numbers(), query, today)
            return Results(self.name, 0, query.page, [], nobody.facets() if facets else {})
        base = Base(query)
        counting = Counting(digest.decode(base.digests()), bits.numbers(), query, today)
        ids: list[int] = []
        if query.page <= MAX_PAGE:
            ids = base.by_distance(counting, size) if query.sort == "distance" else counting.page(size)
        counts = counting.facets() if facets else {}
        return Results(self.name, counting.total, query.page, hits_of(query, ids), counts)

    def clusters(self, query: Query, box: Box, zoom: int) -> list[Cluster]:
        raise NotImplementedError

    def is_available(self) -> bool:
        try:
            SearchEntry.objects.exists()
        except DatabaseError:
            return False
        return True


def _binary_cursor() -> Any:
    """A cursor of this connection that receives bytes as they are: as text they would take twice the size.

    Django's own interpolates parameters on the client and receives text only; this one is logged and counted like them.
    """
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    cursor.format = Format.BINARY
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)


def hits_of(query: Query, ids: list[int]) -> list[Hit]:
    """The rows of these practitioners, in this order; one who was withdrawn meanwhile is left out."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT practitioner_id, online, score, completeness, partner, listed_on, card FROM search_searchentry "
            "WHERE practitioner_id = ANY(%s)",
            [ids],
        )
        rows = {row[0]: row for row in cursor.fetchall()}
    found = []
    for pk in ids:
        if pk in rows:
            _pk, online, score, complete, partner, listed_on, card = rows[pk]
            found.append(hit_of(query, Standing(online, score, complete, partner, listed_on, pk), json.loads(card)))
    return found


class Base:
    """The part of a question that SQL answers: words, place, box."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.params: dict[str, Any] = {}
        self.where = " AND ".join(self._conditions()) or "TRUE"

    def digests(self) -> bytes:
        """Those of every entry that matches, joined."""
        with _binary_cursor() as cursor:
            cursor.execute(
                f"SELECT string_agg(digest, '') FROM search_searchentry e WHERE {self.where}",  # noqa: S608
                self.params,
            )
            return cursor.fetchone()[0] or b""

    def by_distance(self, counting: Counting, size: int) -> list[int]:
        """A page of what was selected, the nearest first, then the Contract's order."""
        latitude, longitude = self.query.center or (0.0, 0.0)
        x, y, z = geo.unit_vector(latitude, longitude)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT p.entry_id FROM search_searchpoint p JOIN search_searchentry e ON e.practitioner_id = p.entry_id "  # noqa: S608
                f"WHERE p.entry_id = ANY(%(ids)s) GROUP BY p.entry_id, e.rank ORDER BY max({DOT}) DESC, e.rank "
                "LIMIT %(size)s OFFSET %(offset)s",
                {
                    "ids": counting.ids().tolist(),
                    "x": x, "y": y, "z": z, "size": size, "offset": (self.query.page - 1) * size,
                },
            )  # fmt: skip
            return [row[0] for row in cursor.fetchall()]

    def _conditions(self) -> list[str]:
        query = self.query
        must = {token for clause in query.must if len(clause) == 1 for token in clause[0]}
        place = query.place
        near = query.center is not None
        if place and place.kind == "department":
            must.add(terms.department(place.code))
        elif place and place.kind == "region":
            must.add(terms.region(place.code))
        elif place and not query.around and query.radius_km == vocabulary.DEFAULT_RADIUS:
            must.add(terms.served(place.code))
            near = False
        conditions = []
        if must:
            self.params["must"] = sorted(must)
            conditions.append("e.terms @> %(must)s::text[]")
        for number, clause in enumerate(clause for clause in query.must if len(clause) > 1):
            conditions.append(self._any_of(number, clause))
        if near:
            conditions.append(f"e.practitioner_id IN ({self._near()})")
        if query.bbox:
            conditions.append(f"e.practitioner_id IN ({self._within('b', query.bbox)})")
        return conditions

    def _any_of(self, number: int, clause: tuple[frozenset[str], ...]) -> str:
        if all(len(alternative) == 1 for alternative in clause):
            self.params[f"any{number}"] = sorted({token for alternative in clause for token in alternative})
            return f"e.terms && %(any{number})s::text[]"
        parts = []
        for place, alternative in enumerate(clause):
            self.params[f"any{number}_{place}"] = sorted(alternative)
            parts.append(f"e.terms @> %(any{number}_{place})s::text[]")
        return f"({' OR '.join(parts)})"

    def _within(self, name: str, box: Box) -> str:
        west, south, east, north = box
        self.params |= {f"{name}w": west, f"{name}s": south, f"{name}e": east, f"{name}n": north}
        return f"SELECT entry_id FROM search_searchpoint WHERE receives AND {BOX.format(name)}"  # noqa: S608

    def _near(self) -> str:
        """Entries that receive within the radius, or whose home visits reach the centre (S7)."""
        latitude, longitude = self.query.center or (0.0, 0.0)
        self.params["x"], self.params["y"], self.params["z"] = geo.unit_vector(latitude, longitude)
        self.params["reach"] = geo.cos_of(self.query.radius_km)
        for name, km in (("r", self.query.radius_km), ("h", MAX_HOME_KM)):
            south, west, north, east = geo.box(latitude, longitude, km)
            self.params |= {f"{name}s": south, f"{name}w": west, f"{name}n": north, f"{name}e": east}
        return (
            f"SELECT entry_id FROM search_searchpoint WHERE receives AND {BOX.format('r')} AND {DOT} >= %(reach)s "  # noqa: S608
            f"UNION SELECT entry_id FROM search_searchpoint WHERE home_cos <= 1 AND {BOX.format('h')} AND {DOT} >= home_cos"
        )
