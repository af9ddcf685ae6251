"""Roles are groups. A group's permissions are declared by the app that owns them and synchronised after migrations."""

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from common.registry import Registry


class Role(StrEnum):
    """Names of the groups. A client has none; a practitioner also has a `practitioners.Practitioner`."""

    PRACTITIONER = "practitioner"
    STRUCTURE = "structure administrator"
    EDITOR = "editor"
    VERIFICATION = "verification"
    MODERATION = "moderation"
    LEGAL = "legal"
    OPERATOR = "operator"


STAFF = frozenset({Role.EDITOR, Role.VERIFICATION, Role.MODERATION, Role.LEGAL, Role.OPERATOR})
SECOND_FACTOR = STAFF | {Role.PRACTITIONER, Role.STRUCTURE}

# Each item: (role, ["app_label.codename", …]), registered by the owning app in `ready()`.
permissions: Registry[tuple[Role, list[str]]] = Registry("role permissions")


def roles_of(user: User | AnonymousUser) -> set[Role]:
    """The roles of a signed-in person, read once per object."""
    if not user.is_authenticated:
        return set()
    cached = getattr(user, "_roles", None)
    if cached is None:
        known = {role.value for role in Role}
        cached = {Role(name) for name in user.groups.values_list("name", flat=True) if name in known}
        user._roles = cached  # type: ignore[attr-defined]
    return cached


def has_role(user: User | AnonymousUser, *wanted: Role) -> bool:
    return bool(roles_of(user) & set(wanted))
