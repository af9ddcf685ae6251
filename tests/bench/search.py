# ruff: noqa: E402, T201 (a script: settings first, and its output is its purpose)
"""The embedded engine on a synthetic corpus: `python tests/bench/search.py [rows]`, 100 000 by default.

Rows are written in a transaction that is rolled back, with the foreign keys asleep; the database is left as it was. Each
figure is an exact count, the first 20 in the Contract's order and every facet count. Needs the gazetteer. Not a test.
"""

import os
import random
import statistics
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

import django

django.setup()

import datetime as dt
import json

from django.db import connection, transaction

from places.lookup import of_commune
from places.models import Commune
from search import geo
from search.engines import engine
from search.query import Query
from search.ranking import Standing, pack

PRACTICES = [f"pratique-{n}" for n in range(60)]
THEMES = [f"theme-{n}" for n in range(40)]
WORDS = [f"mot{n}" for n in range(20_000)]


def fill(rows: int) -> list[Commune]:
    """Practices and words by Zipf, towns by population; returns the towns."""
    chance = random.Random(7)
    towns = list(Commune.objects.select_related("department").order_by("-population")[:3000])
    drawn = chance.choices(towns, [t.population for t in towns], k=rows)
    zipf = [1 / (n + 1) for n in range(len(WORDS))]
    words = chance.choices(WORDS, zipf, k=rows * 20)
    practices = chance.choices(PRACTICES, zipf[: len(PRACTICES)], k=rows * 2)
    entry = "practitioner_id, rank, terms, practices, themes, modes, languages, payments, step_free, price_min_cents, online, score, completeness, partner, listed_on, next_free, free, card, refreshed_at"
    card = json.dumps({"name": "Synthétique", "slug": "x", "url": "/"})
    now = dt.datetime.now(dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        with cursor.copy(f"COPY search_searchentry ({entry}) FROM STDIN") as copy:
            for n in range(rows):
                town, mine = drawn[n], sorted({*practices[2 * n : 2 * n + 2]})
                themes = chance.sample(THEMES, 3)
                standing = Standing(
                    chance.random() < 0.7, chance.randint(35, 50), chance.randint(30, 100), chance.random() < 0.1,
                    dt.date(2025, 1, 1) + dt.timedelta(days=chance.randint(0, 600)), 1_000_000 + n,
                )  # fmt: skip
                terms = {*words[20 * n : 20 * n + 20], *mine, *(f"p:{p}" for p in mine), *(f"t:{t}" for t in themes)}
                terms |= {f"d:{town.department_id}", f"r:{town.department.region_id}"}
                copy.write_row((
                    standing.practitioner_id, pack(standing), sorted(terms), mine, themes, ["cabinet", "visio"][: chance.randint(1, 2)],
                    ["fr", "en"][: chance.randint(1, 2)], ["carte", "especes"], False, 6000, standing.online, standing.score,
                    standing.completeness, standing.partner, standing.listed_on, now, [], card, now,
                ))  # fmt: skip
        point = "entry_id, latitude, longitude, x, y, z, home_cos, receives, label"
        with cursor.copy(f"COPY search_searchpoint ({point}) FROM STDIN") as copy:
            for n, town in enumerate(drawn):
                home = geo.cos_of(30) if chance.random() < 0.1 else 2.0
                vector = geo.unit_vector(town.latitude, town.longitude)
                copy.write_row((1_000_000 + n, town.latitude, town.longitude, *vector, home, True, town.name))
        cursor.execute("ANALYZE search_searchentry")
        cursor.execute("ANALYZE search_searchpoint")
    return drawn


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    chance = random.Random(11)
    with transaction.atomic():
        started = time.perf_counter()
        towns = fill(rows)
        print(f"{rows} entries written in {time.perf_counter() - started:.0f} s")
        zipf = [1 / (n + 1) for n in range(len(PRACTICES))]
        kinds = {
            "keyword + town": lambda: Query(text="x", tokens=(chance.choices(PRACTICES, zipf)[0],), place=of_commune(chance.choice(towns))),
            "keyword + département": lambda: Query(
                text="x", tokens=(chance.choices(PRACTICES, zipf)[0],),
                place=_department(chance.choice(towns)),
            ),
            "keyword, whole country": lambda: Query(text="x", tokens=(chance.choices(PRACTICES, zipf)[0],)),
            "town": lambda: Query(place=of_commune(chance.choice(towns))),
            "no filter": Query,
        }  # fmt: skip
        for name, make in kinds.items():
            times = []
            for _n in range(5 if name == "no filter" else 60):
                query = make()
                started = time.perf_counter()
                engine().search(query)
                times.append((time.perf_counter() - started) * 1000)
            times.sort()
            print(f"{name:24} p50 {statistics.median(times):7.1f} ms   p95 {times[int(len(times) * 0.95)]:7.1f} ms")
        transaction.set_rollback(True)


def _department(commune: Commune):  # type: ignore[no-untyped-def]
    from places.lookup import of_department

    return of_department(commune.department)


if __name__ == "__main__":
    main()
