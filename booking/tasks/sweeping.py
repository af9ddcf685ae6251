"""How a sweep goes through what it found: as long as it may last, and past what nobody foresaw."""

import time
from collections.abc import Callable, Iterable, Iterator

import structlog

log = structlog.get_logger(__name__)
# Well inside a task's time limit: when Stripe is silent each call waits for its timeout, and a task that is killed is given back.
SWEEP_SECONDS = 60


def for_a_while(ids: Iterable[int]) -> Iterator[int]:
    """These, as long as the sweep may last; the next one goes on with the rest."""
    ends = time.monotonic() + SWEEP_SECONDS
    for pk in ids:
        if time.monotonic() > ends:
            log.warning("sweep_interrupted", next=pk)
            return
        yield pk


def one_by_one(ids: Iterable[int], act: Callable[[int], object], *, failure: str) -> None:
    """Each in turn; one that nobody foresaw must not keep those behind it."""
    for pk in for_a_while(ids):
        try:
            act(pk)
        except Exception:
            log.exception(failure, pk=pk)
