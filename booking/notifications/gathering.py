"""Several steps told by one message: what happens inside `held_back` is said by whoever opened it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from booking.notifications.kinds import BOTH

_silent: ContextVar[tuple[str, ...]] = ContextVar("booking_messages_held_back", default=())


@contextmanager
def held_back(*readers: str) -> Iterator[None]:
    """Within, nothing is written to `readers` (nobody, when none is named): the caller tells them once, for all."""
    token = _silent.set(readers or BOTH)
    try:
        yield
    finally:
        _silent.reset(token)


def is_held_back(reader: str) -> bool:
    return reader in _silent.get()
