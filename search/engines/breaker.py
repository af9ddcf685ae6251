"""A circuit breaker: after a few failures in a short while nothing is asked for a while, then one question tries whether all is well again.

Processes share what they know through the cache, and each keeps a copy: while the cache is away, each knows for itself.
"""

import random
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass, replace

import structlog
from django.core.cache import cache

log = structlog.get_logger(__name__)
# So many failures within so many seconds: those of one slow node among several count, whatever succeeds between them.
THRESHOLD = 3
WINDOW_SECONDS = 10.0
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 15.0
# Doubled so often, a pause is the longest: the power of more would be too large a number after some hours.
MOST_DOUBLINGS = 10
# Closed for less than this, it opens again for longer: what counts well may still answer badly.
REMEMBERED_SECONDS = 60.0
# How old the copy of what the others know may be.
COPY_SECONDS = 0.5
PROBE_SECONDS = 5
KEPT_SECONDS = 3600


@dataclass(frozen=True)
class State:
    """Instants are seconds since 1970: when this was written, since when it is open, and until when nothing is asked.

    `trips` counts how often it opened in a row, or soon after it had closed: the pause grows with it.
    """

    is_open: bool = False
    changed_at: float = 0.0
    since: float = 0.0
    until: float = 0.0
    trips: int = 0
    reason: str = ""

    @property
    def word(self) -> str:
        """closed, open, or half-open once the pause is over."""
        if not self.is_open:
            return "closed"
        return "open" if time.time() < self.until else "half-open"


class Breaker:
    def __init__(self, name: str) -> None:
        self.key = f"breaker:{name}"
        self.name = name
        self._lock = threading.Lock()
        self._state = State()
        self._copied_at = 0.0
        self._failures: deque[float] = deque(maxlen=THRESHOLD)

    def state(self) -> State:
        """What is known, by this process or by another."""
        moment = time.time()
        if not 0 <= moment - self._copied_at < COPY_SECONDS:
            self._copied_at = moment
            shared = cache.get(self.key)
            if shared and shared["changed_at"] > self._state.changed_at:
                self._state = State(**shared)
                self._failures.clear()
        return self._state

    def allows(self) -> bool:
        """Whether to ask now. While open, true once after each pause, for one question of all processes."""
        state = self.state()
        if not state.is_open:
            return True
        if time.time() < state.until:
            return False
        # Named after the pause that is over: of all who see it end, one tries.
        if not cache.add(f"{self.key}:probe:{state.until}", 1, PROBE_SECONDS):
            return False
        with self._lock:
            if self._state.until != state.until or not self._state.is_open:
                return False
            # Should the cache be away, each process tries once a while.
            self._state = replace(state, until=time.time() + PROBE_SECONDS)
        return True

    def succeeded(self) -> None:
        """An answer came: if it was closed it stays so, otherwise it closes."""
        if self.state().is_open:
            with self._lock:
                self._failures.clear()
                self._set(State(changed_at=time.time(), trips=self._state.trips))
            log.info("breaker_closed", breaker=self.name)

    def failed(self, reason: str, *, at_once: bool = False) -> None:
        """One more failure; `at_once` when there is no doubt, so that nobody else has to find out."""
        moment = time.time()
        with self._lock:
            before = self._state
            self._failures.append(moment)
            many = len(self._failures) == THRESHOLD and moment - self._failures[0] <= WINDOW_SECONDS
            if not (before.is_open or at_once or many):
                return
            again = before.is_open or moment - before.changed_at < REMEMBERED_SECONDS
            trips = before.trips if again else 0
            pause = min(FIRST_PAUSE * 2 ** min(trips, MOST_DOUBLINGS), LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311
            since = before.since if before.is_open else moment
            self._set(State(True, moment, since, moment + pause, trips + 1, reason))
            self._failures.clear()
        if not before.is_open:
            log.error("breaker_opened", breaker=self.name, reason=reason)

    def _set(self, state: State) -> None:
        self._state, self._copied_at = state, time.time()
        cache.set(self.key, asdict(state), KEPT_SECONDS)
