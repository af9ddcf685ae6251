# ruff: noqa: T201 (a script: its output is its purpose)
"""The embedded engine through the public search function, on the corpus that is loaded: `python tests/bench/search.py [kind …]`.

Each figure is an exact count, the first 20 in the Contract's order and every facet count, read and put into `Results`.
"""

import statistics
import sys

from django.db import connection
from figures import Questions, keep, p95, show, timed

from search.finding import find
from search.models import SearchEntry

KINDS = {
    "keyword + town": 200,
    "keyword + town, 2 selected": 100,
    "keyword + town, this week": 100,
    "keyword + town, 50 km": 100,
    "keyword + town, by distance": 100,
    "keyword + town, by next time": 100,
    "town": 100,
    "keyword": 100,
    "keyword, page 50": 50,
    "practice alone": 50,
    "practice and theme": 50,
    "nothing": 50,
    "nothing, page 500": 20,
    "nothing, by next time": 10,
}


def main() -> None:
    size = SearchEntry.objects.count()
    print(f"{size} entries")
    for kind in sys.argv[1:] or KINDS:
        count = KINDS[kind]
        # A million is asked less often: the slow kinds take seconds.
        asked = Questions().of(kind, count if size < 500_000 or kind == "keyword + town" else max(count // 4, 5))
        taken = timed(asked, find)
        show(kind, taken)
        keep(f"embedded {size} {kind} p50", statistics.median(taken))
        keep(f"embedded {size} {kind} p95", p95(taken))
    _storage()


def _storage() -> None:
    names = ("search_searchentry", "entry_terms", "entry_rank", "search_searchpoint", "point_place")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_size_pretty(pg_relation_size(name)) FROM unnest(%s::regclass[]) AS name", [list(names)]
        )
        sizes = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT pg_size_pretty(pg_total_relation_size('search_searchentry'))")
        print("; ".join(f"{name} {size}" for name, size in zip(names, sizes, strict=True)), end="; ")
        print(f"entries with what is stored apart and all indexes {cursor.fetchone()[0]}")


if __name__ == "__main__":
    main()
