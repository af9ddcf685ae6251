"""The part of a question that SQL answers, as one condition on the index: words, place, area, box.

The terms asked for reach PostgreSQL as `(SELECT …)`, which it plans without knowing their value: always through the GIN, which
holds all that is needed. Were it to see a frequent word, it would rather read the table and fetch the terms of each row from
where they are stored apart, at fifty times the cost. Alternatives are spread over the terms that must all be there, so that each
branch is one search of the index, which skips along the rarest list (docs/search-digest.md).
"""

from collections.abc import Iterable
from itertools import product
from typing import Any

from search import geo, terms, vocabulary
from search.query import Clause, Query

MAX_HOME_KM = 100
# Beyond so many branches a clause is left to be tested apart.
MAX_BRANCHES = 32
DOT = "(x * %(x)s + y * %(y)s + z * %(z)s)"
BOX = (
    "point(longitude, latitude) <@ box(point(%({0}w)s, %({0}s)s), point(%({0}e)s, %({0}n)s)) "
    "AND latitude BETWEEN %({0}s)s AND %({0}n)s AND longitude BETWEEN %({0}w)s AND %({0}e)s"
)


class Matching:
    """Who matches is `FROM {source} WHERE {where}` with `params`, entries being called `e`; `everything` says that all do.

    `narrowed` are further clauses than the question's: selections that the caller wants the index to apply.
    """

    def __init__(self, query: Query, narrowed: Iterable[Clause] = ()) -> None:
        self.query = query
        self.params: dict[str, Any] = {}
        words, places = self._conditions([*query.must, *narrowed])
        self.everything = not words and not places
        self.source, self.where = "search_searchentry e", " AND ".join(words + places) or "TRUE"
        if words and places:
            # Apart, so that they meet in a hash: PostgreSQL takes a circle for a handful of points, and would go from each
            # of its thousands to the entry to look through its terms.
            self.source = (
                "(WITH found AS MATERIALIZED (SELECT e.practitioner_id, e.digest FROM search_searchentry e WHERE "  # noqa: S608
                f"{' AND '.join(words)}) SELECT * FROM found) e"
            )
            self.where = " AND ".join(places)

    @property
    def ids(self) -> str:
        """A statement that gives the practitioners found."""
        return f"SELECT e.practitioner_id FROM {self.source} WHERE {self.where}"  # noqa: S608

    def _conditions(self, clauses: list[Clause]) -> tuple[list[str], list[str]]:
        """On the terms, and on the places."""
        query = self.query
        if not all(clauses):
            return ["FALSE"], []  # No alternative: nobody has one.
        clauses = [_shortened(clause) for clause in clauses]
        must = {token for clause in clauses if len(clause) == 1 for token in clause[0]}
        exact = False
        place = query.place
        if place and place.kind == "department":
            must.add(terms.department(place.code))
        elif place and place.kind == "region":
            must.add(terms.region(place.code))
        elif place and not query.around and query.radius_km <= vocabulary.DEFAULT_RADIUS:
            # Within a smaller radius is within the default one: the term spares the distances of those farther away.
            must.add(terms.served(place.code))
            exact = query.radius_km == vocabulary.DEFAULT_RADIUS
        words = self._words(must, [clause for clause in clauses if len(clause) > 1])
        places = []
        if query.center is not None and not exact:
            places.append(f"e.practitioner_id IN ({self._near()})")
        if query.bbox:
            places.append(f"e.practitioner_id IN ({self._within()})")
        return words, places

    # Words

    def _words(self, must: set[str], clauses: list[Clause]) -> list[str]:
        branches: list[tuple[set[str], list[set[str]]]] = [(must, [])]
        apart = []
        for clause in clauses:
            alone = {token for alternative in clause if len(alternative) == 1 for token in alternative}
            several = [set(alternative) for alternative in clause if len(alternative) > 1]
            if len(branches) * (len(several) + bool(alone)) > MAX_BRANCHES:
                apart.append(clause)
                continue
            spread = [(all_of | option, any_of) for (all_of, any_of), option in product(branches, several)]
            branches = spread + ([(all_of, [*any_of, alone]) for all_of, any_of in branches] if alone else [])
        found = [self._branch(all_of, any_of) for all_of, any_of in branches]
        conditions = [f"({' OR '.join(found)})"] if any(found) else []
        for clause in apart:
            conditions.append(f"({' OR '.join(self._branch(set(alternative), []) for alternative in clause)})")
        return conditions

    def _branch(self, all_of: set[str], any_of: list[set[str]]) -> str:
        parts = [f"e.terms @> {self._array(all_of)}"] if all_of else []
        parts += [f"e.terms && {self._array(tokens)}" for tokens in any_of]
        return " AND ".join(parts)

    def _array(self, tokens: set[str]) -> str:
        name = f"terms{len(self.params)}"
        self.params[name] = sorted(tokens)
        return f"(SELECT %({name})s::text[])"

    # Places

    def _within(self) -> str:
        assert self.query.bbox is not None
        self._box("b", geo.stored_box(self.query.bbox))
        return f"SELECT entry_id FROM search_searchpoint WHERE receives AND {BOX.format('b')}"  # noqa: S608

    def _near(self) -> str:
        """Entries that receive within the radius, or whose home visits reach the centre (S7)."""
        latitude, longitude = self.query.center or (0.0, 0.0)
        self.params["x"], self.params["y"], self.params["z"] = geo.unit_vector(latitude, longitude)
        self.params["reach"] = geo.cos_of(self.query.radius_km)
        for name, km in (("r", self.query.radius_km), ("h", MAX_HOME_KM)):
            south, west, north, east = geo.box(latitude, longitude, km)
            self._box(name, (west, south, east, north))
        return (
            f"SELECT entry_id FROM search_searchpoint WHERE receives AND {BOX.format('r')} AND {DOT} >= %(reach)s "  # noqa: S608
            f"UNION SELECT entry_id FROM search_searchpoint WHERE home_cos <= 1 AND {BOX.format('h')} AND {DOT} >= home_cos"
        )

    def _box(self, name: str, box: tuple[float, float, float, float]) -> None:
        west, south, east, north = box
        self.params |= {f"{name}w": west, f"{name}s": south, f"{name}e": east, f"{name}n": north}


def _shortened(clause: Clause) -> Clause:
    """Without the alternatives that another one implies: who has « dos » need not be asked for « mal » and « dos »."""
    return tuple(one for one in dict.fromkeys(clause) if not any(other < one for other in clause))
