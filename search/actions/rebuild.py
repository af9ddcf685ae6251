"""Building the index anew while searching and writing go on: docs/search-operations.md tells the story step by step."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import structlog
from django.db import connection
from elasticsearch import Elasticsearch

from common import clock
from search import elastic, indices, telling
from search.actions import entries, index, index_check, index_reports
from search.documents import document
from search.models import IndexReport, IndexState, SearchEntry
from search.telling import Change

log = structlog.get_logger(__name__)
BATCH = 1000
# Questions that were under way when the alias moved end on the old index: they have 300 ms, this is ten times that.
GRACE_SECONDS = 3.0


class Incomplete(Exception):
    """The new index lacks entries that nothing explains: it must not answer."""


def rebuild(*, cause: str, with_entries: bool = True, compact: bool = False) -> IndexReport:
    """Every entry anew from the practitioners, then, where there is one, Elasticsearch's index anew from the entries.

    Raises AlreadyUnderWay when a rebuild or a check is. Searching goes on throughout.
    """
    with index_reports.reported(IndexReport.Kind.REBUILD, cause) as report:
        started = time.monotonic()
        if with_entries:
            report.figures["entries"] = entries.rebuild()
            report.figures["entries_seconds"] = round(time.monotonic() - started, 1)
        if compact:
            _compact()
        if elastic.configured():
            report.figures |= _build_index()
    return report


def recover(*, cause: str) -> IndexReport | None:
    """Elasticsearch's index anew, if it is still missing or empty: asked twice, done once."""
    client = elastic.keeper()
    if not index.must_be_built(client, indices.known(client)):
        return None
    return rebuild(cause=cause, with_entries=False)


def _build_index() -> dict[str, object]:
    client = elastic.keeper()
    known = indices.known(client)
    # A killed rebuild's; changes are written to it in vain.
    indices.drop(client, known.building)
    started = time.monotonic()
    name = indices.create(client, now=clock.now())
    try:
        count = _fill(client)
        filled = time.monotonic() - started
        indices.finish(client, name)
        repaired = _complete(client, name)
        indices.switch(client, name, old=known.live)
    except BaseException:
        indices.drop(client, [name])
        raise
    IndexState.objects.all().delete()
    time.sleep(GRACE_SECONDS if known.live else 0)
    indices.drop(client, [*known.live, *known.others])
    seconds = max(filled, 0.001)
    return {
        "documents": count,
        "index": name,
        "index_seconds": round(time.monotonic() - started, 1),
        "documents_a_second": round(count / seconds),
        "written_meanwhile": repaired,
    }


def _fill(client: Elasticsearch) -> int:
    """All entries, batch by batch, each read when it is written: two batches in memory, nothing open in the database.

    A change that comes after its entry was read is pending, and is written to this index too; the versions of both decide.
    """
    count = 0
    # Elasticsearch works on a batch while the next one is read.
    with ThreadPoolExecutor(max_workers=1) as writer:
        before: Future[int] | None = None
        for changes in _batches():
            under_way = writer.submit(_written, client, changes)
            count += before.result() if before else 0
            before = under_way
        return count + (before.result() if before else 0)


def _written(client: Elasticsearch, changes: list[Change]) -> int:
    told = telling.tell(client, [indices.building()], changes, refresh=False, patient=True)
    if len(told) < len(changes):
        raise Incomplete(f"{len(changes) - len(told)} documents were refused")
    return len(told)


def _batches() -> Iterator[list[Change]]:
    """Read without the ORM, which takes longer over a row than all the rest together."""
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT practitioner_id, version, digest, terms, card::text FROM search_searchentry "
                "WHERE practitioner_id > %s ORDER BY practitioner_id LIMIT %s",
                [after, BATCH],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        yield [_change(*row) for row in rows]
        after = rows[-1][0]


def _change(pk: int, version: int, blob: bytes, terms: list[str], card: str) -> Change:
    entry = SearchEntry(practitioner_id=pk, version=version, digest=blob, terms=terms, card=json.loads(card))
    return Change(pk, version, document(entry))


def _complete(client: Elasticsearch, name: str) -> int:
    """Before it may answer: what changed meanwhile is told, and each entry is there in its version. Returns how many came late."""
    late = 0
    for _attempt in range(3):
        while told := index.sync(client, limit=BATCH):
            late += told
        found = index_check.differences(client, name)
        if not found:
            return late
        index_check.requeue(found)
        log.warning("index_incomplete", differences=len(found))
    raise Incomplete(f"{len(found)} entries differ")


def _compact() -> None:
    """Rewrite the table in the order in which entries are found together. Locks it: seconds for 100 000 entries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE INDEX IF NOT EXISTS entry_order ON search_searchentry ("
            "(card #>> '{facets,pratique,0}'), "
            "(floor(((card #>> '{points,0,0}')::float8 + 90) * 4)), (floor(((card #>> '{points,0,1}')::float8 + 180) * 4)))"
        )
        cursor.execute("CLUSTER search_searchentry USING entry_order")
        cursor.execute("ALTER TABLE search_searchentry SET WITHOUT CLUSTER")
        cursor.execute("DROP INDEX entry_order")
        cursor.execute("ANALYZE search_searchentry")
