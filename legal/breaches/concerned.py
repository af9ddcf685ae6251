"""Those concerned, found by a query: activities of the register and a period → rows → people, by the trails of `common.personal_rows`."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import DateField, DateTimeField, Model, Q

from accounts.models import User
from common import privacy
from common.clock import PARIS
from common.personal_rows import Way, ways
from common.registry import Registry

# Names of the field that says when a row came to be, the most telling first.
_MOMENTS = (
    "created_at", "recorded_at", "received_at", "registered_at", "made_at", "sent_at", "paid_at", "booked_at",
    "declared_at", "opened_at", "read_at", "at", "date_joined", "starts_at", "published_at", "declared_on", "issued_on",
)  # fmt: skip
# `(keys of people) → {account of a practitioner: how many of them are clients}`; what is above this app adds its part.
controllers: Registry[Callable[[set[int]], dict[int, int]]] = Registry("practitioners of concerned clients")


@dataclass(frozen=True)
class Query:
    """`begins` included, `ends` excluded; without them, rows of any age."""

    activities: tuple[str, ...]
    begins: dt.datetime | None = None
    ends: dt.datetime | None = None


@dataclass
class Found:
    """People by account; `rows` of each table looked at; `unnamed`: rows of nobody with an account (visitors)."""

    people: set[int] = field(default_factory=set)
    tables: list[tuple[str, int, int]] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)
    unfollowed: list[str] = field(default_factory=list)


def search(query: Query) -> Found:
    """Only people's own rows: a member of a team whose name stands on a row is not concerned by it."""
    found = Found()
    for key in query.activities:
        for way in ways(activity=key):
            if way.trail.role == "team":
                continue
            _look(way, query, found)
    return found


def practitioners_of(people: Iterable[int]) -> dict[int, int]:
    known = set(people)
    counted: dict[int, int] = {}
    for count in controllers:
        for practitioner, clients in count(known).items():
            counted[practitioner] = counted.get(practitioner, 0) + clients
    return counted


def choices() -> list[tuple[str, str]]:
    """The activities that a query can be made of, in the words of the register."""
    return [(activity.key, activity.purpose) for activity in privacy.activities]


def _look(way: Way, query: Query, found: Found) -> None:
    model = apps.get_model(way.trail.model)
    rows = model._base_manager.filter(way.trail.where)
    name = str(model._meta.verbose_name)
    moment = moment_of(model)
    if query.begins or query.ends:
        if moment:
            rows = rows.filter(_between(model, moment, query))
        elif name not in found.undated:
            found.undated.append(name)
    people: set[int] = set()
    for link in way.trail.links:
        people |= {pk for pk in rows.exclude(**{link: None}).order_by().values_list(link, flat=True).distinct() if pk}
    for field_name in way.trail.addresses:
        addresses = {text.lower() for text in rows.order_by().values_list(field_name, flat=True).distinct() if text}
        people |= set(User.objects.filter(email__in=addresses).values_list("pk", flat=True))
    if not way.trail.links and not way.trail.addresses and name not in found.unfollowed:
        found.unfollowed.append(name)
    found.people |= people
    found.tables.append((name, rows.count(), len(people)))


def moment_of(model: type[Model]) -> str:
    dated = {each.name for each in model._meta.concrete_fields if isinstance(each, DateField)}
    return next((name for name in _MOMENTS if name in dated), "")


def _between(model: type[Model], moment: str, query: Query) -> Q:
    is_moment = isinstance(model._meta.get_field(moment), DateTimeField)
    found = Q()
    if query.begins:
        begins = query.begins if is_moment else query.begins.astimezone(PARIS).date()
        found &= Q(**{f"{moment}__gte": begins})
    if query.ends:
        ends = query.ends if is_moment else query.ends.astimezone(PARIS).date()
        found &= Q(**{f"{moment}__lt": ends})
    return found
