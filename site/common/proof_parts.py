"""What each app can prove about one thing of a dispute: an app above contributes its parts without this one knowing it (L5).

A `Topic` is a kind of thing (an appointment, a payment…) and how to find one; a part source gives what an app holds about it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from common.registry import Registry


@dataclass(frozen=True)
class Subject:
    """One thing. `links` are what other apps find it by: references, keys of people, of payments, of acceptances."""

    kind: str
    key: int
    label: str
    people: tuple[int, ...]
    links: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Topic:
    """`find` reads what a member of the team types; None when there is no such thing."""

    key: str
    label: str | Promise
    hint: str | Promise
    find: Callable[[str], Subject | None]


@dataclass(frozen=True)
class Part:
    """A chapter of the file: facts, then rows under their columns; `data` is the same for a machine; `files` are joined whole."""

    key: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    data: Any = None
    files: tuple[tuple[str, bytes], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.facts or self.rows or self.files)


topics: Registry[Topic] = Registry("topics of proof files")
# Each gives the parts that its app holds about a subject, in the order of registration.
sources: Registry[Callable[[Subject], Iterator[Part]]] = Registry("parts of proof files")


def parts_of(subject: Subject) -> list[Part]:
    """Every part that holds something; two of one name would be one file in the archive."""
    found = [part for source in sources for part in source(subject) if not part.is_empty]
    keys = [part.key for part in found]
    if len(keys) != len(set(keys)):
        raise RuntimeError(f"two parts have one name: {keys}")
    return found
