"""The counts of everybody listed, so that a question without any condition reads one row instead of every digest.

`Tally` holds them for one local day. A trigger appends each change of a digest to `TallyDelta`; a reader takes the row and what
was appended since, in one statement and thus at one instant, and counts the difference. `search.actions.tally` folds the
appended into the row. Exact whatever is written meanwhile (docs/search-digest.md).
"""

import datetime as dt
import json
from dataclasses import dataclass

import numpy as np
from django.db import connection

from search import bits, digest
from search.bits import Numbers
from search.counting import Counting, Counts, by_next_time, word
from search.cursors import binary_cursor
from search.query import Query

# One row: a fixed number, so that there is always the same one to lock.
ROW = 1
ByValue = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Tallied:
    """`pending` is how many changes had to be counted."""

    total: int
    counts: ByValue
    numbers: Numbers
    pending: int

    def facets(self, today: dt.date) -> Counts:
        """As `Counting.facets` gives them."""
        found: Counts = {}
        for facet, fixed in counted(b"", self.numbers, today).items():
            counts = self.counts.get(facet, {})
            if facet in digest.CAPACITY:
                found[facet] = sorted(
                    ((value, n) for value, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0])
                )
            else:
                found[facet] = [(value, counts.get(value, 0)) for value, _zero in fixed]
        return found


_READ = f"""
SELECT t.day, t.total, t.counts::text, changes.before, changes.after, changes.gone, changes.come, {bits.AS_TEXT}
FROM search_tally t, (
    SELECT string_agg(before, '') AS before, string_agg(after, '') AS after, count(before) AS gone, count(after) AS come
    FROM search_tallydelta
) changes
WHERE t.id = {ROW}
"""  # noqa: S608


def read(today: dt.date) -> Tallied | None:
    """The counts at this instant; nothing when they were not counted for this day yet."""
    with binary_cursor() as cursor:
        cursor.execute(_READ)
        row = cursor.fetchone()
    if row is None or row[0] != today:
        return None
    _day, total, counts, before, after, gone, come, text = row
    numbers = bits.from_text(text)
    return Tallied(
        total + come - gone,
        changed(json.loads(counts), before or b"", after or b"", numbers, today),
        numbers,
        gone + come,
    )


def changed(counts: ByValue, before: bytes, after: bytes, numbers: Numbers, today: dt.date) -> ByValue:
    """The counts once these digests have gone and those have come."""
    whole = {facet: dict(values) for facet, values in counts.items()}
    for blob, sign in ((before, -1), (after, 1)):
        if blob:
            for facet, pairs in counted(blob, numbers, today).items():
                values = whole.setdefault(facet, {})
                for value, number in pairs:
                    values[value] = values.get(value, 0) + sign * number
    return whole


def counted(blob: bytes, numbers: Numbers, today: dt.date) -> Counts:
    return Counting(digest.decode(blob), numbers, Query(), today).facets()


_NEXT_AT = 8 * word("next")
_SOONEST = np.dtype([("rank", ">u8"), ("next", ">u4", len(digest.MODES))])


def soonest(size: int, offset: int) -> list[int]:
    """A page of everybody by next free time: of each digest, only what that takes."""
    with binary_cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(substring(digest FROM 1 FOR 8) || substring(digest FROM %s FOR %s), '') FROM search_searchentry",
            [_NEXT_AT + 1, 4 * len(digest.MODES)],
        )
        rows = np.frombuffer(cursor.fetchone()[0] or b"", dtype=_SOONEST)
    nexts, ranks = rows["next"].astype(np.uint64).min(axis=1), rows["rank"].astype(np.uint64)
    return [int(rank) & 2**32 - 1 for rank in by_next_time(nexts, ranks, offset + size)[offset:]]


def first(size: int, offset: int) -> list[int]:
    """A page of everybody, in the Contract's order: down the index of ranks, whose low half is the practitioner's number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rank FROM search_searchentry ORDER BY rank LIMIT %s OFFSET %s", [size, offset])
        return [rank & 2**32 - 1 for (rank,) in cursor.fetchall()]
