"""A report's procedure (V3, DSA articles 16 and 17): received and acknowledged, taken by someone, decided with reasons."""

import datetime as dt
import secrets

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import outbox
from common.errors import Conflict, DomainError, NotAllowed
from legal import policies
from legal.complaints import links
from legal.complaints.standing import standing
from legal.models import Report, ReportComplaint
from legal.reportables import Reportable, reportable_of

_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no letter that reads like a digit


class AlreadyDecided(Conflict):
    message = _("This report was decided. Whoever disagrees contests the decision, and somebody else looks at it.")


class TakenByAnother(NotAllowed):
    message = _("Take the report before deciding it.")


class ReasonMissing(DomainError):
    message = _("Give the reason and the rule it cites: both sides receive them.")


class NobodyCarriesItOut(DomainError):
    message = _("What was reported no longer exists: only keeping can be recorded.")


@transaction.atomic
def file_report(
    *,
    reportable: Reportable,
    subject: Model,
    ground: str,
    text: str,
    email: str,
    reporter: User | None,
    now: dt.datetime,
) -> Report:
    """Store the report and acknowledge it. The same words from the same person about the same object are one report."""
    kind = ContentType.objects.get_for_model(subject, for_concrete_model=True)
    same = {"content_type": kind, "object_id": subject.pk, "reporter_email": email.lower(), "text": text}
    known = Report.objects.filter(**same).exclude(status=Report.Status.DECIDED).first()
    if known is not None:
        return known
    report = Report.objects.create(
        reference=_reference(),
        subject_label=reportable.label(subject)[:200],
        ground=ground,
        reporter=reporter,
        received_at=now,
        **same,
    )
    _send(report, "report_received", email, {})
    return report


@transaction.atomic
def assign(*, report: Report, moderator: User) -> Report:
    """Take the report, from someone else too: who decides is always the one who took it last."""
    report = _open(report)
    if not policies.may_moderate(moderator):
        raise NotAllowed
    report.assigned_to, report.status = moderator, Report.Status.ASSIGNED
    report.save(update_fields=["assigned_to", "status"])
    return report


@transaction.atomic
def decide(*, report: Report, moderator: User, decision: str, reason: str, rule: str, now: dt.datetime) -> Report:
    """Record the decision for ever, carry it out in the same transaction, and tell both sides why."""
    report = _open(report)
    if not policies.may_decide(moderator, report):
        raise TakenByAnother
    reason, rule = reason.strip(), rule.strip()
    if not reason or not rule:
        raise ReasonMissing
    subject = report.subject
    reportable = reportable_of(type(subject)) if subject is not None else None
    decision = Report.Decision(decision)
    if reportable is None and decision != Report.Decision.KEEP:
        raise NobodyCarriesItOut
    report.decision, report.reason, report.rule = decision, reason, rule
    report.decided_at, report.decided_by, report.status = now, moderator, Report.Status.DECIDED
    report.save()
    author = ""
    if reportable is not None and subject is not None:
        author = reportable.author_email(subject)
        reportable.apply(subject, decision=decision, reason=reason, now=now)
    _tell(report, report.reporter_email, ReportComplaint.Side.REPORTER)
    if author and author.lower() != report.reporter_email:
        _tell(report, author, ReportComplaint.Side.AUTHOR, suffix="-author")
    return report


def _open(report: Report) -> Report:
    report = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    if report.is_decided:
        raise AlreadyDecided
    return report


def _reference() -> str:
    while Report.objects.filter(
        reference=(found := "S-" + "".join(secrets.choice(_ALPHABET) for _ in range(8)))
    ).exists():
        pass
    return found


def _tell(report: Report, to: str, side: ReportComplaint.Side, *, suffix: str = "") -> None:
    """The statement of reasons, with that side's own way to contest it."""
    context: dict[str, object] = {
        "to_author": side == ReportComplaint.Side.AUTHOR,
        "contest_url": links.url_of(report, side),
        "until": standing(report).contested_until,
    }
    _send(report, "report_decided", to, context, suffix=suffix)


def _send(report: Report, template: str, to: str, context: dict[str, object], *, suffix: str = "") -> None:
    outbox.send(
        key=f"{template}-{report.reference}{suffix}",
        to=to,
        template=f"legal/{template}",
        context={"report": report, **context},
    )
