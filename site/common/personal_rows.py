"""From a person to their rows, model by model: the one way that access, export, restriction, holds and erasure follow.

`common.privacy` says which fields an activity binds; a `Trail` says whose they are. Every binding has one or more, or a reason why
nobody can be found from it (`unreachable`); a test names the binding that has neither.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet

from common import privacy
from common.privacy import Activity
from common.registry import Registry


@dataclass(frozen=True)
class Person:
    """An account and the addresses that it proved to read, in lower case; `practitioner` is the key of its file, if it has one."""

    key: int
    addresses: tuple[str, ...] = ()
    practitioner: int | None = None


Find = Callable[[Person], Q]
# What a row says to its person in clear: (name, how it is read).
Reading = tuple[str, Callable[[Any], object]]


@dataclass(frozen=True)
class Trail:
    """`links`: lookups from a row to the key of the account; `addresses`: fields that hold an address, whatever its case;
    `find`: for what neither says.

    A row may be several people's: a trail a `role`, which says in `fields` what of the bound fields is that person's (empty: all).
    What else is bound stays out of their copy, for the reason `withheld`. `also` are fields that make the row understood, and
    `reads` values that no field holds in clear. `ends_with_account`: the rows are deleted when the account is. `slow`: counted in the copy only;
    `secret_key`: whoever has the key of a row has its person's rights.
    """

    model: str
    role: str = "self"
    activities: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    find: Find | None = None
    where: Q = field(default_factory=Q)
    fields: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    withheld: str = ""
    also: tuple[str, ...] = ()
    reads: tuple[Reading, ...] = ()
    ends_with_account: bool = False
    slow: bool = False
    secret_key: bool = False

    @property
    def key(self) -> str:
        return f"{self.model}:{self.role}"

    def serves(self, activity: str) -> bool:
        return not self.activities or activity in self.activities

    def rows(self, person: Person) -> "QuerySet[Any]":
        """Through the manager of the model that no app narrows."""
        found = Q(pk__in=[])
        for link in self.links:
            found |= Q(**{link: person.key})
        for name in self.addresses:
            # `iexact` each: an index on upper() or none, and never a pattern made of what somebody typed.
            for address in person.addresses:
                found |= Q(**{f"{name}__iexact": address})
        if self.find is not None:
            found |= self.find(person)
        rows = apps.get_model(self.model)._base_manager.filter(found & self.where)
        return rows.distinct() if any("__" in link for link in self.links) else rows

    def given(self, bound: tuple[str, ...]) -> tuple[str, ...]:
        """Of the fields that the activity binds, those that are this person's to have."""
        return tuple(name for name in bound if (not self.fields or name in self.fields) and name not in self.hidden)


trails: Registry[Trail] = Registry("trails from people to their rows")
# Models from which nobody can be found, with the reason.
unreachable_models: Registry[tuple[str, str]] = Registry("models from which nobody is found")


def lead(*declared: Trail) -> None:
    for trail in declared:
        trails.register(trail.key, trail)


def unreachable(reason: str, *models: str) -> None:
    for model in models:
        unreachable_models.register(model, (model, reason))


@dataclass(frozen=True)
class Way:
    """One binding of an activity with one trail to its rows."""

    activity: Activity
    trail: Trail
    bound: tuple[str, ...]

    @property
    def given(self) -> tuple[str, ...]:
        return self.trail.given(self.bound)


def ways(*, activity: str = "") -> Iterator[Way]:
    """Every binding with each of its trails, in the order of the register."""
    by_model: dict[str, list[Trail]] = {}
    for trail in trails:
        by_model.setdefault(trail.model, []).append(trail)
    for each in privacy.activities:
        if activity and each.key != activity:
            continue
        for binding in each.bindings:
            for trail in by_model.get(binding.model, []):
                if trail.serves(each.key):
                    yield Way(each, trail, binding.fields)


def untrodden() -> list[str]:
    """`activity: app.Model` of each binding without a way to its rows, and what trails name that does not exist."""
    trodden = {(way.activity.key, way.trail.model) for way in ways()}
    missing = [
        f"{activity.key}: {binding.model}"
        for activity in privacy.activities
        for binding in activity.bindings
        if (activity.key, binding.model) not in trodden and binding.model not in unreachable_models
    ]
    keys = set(privacy.activities.keys()) if isinstance(privacy.activities, Registry) else set()
    missing += [f"{trail.key}: {name}" for trail in trails for name in trail.activities if keys and name not in keys]
    for trail in trails:
        known = {each.name for each in apps.get_model(trail.model)._meta.get_fields()}
        named = {*trail.fields, *trail.hidden, *trail.also} - known
        missing += [f"{trail.key}: {name}" for name in sorted(named)]
    return sorted(missing)
