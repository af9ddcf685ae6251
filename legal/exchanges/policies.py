"""Who reads and answers what people write to the site."""

from accounts.models import User
from accounts.roles import Role, has_role
from legal.models import Exchange

TEAMS = (Role.OPERATOR, Role.MODERATION, Role.LEGAL)


def may_read_queue(user: User) -> bool:
    return user.is_superuser or has_role(user, *TEAMS)


def may_answer(user: User, exchange: Exchange) -> bool:
    """Anybody of the teams, but nobody what they wrote themselves."""
    return may_read_queue(user) and exchange.user_id != user.pk
