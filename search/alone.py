"""Work that one process does at a time. The lock belongs to the database session: whoever is killed lets go of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether this is the only one at `name` now; false at once, without waiting, when another is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('search'), hashtext(%s))", [name])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('search'), hashtext(%s))", [name])


def is_taken(name: str) -> bool:
    """Whether somebody is at it now."""
    with alone(name) as mine:
        return not mine
