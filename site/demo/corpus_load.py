"""Write a generated corpus straight into the tables of the index: a million entries in minutes, for benches alone.

Rows are the product's own (`search.entry_of`), copied in the physical order of a compacted table, with foreign keys and triggers
asleep (these practitioners have no file) and without the indexes, which are built at the end. What triggers would have kept, the
tally and the statistics are made at the end too.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections, transaction

from common import clock
from demo.corpus import Corpus, towns_of
from demo.corpus_words import practices, themes
from places.models import Commune
from practitioners.models import Practice, Practitioner, Theme
from search import bits, entry_of
from search.actions import tally, words
from search.models import SearchEntry, SearchPoint

TABLES = ("search_searchentry", "search_searchpoint")
SLICE = 2000
ENTRY = (
    "practitioner_id", "rank", "digest", "terms", "online", "score", "completeness", "partner", "listed_on", "card", "version",
    "stale_at", "refreshed_at",
)  # fmt: skip
ENTRY_TYPES = (
    "int8",
    "int8",
    "bytea",
    "text[]",
    "bool",
    "int2",
    "int2",
    "bool",
    "date",
    "jsonb",
    "int8",
    "timestamptz",
    "timestamptz",
)
POINT = ("entry_id", "latitude", "longitude", "x", "y", "z", "home_cos", "receives", "label")
POINT_TYPES = ("int8", "float8", "float8", "float8", "float8", "float8", "float8", "bool", "varchar")

_corpus: Corpus | None = None


class NotEmpty(Exception):
    """There are real practitioners here: a generated corpus would take their place."""


def load(size: int, *, seed: int, processes: int, say: Callable[[str], None]) -> None:
    global _corpus
    if Practitioner.objects.exists():
        raise NotEmpty
    _catalogue()
    _corpus = Corpus(size, seed=seed, towns=towns_of(Commune.objects.select_related("department")), today=clock.today())
    bits.allocate(
        {
            "pratique": {label.slug for label in practices()},
            "theme": {label.slug for label in themes()},
            "langue": {"ar", "de", "en", "es", "fr", "it"},
        }
    )
    with _step("rows", say):
        indexes = _emptied()
        order = _corpus.places_in_order()
        slices = [order[start : start + SLICE].tolist() for start in range(0, size, SLICE)]
        if processes == 1 or len(slices) < 2 * processes:
            for one in slices:
                _copy(one)
        else:
            connections.close_all()
            with multiprocessing.get_context("fork").Pool(processes) as pool:
                for _done in pool.imap_unordered(_copy, slices):
                    pass
    with _step("indexes", say), connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for definition in indexes:
            cursor.execute(definition)
        cursor.execute("SELECT setval('search_entry_version', %s)", [size + 1])
        cursor.execute("RESET maintenance_work_mem")
    with _step("words", say):
        # Those of some thousands are nearly all there are; counting who says each reads every term, which a million spares itself.
        words.note(_corpus.facts(place) for place in range(min(size, 5000)))
        if size <= 100_000:
            words.recount()
    with _step("tally", say):
        tally.recount()
    with _step("statistics", say), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _catalogue() -> None:
    """Pages name practices and themes: they have to exist."""
    for label in practices():
        Practice.objects.get_or_create(slug=label.slug, defaults={"name": label.name})
    for label in themes():
        Theme.objects.get_or_create(slug=label.slug, defaults={"name": label.name})


def _emptied() -> list[str]:
    """Empties the tables and drops the indexes that no constraint needs; returns how to build them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE search_searchentry, search_searchpoint, search_tally, search_tallydelta, search_pendingchange"
        )
        _complete_indexes(cursor)
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ANY(%s::regclass[]) "
            "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
            [list(TABLES)],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]


def _complete_indexes(cursor: Any) -> None:
    """Those that a load which was interrupted has left out."""
    for model in (SearchEntry, SearchPoint):
        there = connection.introspection.get_constraints(cursor, model._meta.db_table)
        with connection.schema_editor() as editor:
            for index in model._meta.indexes:
                if index.name not in there:
                    editor.add_index(model, index)
        alone = any(found["columns"] == ["entry_id"] for found in there.values())
        if model is SearchPoint and not alone:
            cursor.execute("CREATE INDEX ON search_searchpoint (entry_id)")


def _copy(places: list[int]) -> None:
    """One slice, in one transaction."""
    assert _corpus is not None
    made = entry_of.rows([_corpus.facts(place) for place in places], now=clock.now())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        with cursor.copy(f"COPY search_searchentry ({', '.join(ENTRY)}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(ENTRY_TYPES)
            for row in made:
                copy.write_row(_entry(row.entry))
        with cursor.copy(f"COPY search_searchpoint ({', '.join(POINT)}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(POINT_TYPES)
            for point in entry_of.all_points(made):
                copy.write_row(_point(point))


def _entry(entry: SearchEntry) -> tuple[object, ...]:
    return (
        entry.practitioner_id, entry.rank, entry.digest, entry.terms, entry.online, entry.score, entry.completeness, entry.partner,
        entry.listed_on, entry.card, entry.practitioner_id, entry.stale_at, entry.refreshed_at,
    )  # fmt: skip


def _point(point: SearchPoint) -> tuple[object, ...]:
    return (
        point.entry_id, point.latitude, point.longitude, point.x, point.y, point.z, point.home_cos, point.receives, point.label,
    )  # fmt: skip


@contextmanager
def _step(what: str, say: Callable[[str], None]) -> Iterator[None]:
    started = time.monotonic()
    yield
    say(f"  {what}: {time.monotonic() - started:.0f} s")
