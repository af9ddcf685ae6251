"""Contributor registries: a lower app iterates what higher apps added in their `ready()`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.functional import Promise

T = TypeVar("T")


class Registry(Generic[T]):
    """An ordered, named set of contributions. A name registered twice is a programming error."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, tuple[int, T]] = {}

    def register(self, key: str, item: T, *, order: int = 100) -> T:
        if key in self._items and self._items[key][1] is not item:
            raise RuntimeError(f"{key!r} is already registered in {self.name}")
        self._items[key] = (order, item)
        return item

    def __iter__(self) -> Iterator[T]:
        return (item for _order, item in sorted(self._items.values(), key=lambda pair: pair[0]))

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def keys(self) -> list[str]:
        return list(self._items)

    def get(self, key: str) -> T:
        return self._items[key][1]


# A panel is a function (context) -> HTML shown in a page of a lower app: booking adds slots to the profile.
profile_panels: Registry[Callable[[dict[str, object]], str]] = Registry("profile panels")


@dataclass(frozen=True)
class NavItem:
    """An entry of a navigation: `url_name` without arguments, `icon` a name of heroicons.

    `also` are the beginnings of other addresses where the entry is the current one; neighbours of one `group` stand under it.
    `after_end`: open to a practitioner whose contract ended, with all that is below its address.
    """

    label: str | Promise
    url_name: str
    icon: str
    also: tuple[str, ...] = ()
    group: str | Promise = ""
    after_end: bool = False


# The pages of the practitioners' office, in their order; booking adds the agenda, the services and the hours.
office_nav: Registry[NavItem] = Registry("office navigation")
