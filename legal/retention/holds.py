"""What a legal hold suspends: of a person everything that leads to that person, of an object its row and what hangs on it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Conflict, DomainError
from common.retention import Rule, rules
from legal.models import LegalHold
from legal.rights.people import person_of


class BadHold(DomainError):
    message = _("Say who or what is held, why, and until when.")


class NoSuchObject(DomainError):
    message = _("Nothing has this name and number.")


class AlreadyLifted(Conflict):
    message = _("This hold was lifted already.")


def held(rule: Rule, now: dt.datetime) -> Q:
    """The rows of the rule that a hold suspends at `now`."""
    active = LegalHold.objects.active(now)
    people = [pk for pk in active.values_list("person_id", flat=True) if pk is not None]
    found = Q(pk__in=[])
    if people:
        for path in rule.people:
            found |= Q(**{f"{path}__in": people})
        if rule.addresses:
            users = User.objects.filter(pk__in=people)
            addresses = {address.lower() for user in users for address in person_of(user).addresses}
            for path in rule.addresses:
                found |= Q(In(Lower(path), addresses))
    for model, path in ((rule.model, "pk"), *rule.objects):
        keys = _keys(active.filter(subject__startswith=f"{model}:").values_list("subject", flat=True))
        if keys:
            found |= Q(**{f"{path}__in": keys})
    return found


def without(rule: Rule, rows: QuerySet[Any], now: dt.datetime) -> QuerySet[Any]:
    """`rows` but those under a hold."""
    return rows.exclude(pk__in=rule.rows.filter(held(rule, now)).values("pk")) if _any(now) else rows


def free(key: str, rows: QuerySet[Any], now: dt.datetime) -> QuerySet[Any]:
    """The same by the rule's name, for the actions of apps that end some rows themselves."""
    return without(rules.get(key), rows, now)


@transaction.atomic
def open_hold(
    *, person: User | None, subject: str, reason: str, ends_at: dt.datetime, by: User, now: dt.datetime
) -> LegalHold:
    """Suspend the end of what concerns a person or an object, from now."""
    if (person is None) == (not subject) or not reason.strip() or ends_at <= now:
        raise BadHold
    if subject:
        _check(subject)
    return LegalHold.objects.create(
        person=person, subject=subject, reason=reason.strip()[:300], ends_at=ends_at, opened_by=by, opened_at=now
    )


@transaction.atomic
def lift(*, hold_id: int, by: User, now: dt.datetime) -> LegalHold:
    hold = LegalHold.objects.select_for_update(no_key=True).get(pk=hold_id)
    if hold.lifted_at is not None:
        raise AlreadyLifted
    hold.lifted_by, hold.lifted_at = by, now
    hold.save(update_fields=["lifted_by", "lifted_at"])
    return hold


def kinds() -> list[str]:
    """The models of which one object can be held."""
    return sorted({rule.model for rule in rules} | {model for rule in rules for model, _path in rule.objects})


def _check(subject: str) -> None:
    label, _colon, key = subject.partition(":")
    if label not in kinds() or not key.isdecimal() or len(key) > 18:
        raise NoSuchObject
    if not apps.get_model(label)._base_manager.filter(pk=key).exists():
        raise NoSuchObject


def _keys(subjects: Iterable[str]) -> list[str]:
    return [subject.partition(":")[2] for subject in subjects]


def _any(now: dt.datetime) -> bool:
    return LegalHold.objects.active(now).exists()
