"""The two sides of a decision: where each is written to, and who stands apart from both."""

from accounts.models import User
from common.models import OutboxMessage
from legal import policies
from legal.complaints.standing import deciders
from legal.models import Report, ReportComplaint
from legal.reportables import reportable_of

Side = ReportComplaint.Side


def address_of(report: Report, side: str) -> str:
    """What was reported may be gone: its author was written to once."""
    if side == Side.REPORTER:
        return report.reporter_email
    subject = report.subject
    registered = reportable_of(type(subject)) if subject is not None else None
    found = registered.author_email(subject) if registered is not None and subject is not None else ""
    if found:
        return found
    sent = OutboxMessage.objects.filter(key=f"report_decided-{report.reference}-author")
    return sent.values_list("to", flat=True).first() or ""


def account_of(report: Report, side: str) -> User | None:
    if side == Side.REPORTER:
        return report.reporter
    email = address_of(report, side)
    return User.objects.filter(email__iexact=email).first() if email else None


def may_judge(user: User, complaint: ReportComplaint) -> bool:
    """A moderator who decided nothing of it, and is on neither side."""
    report = complaint.report
    addresses = {address_of(report, side).lower() for side in Side.values}
    return (
        policies.may_moderate(user)
        and user.pk not in deciders(report)
        and user.pk not in {report.reporter_id, complaint.person_id}
        and user.email.lower() not in addresses
    )
