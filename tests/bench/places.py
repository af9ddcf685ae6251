# ruff: noqa: E402, T201 (a script: settings first, and its output is its purpose)
"""How long suggestions of places take in the database, over the whole gazetteer: `python tests/bench/places.py`.

Prints the time of the commune query alone (as PostgreSQL measures it) and of the whole function, with the plan of the worst.
Needs DATABASE_URL with the gazetteer imported. Not a test: a machine's load must not fail a build.
"""

import os
import statistics
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

import django

django.setup()

from django.db import connection

from places import lookup
from places.models import Commune

TYPED = [
    "s",
    "sa",
    "st",
    "saint",
    "la",
    "le",
    "ma",
    "lyon",
    "lyon 3",
    "st etienne",
    "aix en pce",
    "villeneuve",
    "69",
    "340",
    "6900",
    "69003",
    "zzz",
]


def database_ms(typed: str) -> tuple[float, str]:
    """Execution time of the statements on communes, and the plan of the longest."""
    explain = _Explain()
    with connection.execute_wrapper(explain):
        lookup.autocomplete(typed)
    return sum(explain.times), explain.plan


class _Explain:
    """Runs each SELECT on communes once more under EXPLAIN ANALYZE."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.plan = ""

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        result = execute(sql, params, many, context)
        if sql.startswith("SELECT") and Commune._meta.db_table in sql.split("FROM", 1)[1][:30]:
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT TEXT) {sql}", params)
                lines = [
                    str(next(iter(row.values())) if isinstance(row, dict) else row[0]) for row in cursor.fetchall()
                ]
            took = float(next(line for line in lines if line.startswith("Execution Time")).split()[2])
            if not self.times or took > max(self.times):
                self.plan = "\n".join(lines)
            self.times.append(took)
        return result


def main() -> None:
    print(f"{Commune.objects.count()} communes")
    worst, worst_plan, worst_typed = 0.0, "", ""
    for typed in TYPED:
        in_database = []
        for _n in range(5):
            took, plan = database_ms(typed)
            in_database.append(took)
        whole = []
        for _n in range(20):
            started = time.perf_counter()
            lookup.autocomplete(typed)
            whole.append((time.perf_counter() - started) * 1000)
        middle = statistics.median(in_database)
        print(f"{typed!r:14} database {middle:6.2f} ms   function {statistics.median(whole):6.2f} ms")
        if middle > worst:
            worst, worst_plan, worst_typed = middle, plan, typed
    print(f"\nworst in the database: {worst_typed!r}, {worst:.2f} ms\n{worst_plan}")


if __name__ == "__main__":
    main()
