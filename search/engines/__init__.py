"""The engine that answers. One today; which of several is chosen here and nowhere else."""

from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine

_embedded = EmbeddedEngine()


def engine() -> Engine:
    return _embedded


def health() -> str:
    """`ok`, or `degraded` when another engine than the one configured answers; the site serves either way."""
    return "ok" if engine().is_available() else "degraded"
