"""Mails that came back (RFC 3464): the mail server pipes each report to `manage.py record_bounce`."""

import datetime as dt
import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage, Message

from django.db import transaction

from common import delivery
from common.models import OutboxMessage, addressed_to

_ADDRESS = re.compile(r"[^\s;<>]+@[^\s;<>]+")
# 5.x.x of an address; a mailbox that is full or a server that refuses us (5.2.2, 5.7.x) may receive again.
_PERMANENT = re.compile(r"5\.(1\.\d+|2\.1|4\.4)\b")
# More than any report: the rest of what is piped in is not read.
MOST = 1_000_000


@dataclass(frozen=True)
class Bounce:
    """`address` does not receive, by the words of its server; `message_id` is of the mail that came back."""

    address: str
    status: str
    words: str
    message_id: str


def read(raw: bytes) -> list[Bounce]:
    """The permanent failures that a report tells of; nothing when it is no report, or of a delay."""
    report = email.message_from_bytes(raw[:MOST], policy=email.policy.default)
    assert isinstance(report, EmailMessage)
    message_id = _message_id(report)
    found = []
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():
            bounce = _of(block, message_id) if isinstance(block, Message) else None
            if bounce:
                found.append(bounce)
    return found


def _of(block: Message, message_id: str) -> Bounce | None:
    if str(block.get("Action", "")).strip().lower() != "failed":
        return None
    status = str(block.get("Status", "")).strip()
    address = _ADDRESS.search(str(block.get("Original-Recipient") or block.get("Final-Recipient") or ""))
    if not address:
        return None
    return Bounce(address[0].lower(), status, str(block.get("Diagnostic-Code", status))[:300], message_id)


def _message_id(report: EmailMessage) -> str:
    """Of the mail that came back: it is enclosed, whole or as its headers."""
    for part in report.walk():
        if part.get_content_type() == "message/rfc822":
            enclosed = part.get_payload(0)
            return str(enclosed.get("Message-ID", "")).strip() if isinstance(enclosed, Message) else ""
        if part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            headers = email.message_from_string(str(part.get_content()))
            return str(headers.get("Message-ID", "")).strip()
    return ""


@transaction.atomic
def record(bounce: Bounce, *, now: dt.datetime) -> bool:
    """Note it on the message, and flag the address when its server refuses it for good.

    Only for a mail that we sent to that address: anybody can send a report, and an address is not condemned by hearsay.
    """
    key = bounce.message_id.strip("<>").rpartition("@")[0]
    message = (
        OutboxMessage.objects.select_for_update(no_key=True).filter(addressed_to([bounce.address]), key=key).first()
    )
    if message is None:
        return False
    message.status, message.last_error = OutboxMessage.Status.RETURNED, bounce.words
    if _PERMANENT.match(bounce.status):
        message.reason = OutboxMessage.Reason.BAD_ADDRESS
        delivery.flag(bounce.address, error=bounce.words, now=now)
    message.save(update_fields=["status", "reason", "last_error"])
    return True
