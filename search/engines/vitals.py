"""Whether Elasticsearch may be believed: there, whole, not empty, and told of what happened here. Asked every two seconds at most."""

import datetime as dt
import threading
import time
from dataclasses import dataclass

import structlog
from django.db import connection
from elasticsearch import NotFoundError

from common import clock
from search import elastic, indices
from search.engines.breaker import Breaker

log = structlog.get_logger(__name__)
FRESH_SECONDS = 2.0
# A change that waits longer than this makes answers wrong that a person would notice.
BEHIND = dt.timedelta(seconds=30)
COUNT_SECONDS = 0.2
OURS = """
SELECT (SELECT min(changed_at) FROM search_pendingchange), (SELECT min(lost_at) FROM search_indexstate),
       EXISTS (SELECT 1 FROM search_searchentry)
"""


@dataclass(frozen=True)
class Vitals:
    """`word` is "ok", or what is wrong: unreachable, missing, empty, partial, behind, lost."""

    word: str
    waiting_since: dt.datetime | None = None
    documents: int | None = None

    @property
    def good(self) -> bool:
        return self.word == "ok"

    @property
    def reached(self) -> bool:
        """Whether Elasticsearch answered, whatever it said."""
        return self.documents is not None or self.word == "missing"


def read(breaker: Breaker) -> Vitals:
    """Ask now. What cannot be reached opens the breaker at once: nobody else needs to wait for it."""
    with connection.cursor() as cursor:
        cursor.execute(OURS)
        waiting_since, lost_at, has_entries = cursor.fetchone()
    if lost_at:
        return Vitals("lost", waiting_since)
    if waiting_since and clock.now() - waiting_since > BEHIND:
        return Vitals("behind", waiting_since)
    try:
        answer = elastic.client().options(request_timeout=COUNT_SECONDS).count(index=indices.alias())
        count, failed = int(answer["count"]), int(answer["_shards"]["failed"])
    except NotFoundError:
        return Vitals("missing", waiting_since)
    except (*elastic.ERRORS, KeyError, TypeError, ValueError) as error:
        breaker.failed(f"{type(error).__name__}: {error}"[:200], at_once=True)
        return Vitals("unreachable", waiting_since)
    if failed:
        return Vitals("partial", waiting_since, count)
    return Vitals("ok" if count or not has_entries else "empty", waiting_since, count)


class Watch:
    """The latest vitals, read again by the first question that comes after two seconds; the others do not wait for it."""

    def __init__(self, breaker: Breaker) -> None:
        self.breaker = breaker
        self._lock = threading.Lock()
        self._latest: Vitals | None = None
        self._read_at = 0.0

    def vitals(self, *, anew: bool = False) -> Vitals:
        latest = self._latest
        if latest is not None and not anew and time.monotonic() - self._read_at < FRESH_SECONDS:
            return latest
        if not self._lock.acquire(blocking=latest is None):
            return latest  # type: ignore[return-value]
        try:
            fresh = read(self.breaker)
            if latest is not None and fresh.word != latest.word:
                log.warning("elasticsearch_vitals", now=fresh.word, before=latest.word)
            self._latest, self._read_at = fresh, time.monotonic()
            return fresh
        finally:
            self._lock.release()
