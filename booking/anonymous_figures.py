"""Who came to a session, in numbers that may be shown to anybody: each client once, where the first session of the year was.

Counting people once makes totals exact, so that hiding small cells is enough to hide people (common.suppression). One table a year,
of years that are over: a second one with totals of the same people, or the same one a month later, would give back by a subtraction
what this one hides.
"""

import datetime as dt
from dataclasses import dataclass

from booking.models import Appointment, Status
from common import suppression
from common.clock import PARIS
from places.models import Region

ELSEWHERE = "–"


@dataclass(frozen=True)
class Table:
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    shown: suppression.Published

    @property
    def lines(self) -> list[tuple[str, tuple[int | None, ...]]]:
        """Each row's name and cells, the line of totals apart."""
        return list(zip(self.rows, self.shown.cells, strict=False))

    @property
    def totals(self) -> tuple[int | None, ...]:
        return self.shown.cells[-1] if self.shown.cells else ()


def years(today: dt.date) -> list[int]:
    """Those that are over and had a session, the last one first."""
    first = (
        Appointment.objects.filter(status=Status.DONE).order_by("starts_at").values_list("starts_at", flat=True).first()
    )
    return list(range(today.year - 1, first.astimezone(PARIS).year - 1, -1)) if first else []


def clients(year: int) -> Table:
    """Clients of a year by region of the place and by practice."""
    begins, ends = (dt.datetime(each, 1, 1, tzinfo=PARIS) for each in (year, year + 1))
    done = Appointment.objects.filter(
        status=Status.DONE, starts_at__gte=begins, starts_at__lt=ends, client__isnull=False
    )
    firsts = done.order_by("client_id", "starts_at", "pk").distinct("client_id")
    found: dict[tuple[str, str], int] = {}
    cells = firsts.values_list("place__commune__department__region__name", "service__practice__name")
    for where, what in cells.iterator(chunk_size=5000):
        cell = (where or ELSEWHERE, what or ELSEWHERE)
        found[cell] = found.get(cell, 0) + 1
    regions = [*Region.objects.order_by("name").values_list("name", flat=True), ELSEWHERE]
    rows = tuple(name for name in regions if any(where == name for where, _what in found))
    columns = tuple(sorted({what for _where, what in found}))
    counts = [[found.get((where, what), 0) for what in columns] for where in rows]
    return Table(rows, columns, suppression.published(counts))
