"""Audits and instructions: asked in the office, handled on the desk; each step is mailed to the practitioner."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import outbox
from common.clock import PARIS
from common.errors import Conflict, DomainError
from legal.models import AuditRequest, Instruction
from legal.oversight import working_days

NOTICE_DAYS, LONGEST_DAYS, CORRECTION_DAYS = 10, 4, 30
State = AuditRequest.State


class TooSoon(DomainError):
    message = _("An audit is announced 10 calendar days before its first day.")


class TooLong(DomainError):
    message = _("An audit lasts 4 days at most.")


class AuditWaits(Conflict):
    message = _("An audit of yours is under way already.")


class OutOfOrder(Conflict):
    message = _("This step was taken already, or comes later.")


@transaction.atomic
def ask_audit(*, user: User, begins_on: dt.date, days: int, scope: str, auditor: str, now: dt.datetime) -> AuditRequest:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if begins_on < now.astimezone(PARIS).date() + dt.timedelta(days=NOTICE_DAYS):
        raise TooSoon
    if not 1 <= days <= LONGEST_DAYS:
        raise TooLong
    if AuditRequest.objects.filter(user=user).exclude(state=State.CLOSED).exists():
        raise AuditWaits
    return AuditRequest.objects.create(
        user=user, asked_at=now, begins_on=begins_on, days=days, scope=scope, auditor=auditor
    )


@transaction.atomic
def agree(*, audit_id: int, words: str, by: User, now: dt.datetime) -> None:
    row = _audit(audit_id, State.ASKED)
    row.state, row.agreed_at, row.agreed_by, row.agreed_words = State.AGREED, now, by, words
    row.save()
    _tell(row.user, f"audit-agreed-{row.pk}", _("Your audit is agreed"), words)


@transaction.atomic
def receive_report(*, audit_id: int, report: str, now: dt.datetime) -> None:
    """From the report, thirty working days to correct."""
    row = _audit(audit_id, State.AGREED)
    row.state, row.report, row.reported_at = State.REPORTED, report, now
    row.corrections_due_on = working_days.after(now.astimezone(PARIS).date(), CORRECTION_DAYS)
    row.save()


@transaction.atomic
def close_audit(*, audit_id: int, corrections: str, by: User, now: dt.datetime) -> None:
    row = _audit(audit_id, State.REPORTED)
    row.state, row.corrections, row.closed_at, row.closed_by = State.CLOSED, corrections, now, by
    row.save()
    _tell(row.user, f"audit-closed-{row.pk}", _("What your audit changed"), corrections)


@transaction.atomic
def instruct(*, user: User, text: str, now: dt.datetime) -> Instruction:
    return Instruction.objects.create(user=user, text=text, received_at=now)


@transaction.atomic
def acknowledge(*, instruction_id: int, by: User, now: dt.datetime) -> None:
    row = Instruction.objects.select_for_update(of=("self",), no_key=True).get(pk=instruction_id)
    if row.acknowledged_at is not None:
        raise OutOfOrder
    row.acknowledged_at, row.acknowledged_by = now, by
    row.save(update_fields=["acknowledged_at", "acknowledged_by"])
    _tell(row.user, f"instruction-read-{row.pk}", _("Your instruction is received"), row.text)


@transaction.atomic
def settle(*, instruction_id: int, words: str, is_unlawful: bool, by: User, now: dt.datetime) -> None:
    """Applied; or, when it would break the law, the practitioner is told at once (article 28.3)."""
    row = Instruction.objects.select_for_update(of=("self",), no_key=True).get(pk=instruction_id)
    if row.acknowledged_at is None or row.settled_at is not None:
        raise OutOfOrder
    row.settled_at, row.settled_by, row.settled_words, row.is_unlawful = now, by, words, is_unlawful
    row.save(update_fields=["settled_at", "settled_by", "settled_words", "is_unlawful"])
    subject = _("Your instruction seems unlawful to us") if is_unlawful else _("Your instruction is applied")
    _tell(row.user, f"instruction-settled-{row.pk}", subject, words)


def _audit(audit_id: int, state: str) -> AuditRequest:
    row = AuditRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=audit_id)
    if row.state != state:
        raise OutOfOrder
    return row


def _tell(user: User, key: str, subject: object, words: str) -> None:
    outbox.send(
        key=key,
        to=user.email,
        template="legal/oversight",
        context={
            "subject": subject,
            "words": words,
            "url": settings.BASE_URL.rstrip("/") + reverse("office_oversight"),
        },
    )
