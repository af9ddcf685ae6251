"""Groups and their permissions, brought in line with what the apps declared."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.models import User
from accounts.roles import SECOND_FACTOR, Role, permissions


@transaction.atomic
def synchronise() -> None:
    """One group a role, with exactly the declared model permissions, and the CMS for those who work there."""
    wanted: dict[Role, set[str]] = {role: set() for role in Role}
    for role, declared in permissions:
        wanted[role] |= set(declared)
    for role in SECOND_FACTOR:
        wanted[role].add("wagtailadmin.access_admin")
    for role, names in wanted.items():
        group, _created = Group.objects.get_or_create(name=role.value)
        found = []
        for name in names:
            app_label, codename = name.split(".")
            permission = Permission.objects.filter(content_type__app_label=app_label, codename=codename).first()
            if permission:
                found.append(permission)
        group.permissions.set(found)


def grant(*, user: User, role: Role) -> None:
    user.groups.add(Group.objects.get(name=role.value))
    user.is_staff = user.is_staff or role != Role.PRACTITIONER
    user.save(update_fields=["is_staff"])
    user.__dict__.pop("_roles", None)
