"""Where public texts are. Apps register theirs: what is published of it, and its texts by the name of their field."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise

from common.registry import Registry


@dataclass(frozen=True)
class Published:
    """One public object, as the desk shows it and as its owner is written to."""

    object_id: int
    title: str
    texts: dict[str, str]
    url: str = ""
    edit_url: str = ""
    owner_email: str = ""


@dataclass(frozen=True)
class Surface:
    """`ids` those published after a key, in order, so many at most; `read` one of them, None when it is not public any more.

    An owner's surface cannot be overridden from its own form: only the team lets a sentence through, from its desk.
    """

    key: str
    label: str | Promise
    ids: Callable[[int, int], Iterable[int]]
    read: Callable[[int], Published | None]
    reply: bool = False
    of_owners: bool = field(default=True)


surfaces: Registry[Surface] = Registry("surfaces of the claims check")


def register(surface: Surface) -> None:
    surfaces.register(surface.key, surface)
