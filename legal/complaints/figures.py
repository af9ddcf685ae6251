"""The complaints of one year (DSA article 15 §1 d): received, by side, by outcome, delays, decisions changed."""

import datetime as dt
import statistics
from collections import Counter
from dataclasses import dataclass, field

from common.clock import PARIS
from legal.models import ReportComplaint


@dataclass
class ComplaintFigures:
    received: int = 0
    decided: int = 0
    waiting: int = 0
    reversed: int = 0
    by_side: list[tuple[str, int]] = field(default_factory=list)
    by_outcome: list[tuple[str, int]] = field(default_factory=list)
    median_hours: float | None = None


def of_year(year: int) -> ComplaintFigures:
    """Complaints received in the year, Paris time, with what became of them since."""
    begins, ends = (dt.datetime(number, 1, 1, tzinfo=PARIS) for number in (year, year + 1))
    rows = list(
        ReportComplaint.objects.filter(received_at__gte=begins, received_at__lt=ends).only(
            "side", "status", "outcome", "received_at", "decided_at"
        )
    )
    decided = [row for row in rows if row.decided_at]
    sides, outcomes = Counter(row.side for row in rows), Counter(row.outcome for row in decided)
    hours = [(row.decided_at - row.received_at) / dt.timedelta(hours=1) for row in decided if row.decided_at]
    return ComplaintFigures(
        received=len(rows),
        decided=len(decided),
        waiting=len(rows) - len(decided),
        reversed=outcomes[ReportComplaint.Outcome.REVERSED],
        by_side=[(str(label), sides[value]) for value, label in ReportComplaint.Side.choices],
        by_outcome=[(str(label), outcomes[value]) for value, label in ReportComplaint.Outcome.choices],
        median_hours=statistics.median(hours) if hours else None,
    )
