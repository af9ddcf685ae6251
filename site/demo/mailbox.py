"""The demo's e-mail backend and SMS provider: what would be sent is kept and shown at /demo/mailbox/."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from common import clock
from demo.models import Mail


class MailboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent = 0
        for message in email_messages:
            if not message.recipients():
                continue
            Mail.objects.create(
                recipients=", ".join(message.recipients())[:1000],
                subject=message.subject[:998],
                # As an SMTP server would be given it.
                raw=message.message().as_bytes(linesep="\r\n"),  # type: ignore[call-arg]
                received_at=clock.now(),
            )
            sent += 1
        return sent


class SmsMailbox:
    """A provider whose phone is the mailbox page."""

    def send(self, *, to: str, text: str, reference: str) -> str:
        mail = Mail.objects.create(
            recipients=to,
            subject=text.partition(" http")[0][:998],
            raw=text.encode(),
            received_at=clock.now(),
            is_sms=True,
        )
        return f"demo-{mail.pk}"
