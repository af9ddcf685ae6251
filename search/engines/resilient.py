"""Elasticsearch while it can be believed, the embedded engine otherwise: whoever searches never waits for the one that fails (S9)."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import DatabaseError

from search.elastic import QUESTION_SECONDS, ElasticFailed
from search.engines.base import PAGE_SIZE, Box, Cluster, Engine, Results
from search.engines.breaker import Breaker
from search.engines.vitals import Watch
from search.query import Query

log = structlog.get_logger(__name__)
T = TypeVar("T")


class ResilientEngine:
    """Two engines that give the same answers; `Results.engine` says which of them did."""

    name = "resilient"

    def __init__(self, first: Engine, other: Engine) -> None:
        self.first, self.other = first, other
        self.breaker = Breaker(first.name)
        self.watch = Watch(self.breaker)

    def search(self, query: Query, *, facets: bool = True, size: int = PAGE_SIZE) -> Results:
        return self._ask(lambda engine: engine.search(query, facets=facets, size=size))

    def clusters(self, query: Query, box: Box, zoom: int) -> list[Cluster]:
        return self._ask(lambda engine: engine.clusters(query, box, zoom))

    def is_available(self) -> bool:
        return self.answering() is self.first or self.other.is_available()

    def answering(self) -> Engine:
        """Which of the two would answer now."""
        if not self.breaker.allows():
            return self.other
        # The one question that is let through after a pause finds out for everybody.
        probing = self.breaker.state().is_open
        vitals = self.watch.vitals(anew=probing)
        if probing and vitals.reached:
            self.breaker.succeeded()
        return self.first if vitals.good else self.other

    def _ask(self, question: Callable[[Engine], T]) -> T:
        if self.answering() is not self.first:
            return question(self.other)
        started = time.perf_counter()
        try:
            answer = question(self.first)
        except DatabaseError:
            # Ours, whatever the engine: the other one could not answer either.
            raise
        except ElasticFailed as error:
            self.breaker.failed(str(error)[:200])
        except Exception:
            # An answer that nobody foresaw is a failure of that engine, told in full; the visitor gets the other's.
            log.exception("elasticsearch_answer_not_understood")
            self.breaker.failed("answer not understood")
        else:
            if time.perf_counter() - started > QUESTION_SECONDS:
                self.breaker.failed("slow")
            return answer
        return question(self.other)
