"""Keeping Elasticsearch in step: what the database noted as pending is told to it, and only then forgotten.

No row is locked while a network is waited for. A pending row goes when the version it names, or a newer one, was told; two that
do the same work at once do no harm.
"""

import time
from collections.abc import Collection

import structlog
from django.core.cache import cache
from django.db import connection
from elasticsearch import Elasticsearch

from common import clock
from common.tasks import enqueue
from search import elastic, engines, indices, telling
from search.alone import alone, is_taken
from search.documents import document
from search.models import IndexState, PendingChange, SearchEntry
from search.telling import Change

log = structlog.get_logger(__name__)
# Until this many changes, Elasticsearch makes them searchable before it answers; more are refreshed once at their end.
AT_ONCE = 100
BATCH = 1000
IMPATIENT_SECONDS = 5.0
KEEPING_SECONDS = 20.0
RED_SECONDS = 300
# The work that only one process does at a time: building an index, or comparing it.
WORK = "index"
ASKED = "search:asked:{}"


def sync(client: Elasticsearch, ids: Collection[int] | None = None, limit: int = BATCH) -> int:
    """Tell what waits longest, or what waits of these practitioners; returns how many changes are known now.

    Where to write is asked after the rows were read: an index whose building begins later reads them itself.
    """
    pending = PendingChange.objects.order_by("changed_at", "practitioner_id")
    if ids is not None:
        pending = pending.filter(practitioner_id__in=ids)
    changes = changes_of(dict(pending.values_list("practitioner_id", "version")[:limit]))
    targets = indices.known(client).targets if changes else []
    if not targets:
        return 0
    told = telling.tell(client, targets, changes, refresh=len(changes) <= AT_ONCE)
    if len(changes) > AT_ONCE:
        client.indices.refresh(index=targets)
    return _forget({change.practitioner_id: change.version for change in changes if change.practitioner_id in told})


def changes_of(waiting: dict[int, int]) -> list[Change]:
    """The entries as they are now; those that are gone, as of the version that waits."""
    entries = SearchEntry.objects.only("digest", "terms", "card", "version").in_bulk(list(waiting))
    return [
        Change(pk, entries[pk].version, document(entries[pk])) if pk in entries else Change(pk, version, None)
        for pk, version in waiting.items()
    ]


def tell(ids: Collection[int]) -> None:
    """After a commit: make these changes searchable now. What cannot be told waits for `keep`; nothing is raised for it."""
    both = engines.guarded()
    if both is None or both.breaker.state().is_open:
        return
    client = elastic.client().options(request_timeout=IMPATIENT_SECONDS)
    try:
        sync(client, ids)
    except elastic.ERRORS as error:
        both.breaker.failed(f"{type(error).__name__}: {error}"[:200])
        log.warning("index_not_told", practitioners=len(ids), error=str(error)[:200])


def keep() -> int:
    """The clock's turn, every few seconds: tell all that waits, and mend what is missing. Returns how many were told."""
    both = engines.guarded()
    if both is None:
        return _nobody_to_tell()
    with alone("keep") as mine:
        if not mine:
            return 0
        try:
            count = _keep(elastic.client().options(request_timeout=IMPATIENT_SECONDS))
        except elastic.ERRORS as error:
            if cache.add("search:not-kept", 1, 60):
                log.warning("index_not_kept", pending=PendingChange.objects.count(), error=str(error)[:200])
            return 0
        if both.watch.vitals(anew=True).reached:
            both.breaker.succeeded()
        return count


def _keep(client: Elasticsearch) -> int:
    known = indices.known(client)
    if known.building:
        _drop_what_was_abandoned(client)
    if must_be_built(client, known):
        _ask_once("rebuild_index")
    elif IndexState.objects.filter(lost_at__isnull=False).exists():
        _ask_once("check_index")
    started, count = time.monotonic(), 0
    while time.monotonic() - started < KEEPING_SECONDS:
        told = sync(elastic.keeper())
        count += told
        if told < BATCH:
            break
    return count


def must_be_built(client: Elasticsearch, known: indices.Known) -> bool:
    """No index answers, or it is empty though nothing waits for it, or its only copy has been lost for minutes."""
    if not known.live:
        return True
    health = client.cluster.health(index=indices.alias())
    if health["status"] == "red":
        since = cache.get_or_set("search:red-since", time.time, 3600)
        return bool(since and time.time() - since > RED_SECONDS)
    cache.delete("search:red-since")
    waiting = PendingChange.objects.values("practitioner_id")
    settled = SearchEntry.objects.exclude(pk__in=waiting)
    return client.count(index=indices.alias())["count"] == 0 and settled.exists()


def _drop_what_was_abandoned(client: Elasticsearch) -> None:
    """An index that somebody began to build and, being killed, will not finish."""
    with alone(WORK) as mine:
        if mine:
            left = indices.known(client).building
            indices.drop(client, left)
            log.warning("abandoned_index_dropped", names=left)


def ask_for(task: str, cause: str) -> bool:
    """Have `check_index` or `rebuild_index` done behind the request; false while the broker is away."""
    from search import tasks

    return enqueue(getattr(tasks, task), cause)


def _ask_once(task: str) -> None:
    if not is_taken(WORK) and cache.add(ASKED.format(task), 1, 60):
        log.warning("index_recovery_asked", task=task)
        ask_for(task, "recovery")


def is_answered(task: str) -> None:
    """What was asked for is done: the next time, it may be asked for at once."""
    cache.delete(ASKED.format(task))


def _nobody_to_tell() -> int:
    """No Elasticsearch is configured: what waits is dropped, and an index that may come back knows that it missed it."""
    ids = list(PendingChange.objects.values_list("pk", flat=True)[:10_000])
    if ids:
        IndexState.objects.get_or_create(pk=1)
        IndexState.objects.filter(pk=1, lost_at=None).update(lost_at=clock.now())
        _forget(dict(PendingChange.objects.filter(pk__in=ids).values_list("practitioner_id", "version")))
    return 0


def _forget(reached: dict[int, int]) -> int:
    """Those that nothing newer waits for. Rows that somebody is writing now are left for the next turn: no deadlock."""
    if not reached:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM search_pendingchange WHERE practitioner_id IN ("
            "SELECT p.practitioner_id FROM search_pendingchange p "
            "JOIN unnest(%s::bigint[], %s::bigint[]) AS told (id, version) ON told.id = p.practitioner_id "
            "WHERE p.version <= told.version FOR UPDATE OF p SKIP LOCKED)",
            [list(reached), list(reached.values())],
        )
    return len(reached)
