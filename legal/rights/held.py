"""What is held about a person, activity by activity of the register: how many rows, why, until when, who receives them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Value

from common.personal_rows import Person, Way, ways
from common.retention import months_before
from legal import entries
from legal.entries import Entry
from legal.retention import holds, periods

# Of a person without a file, nothing can be found by these.
OF_PRACTITIONERS = frozenset({"practitioner", "issuer", "applicant", "words-to-practitioner"})


@dataclass(frozen=True)
class Table:
    way: Way
    count: int | None


@dataclass(frozen=True)
class Held:
    """`due`: how many rows the retention rules have already found over, which the next night ends."""

    entry: Entry
    tables: tuple[Table, ...]

    @property
    def count(self) -> int:
        return sum(table.count or 0 for table in self.tables)

    @property
    def is_unknown(self) -> bool:
        return all(table.count is None for table in self.tables)


def ways_of(person: Person, *, activity: str = "") -> list[Way]:
    return [
        way
        for way in ways(activity=activity)
        if person.practitioner is not None or way.trail.role not in OF_PRACTITIONERS
    ]


def held_of(person: Person) -> list[Held]:
    """The activities of the register that hold something of this person, in its order."""
    all_ways = ways_of(person)
    counts = _counts(all_ways, person)
    found: dict[str, list[Table]] = {}
    for number, way in enumerate(all_ways):
        count = None if way.trail.slow else counts.get(number, 0)
        if count != 0:
            found.setdefault(way.activity.key, []).append(Table(way, count))
    return [Held(entry, tuple(found[entry.key])) for entry in entries.entries() if entry.key in found]


def counted(all_ways: list[Way], person: Person) -> dict[int, int]:
    """Rows of each way by its place, those too that take long to count."""
    counts = _counts(all_ways, person)
    for number, way in enumerate(all_ways):
        if way.trail.slow:
            counts[number] = way.trail.rows(person).count()
    return counts


def _counts(all_ways: list[Way], person: Person) -> dict[int, int]:
    """One question for all tables."""
    asked: list[QuerySet[Any]] = []
    for number, way in enumerate(all_ways):
        if way.trail.slow:
            continue
        rows = way.trail.rows(person).order_by()
        asked.append(
            rows.annotate(way=Value(number, IntegerField())).values("way").annotate(n=Count("pk", distinct=True)).values_list("way", "n")
        )  # fmt: skip
    return dict(asked[0].union(*asked[1:], all=True)) if asked else {}


def ends(entry: Entry, person: Person, now: dt.datetime) -> list[dict[str, Any]]:
    """By the rules of the nightly run: what of the person's rows is over now, and what a hold keeps beyond."""
    versions = periods.last_versions()
    lines = []
    for rule in entry.rules:
        if not rule.people:
            continue
        months = periods.months_of(rule, versions)
        mine = rule.rows.none()
        for path in rule.people:
            mine |= rule.rows.filter(**{path: person.key})
        over = mine.filter(pk__in=rule.expired(months_before(now, months)).values("pk"))
        lines.append(
            {"says": rule.says, "months": months, "over": over.count(), "held": mine.filter(holds.held(rule, now)).exists()}
        )  # fmt: skip
    return lines
