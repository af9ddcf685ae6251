"""The engine that answers: which of several is chosen here and nowhere else."""

from functools import lru_cache

from django.conf import settings
from django.db import DatabaseError

from search import indices
from search.elastic import configured
from search.engines.base import Engine
from search.engines.elastic import ElasticEngine
from search.engines.embedded import EmbeddedEngine
from search.engines.resilient import ResilientEngine

_embedded = EmbeddedEngine()


def engine() -> Engine:
    return guarded() or _embedded


def guarded() -> ResilientEngine | None:
    """Elasticsearch with its understudy; nothing where no Elasticsearch is configured."""
    return _guarded(settings.ELASTICSEARCH_URL, indices.alias()) if configured() else None


@lru_cache(maxsize=4)
def _guarded(_urls: str, alias: str) -> ResilientEngine:
    return ResilientEngine(ElasticEngine(alias), _embedded)


def health() -> str:
    """`ok`, or `degraded` when another engine than the one configured answers; the site serves either way."""
    both = guarded()
    if both is None:
        return "ok" if _embedded.is_available() else "degraded"
    try:
        return "ok" if both.answering() is both.first else "degraded"
    except DatabaseError:
        return "degraded"
