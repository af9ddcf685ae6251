"""Giving a message to the mail server or the SMS provider, and what their errors mean."""

import base64
import re
import smtplib
from enum import StrEnum
from socket import gaierror

from django.core.mail import EmailMultiAlternatives

from common import sms
from common.models import OutboxMessage

# RFC 3463: the address does not exist, is not valid, has moved, or is disabled. 5.7.x is about us or the message, not about it.
_ADDRESS = re.compile(r"\b5\.(1\.[1236]|1\.10|2\.1)\b")
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
# Without such a code: mailbox unavailable, not local, name not allowed, no such domain.
_BASIC = {550, 551, 553, 556}


class Verdict(StrEnum):
    """After an error: was the message taken?"""

    NOT_TAKEN = "not taken"
    BAD_ADDRESS = "address refused for good"
    UNCLEAR = "perhaps taken"


def hand_over(message: OutboxMessage) -> str:
    """Give it to its transport; what the provider calls it, if it does."""
    if message.channel == OutboxMessage.Channel.SMS:
        return sms.provider().send(to=message.to, text=message.text, reference=message.key)
    _mail(message).send()
    return ""


def verdict(error: Exception) -> Verdict:
    if isinstance(error, sms.SmsRefused):
        return Verdict.BAD_ADDRESS if error.permanent else Verdict.NOT_TAKEN
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [_is_about_the_address(code, text) for code, text in error.recipients.values()]
        return Verdict.BAD_ADDRESS if answers and all(answers) else Verdict.NOT_TAKEN
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Verdict.NOT_TAKEN
    if isinstance(error, smtplib.SMTPResponseException):
        bad = isinstance(error, smtplib.SMTPDataError) and _is_about_the_address(error.smtp_code, error.smtp_error)
        return Verdict.BAD_ADDRESS if bad else Verdict.NOT_TAKEN
    # Before a connection stands, nothing can have been taken.
    if isinstance(error, ConnectionRefusedError | gaierror | smtplib.SMTPNotSupportedError):
        return Verdict.NOT_TAKEN
    return Verdict.UNCLEAR


def _is_about_the_address(code: int, answer: bytes | str) -> bool:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    if code < 500:
        return False
    return bool(_ADDRESS.search(text)) if _ENHANCED.search(text) else code in _BASIC


def _mail(message: OutboxMessage) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.to],
        headers={**message.headers, "Message-ID": message.message_id},
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for part in message.attachments:
        content = base64.b64decode(part["base64"]) if "base64" in part else part["text"]
        mail.attach(part["name"], content, part["content_type"])
    return mail
