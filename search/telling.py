"""Writing to Elasticsearch: changes carry the version of their row, so that whatever comes late or twice does no harm."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import streaming_bulk

log = structlog.get_logger(__name__)
CHUNK = 500
CHUNK_BYTES = 20 * 1024 * 1024
# A node that has too much to do says 429: each time twice as long a pause, half a minute in all.
RETRIES = 6
FIRST_PAUSE = 0.5
HAS_IT_ALREADY = 409
NOT_FOUND = 404
# Asked again by the patient: what a node that is starting, or without its master, answers.
AWAY = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Change:
    """An entry as it is, or, without a document, that there is none any more."""

    practitioner_id: int
    version: int
    document: dict[str, Any] | None


def tell(
    client: Elasticsearch,
    targets: Collection[str],
    changes: Collection[Change],
    *,
    refresh: bool,
    patient: bool = False,
) -> set[int]:
    """Write the changes to every target (aliases); returns the practitioners whose change all of them know now.

    Raises what the SDK raises when nobody answers: at once, or, when `patient`, after half a minute.
    """
    for attempt in range(RETRIES):
        try:
            return _tell(client, targets, changes, refresh)
        except (TransportError, ApiError) as error:
            away = isinstance(error, TransportError) or error.status_code in AWAY
            if not (patient and away) or attempt == RETRIES - 1:
                raise
            log.warning("index_away", error=str(error)[:200], attempt=attempt + 1)
            time.sleep(FIRST_PAUSE * 2**attempt)
    raise AssertionError("unreachable")


def _tell(client: Elasticsearch, targets: Collection[str], changes: Collection[Change], refresh: bool) -> set[int]:
    told, refused, example = {change.practitioner_id for change in changes}, set(), ""
    results = streaming_bulk(
        client,
        _actions(targets, changes),
        chunk_size=CHUNK,
        max_chunk_bytes=CHUNK_BYTES,
        max_retries=RETRIES,
        initial_backoff=FIRST_PAUSE,
        max_backoff=10,
        raise_on_error=False,
        refresh=refresh,
        require_alias=True,
    )
    for fine, result in results:
        [(kind, info)] = result.items()
        if not fine and not _is_known(kind, info):
            refused.add(int(info["_id"]))
            example = str(info.get("error"))[:300]
    if refused:
        log.error("index_refused", count=len(refused), example=example)
    return told - refused


def _actions(targets: Collection[str], changes: Collection[Change]) -> Iterator[dict[str, Any]]:
    for change in changes:
        for target in targets:
            action: dict[str, Any] = {
                "_op_type": "delete" if change.document is None else "index",
                "_index": target,
                "_id": str(change.practitioner_id),
                "version": change.version,
                "version_type": "external_gte",
            }
            if change.document is not None:
                action["_source"] = change.document
            yield action


def _is_known(kind: str, info: dict[str, Any]) -> bool:
    """A newer version is there, or what had to go is not there. (An index that is missing is a 404 of another kind.)"""
    if info["status"] == HAS_IT_ALREADY:
        return True
    return kind == "delete" and info["status"] == NOT_FOUND and info.get("result") == "not_found"
