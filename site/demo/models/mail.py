"""A mail as it left the site: the very bytes an SMTP server would have been given. An SMS is its text."""

import email
import email.policy
from email.message import EmailMessage
from functools import cached_property

from django.conf import settings
from django.db import models


class Mail(models.Model):
    recipients = models.CharField(max_length=1000)
    subject = models.CharField(max_length=998)
    raw = models.BinaryField()
    received_at = models.DateTimeField()
    is_sms = models.BooleanField(default=False)

    class Meta:
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return self.subject

    @cached_property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(bytes(self.raw), policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def sender(self) -> str:
        return settings.SMS_SENDER if self.is_sms else str(self.message["From"])

    @property
    def text(self) -> str:
        return bytes(self.raw).decode() if self.is_sms else self._body("plain")

    @property
    def html(self) -> str:
        return "" if self.is_sms else self._body("html")

    @property
    def attachments(self) -> list[EmailMessage]:
        if self.is_sms:
            return []
        return [part for part in self.message.iter_attachments() if isinstance(part, EmailMessage)]

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""
