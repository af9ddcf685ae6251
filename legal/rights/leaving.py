"""What closing an account means for this person: what comes first, what is still to come, what is owed, what the law keeps.

Apps above add theirs: this one knows neither appointments nor money.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import STAFF, Role, has_role
from common.personal_rows import Person
from common.registry import Registry
from legal.entries import Entry
from legal.rights import held


@dataclass(frozen=True)
class Step:
    """Something to do first, or to know: in words, with the page where it is done."""

    says: str | Promise
    url: str = ""
    label: str | Promise = ""


# (user, now) → what must be done before the account may close.
obstacle_makers: Registry[Callable[[User, dt.datetime], list[Step]]] = Registry("obstacles to closing an account")
# (user, now) → what closing brings about.
consequence_makers: Registry[Callable[[User, dt.datetime], list[Step]]] = Registry("consequences of closing an account")
# (user, now) → moments until which the account is still needed.
busy_makers: Registry[Callable[[User, dt.datetime], list[dt.datetime]]] = Registry(
    "ends of what an account is needed for"
)


def obstacles(user: User, now: dt.datetime) -> list[Step]:
    own = []
    if user.is_superuser or user.is_staff or has_role(user, *STAFF):
        own.append(Step(_("Your account is one of the team’s: the operator closes it when you leave the team.")))
    elif has_role(user, Role.STRUCTURE):
        own.append(Step(_("You administer the page of a structure: hand it over first, or ask us to take it down.")))
    return own + [step for make in obstacle_makers for step in make(user, now)]


def consequences(user: User, now: dt.datetime) -> list[Step]:
    return [step for make in consequence_makers for step in make(user, now)]


def busy_until(user: User, now: dt.datetime) -> list[dt.datetime]:
    return [moment for make in busy_makers for moment in make(user, now)]


def outlives(person: Person) -> list[Entry]:
    """The activities whose rows stay after the account, by the register: they have a time of their own."""
    stays = []
    for each in held.held_of(person):
        leaves = all(table.way.trail.ends_with_account for table in each.tables)
        if not leaves and each.entry.key not in {"client-accounts", "sessions"}:
            stays.append(each.entry)
    return stays
