"""The embedded engine: PostgreSQL on `SearchEntry`. All that must match is found by one GIN and the places; what is left gives
its digests, joined into one value, and numpy counts and orders them (`search.counting`); one more statement reads the cards.
Where nothing must match, nobody is read: `search.tally` has the counts. docs/search-digest.md explains the plans.
"""

import datetime as dt

import orjson
from django.db import DatabaseError, connection

from common import clock
from search import agenda, bits, digest, geo, tally, terms
from search.counting import Counting
from search.cursors import binary_cursor
from search.engines import clusters
from search.engines.base import PAGE_SIZE, Box, Cluster, Hit, Results, hit_of
from search.engines.matching import DOT, Matching
from search.models import SearchEntry
from search.query import MAX_PAGE, Clause, Query
from search.ranking import Standing


class EmbeddedEngine:
    name = "embedded"

    def search(self, query: Query, *, facets: bool = True, size: int = PAGE_SIZE) -> Results:
        today = clock.today()
        if query.finds_nothing:
            nobody = Counting(digest.decode(b""), bits.numbers(), query, today)
            return Results(self.name, 0, query.page, [], nobody.facets() if facets else {})
        everybody = tally.read(today) if _asks_for_a_tally(query, facets) else None
        if everybody and _chosen(query) == set():
            page = tally.soonest if query.sort == "horaire" else tally.first
            offset = (query.page - 1) * size
            # Past the end nobody is looked for: whoever asks for the last page of all would have every rank read.
            ids = page(size, offset) if query.page <= MAX_PAGE and offset < everybody.total else []
            counts = everybody.facets(today) if facets else {}
            return Results(self.name, everybody.total, query.page, hits_of(query, ids), counts)
        matching = Matching(query, narrowed(query, facets=facets, tallied=everybody is not None))
        counting = read(matching, query, today)
        ids = []
        if query.page <= MAX_PAGE:
            ids = by_distance(query, counting, size) if query.sort == "distance" else counting.page(size)
        counts = counting.facets() if facets else {}
        if everybody and facets:
            (facet,) = _chosen(query)
            counts[facet] = everybody.facets(today)[facet]
        return Results(self.name, counting.total, query.page, hits_of(query, ids), counts)

    def clusters(self, query: Query, box: Box, zoom: int) -> list[Cluster]:
        if query.finds_nothing:
            return []
        matching = Matching(query, narrowed(query, facets=False))
        if not _chosen(query):
            inside = "TRUE" if matching.everything else f"p.entry_id IN ({matching.ids})"
            return clusters.of_matching(inside, matching.params, box, zoom)
        return clusters.of_ids(read(matching, query, clock.today()).ids().tolist(), box, zoom)

    def is_available(self) -> bool:
        try:
            SearchEntry.objects.exists()
        except DatabaseError:
            return False
        return True


def read(matching: Matching, query: Query, today: dt.date) -> Counting:
    """The digests of whoever matches, and the numbers that they are read with, at one instant.

    Their heads do, half as much to send, where no date is asked about and all of France is on the same day. Otherwise a first
    free day may be another than the one that is counted from, and only day by day can it be told.
    """
    layout = digest.LAYOUT if query.days or query.parts or not agenda.is_one_day(clock.now()) else digest.HEAD
    part = "digest" if layout is digest.LAYOUT else f"substring(digest FROM 1 FOR {layout.itemsize})"
    with binary_cursor() as cursor:
        cursor.execute(
            f"SELECT string_agg({part}, ''), {bits.AS_TEXT} FROM {matching.source} WHERE {matching.where}",  # noqa: S608
            matching.params,
        )
        blob, numbers = cursor.fetchone()
    return Counting(digest.decode(blob or b"", layout), bits.from_text(numbers), query, today)


# What the index can spare of a question without words and without a place


_BY_TERM = {"pratique": terms.practice, "theme": terms.theme}


def _chosen(query: Query) -> set[str]:
    """The facets in which something is selected."""
    fields = {
        "pratique": query.practices, "theme": query.themes, "langue": query.languages, "mode": query.modes,
        "paiement": query.payments, "acces": query.step_free, "prix_max": query.price_max is not None,
        "note_min": query.score_min is not None, "disponible": query.days or query.parts,
    }  # fmt: skip
    return {facet for facet, value in fields.items() if value}


def _asks_for_a_tally(query: Query, facets: bool) -> bool:
    """Everybody is the base, and all that is selected is one facet that has terms, or nothing: the rest is on the tally."""
    if query.must or query.place or query.around or query.bbox:
        return False
    chosen = _chosen(query)
    if not chosen:
        return True
    return facets and len(chosen) == 1 and chosen <= _BY_TERM.keys()


def narrowed(query: Query, *, facets: bool, tallied: bool = False) -> list[Clause]:
    """Selections that the index may apply without changing a count.

    A facet is counted under all selections but its own. So all of them may be applied where no facet is wanted, or where the
    only one selected is counted elsewhere; with two of them, each needs those who have the other: whoever has either.
    """
    values = {"pratique": query.practices, "theme": query.themes}
    clauses = [
        tuple(frozenset([_BY_TERM[facet](value)]) for value in chosen) for facet, chosen in values.items() if chosen
    ]
    if not facets or tallied:
        return clauses
    if len(clauses) > 1:
        return [tuple(alternative for clause in clauses for alternative in clause)]
    return []


# The page


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
            found.append(hit_of(query, Standing(online, score, complete, partner, listed_on, pk), orjson.loads(card)))
    return found


def by_distance(query: Query, counting: Counting, size: int) -> list[int]:
    """A page of what was selected, the nearest first, then the Contract's order."""
    latitude, longitude = query.center or (0.0, 0.0)
    x, y, z = geo.unit_vector(latitude, longitude)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT p.entry_id FROM search_searchpoint p JOIN search_searchentry e ON e.practitioner_id = p.entry_id "  # noqa: S608
            f"WHERE p.entry_id = ANY(%(ids)s) GROUP BY p.entry_id, e.rank ORDER BY max({DOT}) DESC, e.rank "
            "LIMIT %(size)s OFFSET %(offset)s",
            {
                "ids": counting.ids().tolist(),
                "x": x, "y": y, "z": z, "size": size, "offset": (query.page - 1) * size,
            },
        )  # fmt: skip
        return [row[0] for row in cursor.fetchall()]
