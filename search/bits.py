"""The stable numbers of facet values (`FacetBit`). Read anew for each question and each batch: some two hundred short rows at most."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import structlog
from django.db import connection, transaction
from django.db.models import Max

from search.digest import CAPACITY
from search.models import FacetBit

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Facet → value → bit, and the reverse."""

    by_value: dict[str, dict[str, int]]
    by_bit: dict[str, dict[int, str]] = field(init=False)

    def __post_init__(self) -> None:
        reverse = {facet: {bit: value for value, bit in values.items()} for facet, values in self.by_value.items()}
        object.__setattr__(self, "by_bit", reverse)

    def of(self, facet: str, values: Iterable[str]) -> list[int]:
        """The numbers of these values; those without one are left out: nobody has them."""
        known = self.by_value[facet]
        return [known[value] for value in values if value in known]

    def values(self, facet: str) -> dict[int, str]:
        return self.by_bit[facet]


def numbers() -> Numbers:
    """All of them."""
    return _arranged(FacetBit.objects.values_list("facet", "value", "bit"))


# A column of any statement, for a question that reads them together with something else; nothing where there is none.
AS_TEXT = "(SELECT string_agg(facet || ' ' || bit || ' ' || value, E'\\n' ORDER BY id) FROM search_facetbit)"


@lru_cache(maxsize=4)
def from_text(text: str | None) -> Numbers:
    """What `AS_TEXT` gave. The very text is the key of what is kept: there is nothing to go stale."""
    lines = (line.split(" ", 2) for line in (text or "").splitlines())
    return _arranged((facet, value, int(bit)) for facet, bit, value in lines)


def _arranged(rows: Iterable[tuple[str, str, int]]) -> Numbers:
    by_value: dict[str, dict[str, int]] = {facet: {} for facet in CAPACITY}
    for facet, value, bit in rows:
        if facet in by_value:
            by_value[facet][value] = bit
    return Numbers(by_value)


def allocate(wanted: dict[str, set[str]]) -> Numbers:
    """The numbers of all these values, given now to those that have none.

    Beyond a facet's capacity a value is still found by its term, but no longer counted: an error of the log says so.
    """
    known = numbers()
    if all(values <= known.by_value[facet].keys() for facet, values in wanted.items()):
        return known
    with transaction.atomic():
        # Two batches that meet new values: the second waits here for the numbers of the first, the very first included.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [FacetBit._meta.db_table])
        for facet, values in wanted.items():
            missing = sorted(values - numbers().by_value[facet].keys())
            last = FacetBit.objects.filter(facet=facet).aggregate(last=Max("bit"))["last"]
            first = 0 if last is None else last + 1
            fitting = missing[: CAPACITY[facet] - first]
            if len(fitting) < len(missing):
                log.error("facet_full", facet=facet, values=missing[len(fitting) :], capacity=CAPACITY[facet])
            made = [FacetBit(facet=facet, value=value, bit=first + place) for place, value in enumerate(fitting)]
            FacetBit.objects.bulk_create(made, ignore_conflicts=True)
    return numbers()
