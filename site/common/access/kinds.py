"""What can be opened: each desk names its kind of file, with the reasons one usually has to open one."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.registry import Registry


@dataclass(frozen=True)
class Kind:
    """`label` is read by the staff and by the person; `usual` are reasons given with one press."""

    key: str
    label: str | Promise
    usual: tuple[str | Promise, ...] = ()


kinds: Registry[Kind] = Registry("kinds of files of people")


def kind(key: str, label: str | Promise, *usual: str | Promise) -> Kind:
    return kinds.register(key, Kind(key, label, usual))


def label_of(key: str) -> str | Promise:
    """A kind that no desk has any more keeps a word."""
    return kinds.get(key).label if key in kinds else _("A file")
