"""The mails of a withdrawal: its receipt on a durable medium, the practitioner's news, what staff found or asked."""

import base64
import datetime as dt

from django.conf import settings
from django.urls import reverse

from booking import calendar_file, withdrawal_receipt
from booking.models import Appointment, ServiceSubscription, Standing, Withdrawal, WithdrawalWords
from booking.withdrawal_terms import Finding
from common import outbox
from common.clock import PARIS, now

# The page and its PDF are always there; mails to one address that somebody else may have typed are bounded.
MOST_RECEIPTS_A_DAY = 5


def receipt(row: Withdrawal, words: WithdrawalWords, found: Finding, *, now: dt.datetime) -> None:
    """The PDF goes with it, and for a session that is cancelled the file that takes it out of a calendar."""
    if row.contract is None and _mails_enough(words, now):
        return
    content = withdrawal_receipt.pdf(row, words, found)
    files = [
        {
            "name": f"retractation-{row.reference.lower()}.pdf",
            "content_type": "application/pdf",
            "base64": base64.b64encode(content).decode(),
        }
    ]
    if row.appointment and found.ends_it:
        files.append(calendar_file.attachment(row.appointment, for_practitioner=False, now=now))
    outbox.send(
        key=f"withdrawal-{row.reference}-receipt",
        to=words.email,
        template="money/withdrawal_receipt",
        context=_context(row, words, row.contract, found),
        attachments=files,
        about=_about(row),
    )


def tell_practitioner(row: Withdrawal, appointment: Appointment | ServiceSubscription, found: Finding) -> None:
    """Only when a session ends by it: otherwise the request says what is asked of the practitioner."""
    if not found.ends_it or isinstance(appointment, ServiceSubscription):
        return
    practitioner = appointment.practitioner
    outbox.send(
        key=f"withdrawal-{row.reference}-practitioner",
        to=practitioner.professional_email,
        template="money/withdrawal_practitioner",
        context={
            "row": row,
            "appointment": appointment,
            "zone": appointment.timezone,
            "found": found,
            "url": settings.BASE_URL + reverse("office:appointment", args=[appointment.reference]),
        },
        attachments=[calendar_file.attachment(appointment, for_practitioner=True, now=now())],
        about=_about(row),
    )


def found(row: Withdrawal, contract: Appointment | ServiceSubscription, result: Finding) -> None:
    outbox.send(
        key=f"withdrawal-{row.reference}-found",
        to=row.words.email,
        template="money/withdrawal_found",
        context=_context(row, row.words, contract, result),
        about=_about(row),
    )


def answered(row: Withdrawal, text: str, *, number: int) -> None:
    outbox.send(
        key=f"withdrawal-{row.reference}-answer-{number}",
        to=row.words.email,
        template="money/withdrawal_answer",
        context={"row": row, "said": text},
        about=_about(row),
    )


def _context(
    row: Withdrawal, words: WithdrawalWords, contract: Appointment | ServiceSubscription | None, result: Finding
) -> dict[str, object]:
    return {
        "row": row,
        "moment": row.declared_at.astimezone(PARIS),
        "facts": withdrawal_receipt.facts(row, words),
        "statement": withdrawal_receipt.statement(words, contract),
        "lines": withdrawal_receipt.consequence(result, contract, done=True),
        "url": settings.BASE_URL + withdrawal_receipt.url_of(row),
    }


def _about(row: Withdrawal) -> str:
    return f"withdrawal:{row.reference}"


def _mails_enough(words: WithdrawalWords, now: dt.datetime) -> bool:
    since = now - dt.timedelta(days=1)
    return (
        WithdrawalWords.objects.filter(
            email=words.email, withdrawal__standing=Standing.UNKNOWN, withdrawal__declared_at__gt=since
        ).count()
        > MOST_RECEIPTS_A_DAY
    )
