"""The decision that stands today: the first one, or what the last complaint put in its place. The report itself never changes."""

import datetime as dt
from dataclasses import dataclass

from common.clock import PARIS
from legal.models import Report, ReportComplaint
from legal.requests.deadlines import months_after

MONTHS = 6  # article 20 §1: at least six months


@dataclass(frozen=True)
class Standing:
    decision: str
    reason: str
    rule: str
    decided_at: dt.datetime
    decided_by_id: int

    @property
    def name(self) -> str:
        return str(Report.Decision(self.decision).label)

    @property
    def contested_until(self) -> dt.datetime:
        """The last minute, in Paris, of the day that bears the same number six months later."""
        last = months_after(self.decided_at.astimezone(PARIS).date(), MONTHS)
        return dt.datetime.combine(last, dt.time(23, 59, 59), tzinfo=PARIS)


def standing(report: Report) -> Standing:
    changed = report.complaints.filter(outcome=ReportComplaint.Outcome.REVERSED).order_by("-decided_at").first()
    if changed is not None:
        row: Report | ReportComplaint = changed
        decision = changed.new_decision
    else:
        row, decision = report, report.decision
    assert row.decided_at is not None  # the database refuses a decision without its day and its author
    assert row.decided_by_id is not None
    return Standing(decision, row.reason, row.rule, row.decided_at, row.decided_by_id)


def deciders(report: Report) -> set[int]:
    """Who decided anything on this report: none of them looks at a complaint about their own decision."""
    changed = report.complaints.filter(outcome=ReportComplaint.Outcome.REVERSED).values_list("decided_by_id", flat=True)
    return {pk for pk in (report.decided_by_id, *changed) if pk is not None}
