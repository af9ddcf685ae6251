"""Reports that were decided and complaints about them, for the tests of complaints."""

import datetime as dt
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from accounts.roles import Role
from common.clock import now
from common.models import OutboxMessage
from legal.actions import reports
from legal.complaints import acts
from legal.models import Report, ReportComplaint
from legal.reportables import reportable
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import ReviewFactory

Side = ReportComplaint.Side
ANSWER = {"rule": "Règles des avis, article 4", "reason": "Après relecture, les faits sont établis."}


def moderator() -> User:
    return UserFactory(roles=[Role.MODERATION])


def decided(
    subject: Any = None, decision: str = "suspend", *, key: str = "avis", by: User | None = None, email: str = "zoe@example.fr",
    reason: str = "Propos insultants.", at: dt.datetime | None = None,
) -> Report:  # fmt: skip
    subject, by, at = subject or ReviewFactory(), by or moderator(), at or now()
    kind = reportable(key)
    assert kind is not None
    report = reports.file_report(
        reportable=kind, subject=subject, ground="false", text="C’est faux.", email=email, reporter=None, now=at
    )
    reports.assign(report=report, moderator=by)
    return reports.decide(report=report, moderator=by, decision=decision, reason=reason, rule="Article 4", now=at)


def contested(report: Report, side: str = Side.AUTHOR, by: User | None = None) -> ReportComplaint:
    found = acts.file(report=report, side=side, text="Je conteste.", now=now())
    return acts.take(complaint=found, moderator=by) if by else found


def sql(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def mail(key: str) -> OutboxMessage:
    return OutboxMessage.objects.get(key=key)
