"""The connection to Elasticsearch: one client for each process, impatient for questions, patient for the index's keeper."""

import os
from functools import lru_cache

from django.conf import settings
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, OrjsonSerializer

QUESTION_SECONDS = 0.3
KEEPER_SECONDS = 60.0
# What the SDK raises for whatever went wrong, on the way or on the other side.
ERRORS = (TransportError, ApiError)


class ElasticFailed(Exception):
    """No whole answer came in time: refused, slow, partial, or without its index. Another engine has to answer."""


def configured() -> bool:
    return bool(settings.ELASTICSEARCH_URL)


def client() -> Elasticsearch:
    """For questions: given up after 300 ms, never asked twice of a node that was slow or failed.

    Only a node that refuses the connection is passed over for the next, which takes no time.
    """
    return _client(settings.ELASTICSEARCH_URL, os.getpid(), QUESTION_SECONDS)


def keeper() -> Elasticsearch:
    """For writing the index: the same connections, with time to work."""
    return client().options(request_timeout=KEEPER_SECONDS)


@lru_cache(maxsize=4)
def _client(urls: str, _process: int, seconds: float) -> Elasticsearch:
    # One for each process: connections do not survive a fork.
    hosts = [url.strip() for url in urls.split(",") if url.strip()]
    return Elasticsearch(
        hosts,
        serializer=OrjsonSerializer(),
        request_timeout=seconds,
        max_retries=len(hosts) - 1,
        retry_on_timeout=False,
        retry_on_status=(),
        dead_node_backoff_factor=1.0,
        max_dead_node_backoff=5.0,
    )
