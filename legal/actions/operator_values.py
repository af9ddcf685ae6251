"""Facts of the operator that legal texts name, each from a date on."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import DomainError
from legal.models import OperatorValue
from legal.variables import VARIABLES


class UnknownFact(DomainError):
    message = _("This fact is not one of those that texts may name.")


class BadFact(DomainError):
    message = _("Write the fact on one line, without braces.")


class InThePast(DomainError):
    message = _("A fact holds from today on, or later: what was published keeps what was true then.")


def in_force(*, now: dt.datetime) -> dict[str, str]:
    """Each fact as it is at `now`; those never set are absent."""
    rows = OperatorValue.objects.filter(valid_from__lte=now).order_by("name", "-valid_from", "-pk").distinct("name")
    return dict(rows.values_list("name", "value"))


def missing(names: Collection[str], *, now: dt.datetime) -> list[str]:
    known = in_force(now=now)
    return [name for name in names if not known.get(name)]


@transaction.atomic
def set_value(*, name: str, value: str, valid_from: dt.datetime, by: User | None, now: dt.datetime) -> OperatorValue:
    """A new row: what was in force before stays known."""
    if name not in VARIABLES:
        raise UnknownFact
    value = " ".join(value.split())
    if not value or "{" in value or "}" in value or len(value) > 300:
        raise BadFact
    if valid_from < now - dt.timedelta(days=1):
        raise InThePast
    return OperatorValue.objects.create(name=name, value=value, valid_from=valid_from, set_by=by, set_at=now)
