"""The figures of a practitioner's page, or of all (P6): visits, numbers shown, messages, bookings; and where a page stands in its searches."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.http import QueryDict

from booking.models import Appointment
from booking.models.appointment import NEVER_BOOKED
from booking.money_figures.periods import Period
from common import clock
from common.clock import PARIS
from practitioners.models import PageFigure, Practitioner
from search import finding, query, ranking

What = PageFigure.What
# Further down a list than this nobody looks, and a place is no longer told.
DEEPEST = 100
MOST_SEARCHES = 3


@dataclass(frozen=True)
class Bucket:
    """A day or a month."""

    name: str
    tick: str = ""
    views: int = 0
    phones: int = 0
    messages: int = 0
    bookings: int = 0

    @property
    def rate(self) -> float | None:
        """Bookings for a hundred visits; nothing without a visit."""
        return 100 * self.bookings / self.views if self.views else None


def figures(practitioner: Practitioner | None, period: Period) -> tuple[Bucket, list[Bucket]]:
    """(the whole period, each of its buckets), of one page or of the whole site. Days are those of Paris."""
    whose = {} if practitioner is None else {"practitioner": practitioner}
    used = PageFigure.objects.filter(**whose, day__gte=period.first, day__lt=period.end)
    counted: Counter[tuple[dt.date, str]] = Counter()
    for day, what, total in used.values_list("day", "what").annotate(total=Sum("count")):
        counted[_start(period, day), what] += total
    first, end = period.bounds
    booked = Appointment.objects.filter(
        **whose, booked_in_office=False, booked_at__gte=first, booked_at__lt=end
    ).exclude(status__in=NEVER_BOOKED)
    by_day = booked.annotate(day=TruncDate("booked_at", tzinfo=PARIS)).values_list("day").annotate(total=Count("pk"))
    for day, total in by_day:
        counted[_start(period, day), "booking"] += total
    rows = [
        Bucket(
            period.name_of(start),
            period.tick_of(start),
            counted[start, What.VIEW],
            counted[start, What.PHONE],
            counted[start, What.MESSAGE],
            counted[start, "booking"],
        )
        for start in period.buckets()
    ]
    total = Bucket(
        "",
        "",
        sum(row.views for row in rows),
        sum(row.phones for row in rows),
        sum(row.messages for row in rows),
        sum(row.bookings for row in rows),
    )
    return total, rows


def _start(period: Period, day: dt.date) -> dt.date:
    return day if period.by_day else day.replace(day=1)


@dataclass(frozen=True)
class Place:
    """Where the page stands now in a search: `rank` from 1, None beyond `DEEPEST`; `why` in the order of the rule."""

    words: str
    address: str
    rank: int | None
    count: int
    why: list[str]


def places(practitioner: Practitioner, searches: list[dict[str, str]]) -> Iterator[Place]:
    """In the searches by which people come, as anybody would see them now."""
    for row in searches[:MOST_SEARCHES]:
        parsed = query.parse(QueryDict(row["asked"]), today=clock.today())
        found = finding.find(parsed.query, facets=False, size=DEEPEST)
        rank, hit = next(
            ((n, each) for n, each in enumerate(found.hits, 1) if each.practitioner_id == practitioner.pk), (None, None)
        )
        why = [reason.text for reason in ranking.reasons(hit.standing, hit.card["reviews"])] if hit else []
        yield Place(row["words"], row["asked"], rank, found.count, [line[:1].upper() + line[1:] for line in why])
