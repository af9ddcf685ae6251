"""Comparing what the index says with what the database says, mending what differs, and writing down what was found."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from elasticsearch import Elasticsearch

from common import clock
from practitioners.models import Practitioner
from search import elastic, indices, projection
from search.actions import entries, index, index_reports
from search.models import IndexReport, IndexState, SearchEntry

PAGE = 10_000
TOGETHER = 1000
KEEP_ALIVE = "2m"


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry whose version here and there differ; nothing where it is not."""

    practitioner_id: int
    here: int | None
    there: int | None

    @property
    def kind(self) -> str:
        if self.there is None:
            return "missing"
        if self.here is None:
            return "surplus"
        return "older" if self.there < self.here else "newer"


def check(*, cause: str) -> IndexReport:
    """Find and mend: practitioners and entries, then entries and documents. Raises AlreadyUnderWay."""
    with index_reports.reported(IndexReport.Kind.CHECK, cause) as report:
        report.figures |= _check_entries()
        if elastic.configured():
            report.figures |= _check_index()
    return report


def _check_entries() -> dict[str, int]:
    """Who must be found and is not, who is found and must not; summaries that the clock should have renewed are counted."""
    listed = Practitioner.objects.listed().filter(page__live=True)
    must = set(listed.values_list("pk", flat=True).iterator())
    found = set(SearchEntry.objects.values_list("pk", flat=True).iterator())
    wrong = sorted(must ^ found)
    for start in range(0, len(wrong), entries.BATCH):
        entries.refresh_many(wrong[start : start + entries.BATCH])
    late = SearchEntry.objects.filter(projection.due_for_refresh(clock.now() - projection.CLOCK_MAY_TAKE))
    return {
        "entries": len(found),
        "entries_missing": len(must - found),
        "entries_surplus": len(found - must),
        "agendas_late": late.count(),
    }


def _check_index() -> dict[str, int]:
    client = elastic.keeper()
    while index.sync(client):
        pass
    if not indices.known(client).live:
        return {"index_missing": 1}
    counts = dict.fromkeys(("missing", "older", "newer", "surplus"), 0)
    found = differences(client, indices.alias())
    for difference in found:
        counts[difference.kind] += 1
    requeue(found)
    while index.sync(client):
        pass
    left = len(differences(client, indices.alias())) if found else 0
    if not left:
        IndexState.objects.all().delete()
    total = client.count(index=indices.alias())["count"]
    return {"documents": total, **{f"documents_{kind}": n for kind, n in counts.items()}, "left": left}


def differences(client: Elasticsearch, name: str) -> list[Difference]:
    """Compared in order of their numbers, and once more one by one: what is only on its way is no difference."""
    client.indices.refresh(index=name)
    suspects: list[int] = []
    theirs, ours = _theirs(client, name), _ours()
    there, here = next(theirs, None), next(ours, None)
    while there is not None or here is not None:
        if here is None or (there is not None and there[0] < here[0]):
            assert there is not None
            suspects.append(there[0])
            there = next(theirs, None)
        elif there is None or here[0] < there[0]:
            suspects.append(here[0])
            here = next(ours, None)
        else:
            if here[1] != there[1]:
                suspects.append(here[0])
            there, here = next(theirs, None), next(ours, None)
    return [
        difference
        for start in range(0, len(suspects), TOGETHER)
        for difference in _certain(client, name, suspects[start : start + TOGETHER])
    ]


def requeue(found: list[Difference]) -> None:
    """Have these told again, with versions above all that is known there: a deletion that it remembers, or the states of a
    database that was put back, would refuse the ones they have.
    """
    newest = max((difference.there or 0 for difference in found), default=0)
    with connection.cursor() as cursor:
        # Only forward, and only when there is need to: numbers that others take meanwhile must not be given twice.
        cursor.execute(
            "SELECT setval('search_entry_version', %s) FROM search_entry_version WHERE last_value < %s",
            [newest, newest],
        )
        for difference in found:
            # Its trigger notes that it waits.
            cursor.execute(
                "UPDATE search_searchentry SET version = nextval('search_entry_version') WHERE practitioner_id = %s",
                [difference.practitioner_id],
            )
            cursor.execute(
                "INSERT INTO search_pendingchange (practitioner_id, version, changed_at) "
                "SELECT %s, nextval('search_entry_version'), clock_timestamp() "
                "WHERE NOT EXISTS (SELECT 1 FROM search_searchentry WHERE practitioner_id = %s) "
                "ON CONFLICT (practitioner_id) DO UPDATE SET version = greatest(search_pendingchange.version, excluded.version)",
                [difference.practitioner_id, difference.practitioner_id],
            )


def _theirs(client: Elasticsearch, name: str) -> Iterator[tuple[int, int]]:
    """(number, version) of every document, in order, as they are at one moment."""
    moment = client.open_point_in_time(index=name, keep_alive=KEEP_ALIVE)["id"]
    after = None
    try:
        while True:
            body = {
                "size": PAGE,
                "sort": [{"id": "asc"}, {"version": "asc"}],
                "pit": {"id": moment, "keep_alive": KEEP_ALIVE},
                "_source": False,
                "stored_fields": "_none_",
                "track_total_hits": False,
            }
            if after:
                body["search_after"] = after
            answer = client.search(body=body, filter_path="pit_id,hits.hits.sort")
            moment = answer.get("pit_id", moment)
            hits = answer.get("hits", {}).get("hits", [])
            for hit in hits:
                yield int(hit["sort"][0]), int(hit["sort"][1])
            if len(hits) < PAGE:
                return
            after = hits[-1]["sort"]
    finally:
        client.close_point_in_time(id=moment)


def _ours() -> Iterator[tuple[int, int]]:
    after = 0
    while True:
        rows = SearchEntry.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "version")[:PAGE]
        page = list(rows)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1][0]


def _certain(client: Elasticsearch, name: str, ids: list[int]) -> Iterator[Difference]:
    """Those among them that differ although nothing waits for them and nothing moved while one looked."""
    before = _settled(ids)
    answer = client.mget(index=name, ids=[str(pk) for pk in ids], source=False)
    there = {int(doc["_id"]): int(doc["_version"]) for doc in answer["docs"] if doc.get("found")}
    after = _settled(ids)
    for pk in ids:
        if pk in before and pk in after and before[pk] == after[pk] != there.get(pk):
            yield Difference(pk, after[pk], there.get(pk))


def _settled(ids: list[int]) -> dict[int, int | None]:
    """The versions here (nothing: no entry) of those for which no change waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked.id, e.version FROM unnest(%s::bigint[]) AS asked (id) "
            "LEFT JOIN search_searchentry e ON e.practitioner_id = asked.id "
            "WHERE NOT EXISTS (SELECT 1 FROM search_pendingchange p WHERE p.practitioner_id = asked.id)",
            [ids],
        )
        return dict(cursor.fetchall())
