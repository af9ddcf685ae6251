"""A complaint's procedure (DSA article 20): filed and acknowledged, taken and decided by somebody else, told to both sides."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import outbox
from common.errors import Conflict, DomainError, NotAllowed
from legal.complaints import links
from legal.complaints.sides import account_of, address_of, may_judge
from legal.complaints.standing import Standing, standing
from legal.models import Report, ReportComplaint
from legal.reportables import reportable_of

Side, Status, Outcome, Effect = (
    ReportComplaint.Side,
    ReportComplaint.Status,
    ReportComplaint.Outcome,
    ReportComplaint.Effect,
)
ANSWERED_WITHIN = dt.timedelta(days=30)  # our own promise


class TooLate(DomainError):
    status = 410
    message = _("The six months to contest this decision are over.")


class NothingSaid(DomainError):
    message = _("Say why the decision should be looked at again.")


class ComplaintDecided(Conflict):
    message = _("This complaint was decided in the meantime. Here is the decision.")


class SomebodyElseDecides(NotAllowed):
    message = _("You decided this report, or you are one of its sides: somebody else decides the complaint.")


class NotYours(NotAllowed):
    message = _("Take the complaint before deciding it.")


class ComplaintReasonMissing(DomainError):
    message = _("Give the reason and the rule it cites: both sides receive them.")


@transaction.atomic
def file(*, report: Report, side: str, text: str, now: dt.datetime) -> ReportComplaint:
    """Store and acknowledge it. A second one of the same side is the first."""
    report = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    known = report.complaints.filter(side=side).first()
    if known is not None:
        return known
    if now > standing(report).contested_until:
        raise TooLate
    if not text.strip():
        raise NothingSaid
    email = address_of(report, side)
    assert report.decided_by_id is not None  # the database refuses a decision without its author
    complaint = ReportComplaint.objects.create(
        report=report,
        side=side,
        text=text.strip(),
        person=account_of(report, side),
        email=email,
        received_at=now,
        deadline=now + ANSWERED_WITHIN,
        first_decider_id=report.decided_by_id,
    )
    _send(complaint, "complaint_received", side, email, {})
    return complaint


@transaction.atomic
def take(*, complaint: ReportComplaint, moderator: User) -> ReportComplaint:
    complaint = _open(complaint)
    if not may_judge(moderator, complaint):
        raise SomebodyElseDecides
    complaint.assigned_to, complaint.status = moderator, Status.TAKEN
    complaint.save(update_fields=["assigned_to", "status"])
    return complaint


@transaction.atomic
def decide(
    *, complaint: ReportComplaint, moderator: User, decision: str, reason: str, rule: str, now: dt.datetime
) -> ReportComplaint:
    """`decision` is the one that shall stand: the present one confirms, another one is carried out at once."""
    complaint = _open(complaint)
    if not may_judge(moderator, complaint):
        raise SomebodyElseDecides
    if complaint.assigned_to_id != moderator.pk:
        raise NotYours
    reason, rule = reason.strip(), rule.strip()
    if not reason or not rule:
        raise ComplaintReasonMissing
    before = standing(complaint.report)
    decision = Report.Decision(decision)
    complaint.outcome = Outcome.UPHELD
    if decision != before.decision:
        complaint.outcome, complaint.new_decision = Outcome.REVERSED, decision
        complaint.effect = _carry_out(complaint.report, decision, reason, lifts=before, now=now)
    complaint.reason, complaint.rule, complaint.status = reason, rule, Status.DECIDED
    complaint.decided_at, complaint.decided_by = now, moderator
    complaint.save()
    _tell(complaint)
    return complaint


def _open(complaint: ReportComplaint) -> ReportComplaint:
    """The report is locked too: two complaints about it are decided one after the other."""
    Report.objects.select_for_update(no_key=True).get(pk=complaint.report_id)
    complaint = (
        ReportComplaint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("report")
        .get(pk=complaint.pk)
    )
    if complaint.is_decided:
        raise ComplaintDecided
    return complaint


def _carry_out(report: Report, decision: str, reason: str, *, lifts: Standing, now: dt.datetime) -> str:
    subject = report.subject
    registered = reportable_of(type(subject)) if subject is not None else None
    if registered is None or subject is None:
        return Effect.GONE
    if decision == Report.Decision.KEEP and _another_keeps_it_off(report):
        return Effect.ELSEWHERE
    done = registered.apply(subject, decision=decision, reason=reason, now=now, lifts=lifts.reason)
    return Effect.DONE if done else Effect.ELSEWHERE


def _another_keeps_it_off(report: Report) -> bool:
    others = Report.objects.filter(
        content_type=report.content_type_id, object_id=report.object_id, status=Report.Status.DECIDED
    ).exclude(pk=report.pk)
    return any(standing(other).decision != Report.Decision.KEEP for other in others)


def _tell(complaint: ReportComplaint) -> None:
    """Who complained and the other side; nobody is told who the other is."""
    for side in (complaint.side, *(other for other in Side.values if other != complaint.side)):
        mine = side == complaint.side
        email = complaint.email if mine else address_of(complaint.report, side)
        if not mine and email.lower() == complaint.email.lower():
            continue
        # The one whom a new decision hits may contest it in turn, once.
        again = not mine and complaint.is_reversed and not complaint.report.complaints.filter(side=side).exists()
        link = links.url_of(complaint.report, side) if again else ""
        _send(complaint, "complaint_decided", side, email, {"is_mine": mine, "contest_url": link})


def _send(complaint: ReportComplaint, template: str, side: str, to: str, context: dict[str, object]) -> None:
    if not to:
        return  # nobody can be reached: the address was erased with its account
    now_stands = standing(complaint.report)
    outbox.send(
        key=f"{template}-{complaint.report.reference}-{complaint.side}-to-{side}",
        to=to,
        template=f"legal/{template}",
        context={
            "complaint": complaint,
            "report": complaint.report,
            "standing": now_stands,
            "to_author": side == Side.AUTHOR,
            "state_url": links.url_of(complaint.report, side) if side == complaint.side else "",
            **context,
        },
    )
