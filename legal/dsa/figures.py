"""The figures of one year, from the registers of reports and of complaints alone: notices by ground, decisions, delays."""

import datetime as dt
import statistics
from collections import Counter
from dataclasses import dataclass, field

from common.clock import PARIS
from legal.complaints import figures as complaint_figures
from legal.complaints.figures import ComplaintFigures
from legal.models import Report
from legal.reportables import reportable_of

FIRST_YEAR = 2024


@dataclass
class Figures:
    year: int
    received: int = 0
    decided: int = 0
    waiting: int = 0
    by_ground: list[tuple[str, int]] = field(default_factory=list)
    by_decision: list[tuple[str, int]] = field(default_factory=list)
    by_kind: list[tuple[str, int]] = field(default_factory=list)
    median_hours: float | None = None
    longest_hours: float | None = None
    within_a_week: int = 0
    complaints: ComplaintFigures = field(default_factory=ComplaintFigures)


def of_year(year: int) -> Figures:
    """Reports received in the year, Paris time, with what became of them since."""
    begins, ends = (dt.datetime(number, 1, 1, tzinfo=PARIS) for number in (year, year + 1))
    rows = list(
        Report.objects.filter(received_at__gte=begins, received_at__lt=ends)
        .select_related("content_type")
        .only("ground", "decision", "status", "received_at", "decided_at", "content_type")
    )
    found = Figures(year, received=len(rows), complaints=complaint_figures.of_year(year))
    decided = [row for row in rows if row.is_decided and row.decided_at]
    found.decided, found.waiting = len(decided), len(rows) - len(decided)
    grounds = Counter(row.ground for row in rows)
    decisions = Counter(row.decision for row in decided)
    found.by_ground = [(str(label), grounds[value]) for value, label in Report.Ground.choices if grounds[value]]
    found.by_decision = [(str(label), decisions[value]) for value, label in Report.Decision.choices]
    kinds: Counter[str] = Counter()
    for row in rows:
        model = row.content_type.model_class()
        registered = reportable_of(model) if model else None
        kinds[str(registered.name) if registered else row.content_type.name] += 1
    found.by_kind = sorted(kinds.items())
    hours = [(row.decided_at - row.received_at) / dt.timedelta(hours=1) for row in decided if row.decided_at]
    if hours:
        found.median_hours, found.longest_hours = statistics.median(hours), max(hours)
        found.within_a_week = sum(hour <= 24 * 7 for hour in hours)
    return found


def years(now: dt.datetime) -> list[int]:
    """Years that are over and have something to say, and the running one."""
    first = Report.objects.order_by("received_at").values_list("received_at", flat=True).first()
    this = now.astimezone(PARIS).year
    start = max(FIRST_YEAR, first.astimezone(PARIS).year) if first else this
    return list(range(this, start - 1, -1))
