"""Who reads and decides application files."""

from accounts.models import User
from accounts.roles import Role, has_role
from practitioners.models import ApplicationItem, Practitioner


def may_verify(user: User) -> bool:
    return bool(user.is_active and (user.is_superuser or has_role(user, Role.VERIFICATION)))


def may_decide(user: User, practitioner: Practitioner) -> bool:
    """Nobody decides on the own file."""
    return may_verify(user) and practitioner.user_id != user.pk


def may_read_document(user: User, item: ApplicationItem) -> bool:
    return may_verify(user) or (user.is_active and item.practitioner.user_id == user.pk)


def may_operate(user: User) -> bool:
    """The operator's register of practitioners."""
    return bool(user.is_active and (user.is_superuser or has_role(user, Role.OPERATOR)))
