"""The mails that reach people, waited for: they leave after the page is shown."""

import re
import time

from django.core import mail
from django.core.mail import EmailMultiAlternatives


def mail_to(address: str, subject: str, *, within: float = 5) -> EmailMultiAlternatives:
    """The mail to `address` whose subject holds `subject`."""
    until = time.monotonic() + within
    while True:
        found = [message for message in mail.outbox if address in message.to and subject in message.subject]
        if found:
            return found[-1]
        if time.monotonic() > until:
            raise AssertionError(f"No mail “{subject}” to {address}: {[(m.to, m.subject) for m in mail.outbox]}")
        time.sleep(0.05)


def calendar_of(message: EmailMultiAlternatives) -> str:
    """The text of its ICS file, unfolded."""
    (text,) = [content for name, content, kind in message.attachments if kind.startswith("text/calendar")]
    return re.sub(r"\r?\n[ \t]", "", text)


def code_in(message: EmailMultiAlternatives) -> str:
    match = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", message.body, re.MULTILINE)
    assert match, message.body
    return match.group(1)
