"""A mail as it left the site: the very bytes an SMTP server would have been given."""

import email
import email.policy
from email.message import EmailMessage
from functools import cached_property

from django.db import models


class Mail(models.Model):
    recipients = models.CharField(max_length=1000)
    subject = models.CharField(max_length=998)
    raw = models.BinaryField()
    received_at = models.DateTimeField()

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
        return str(self.message["From"])

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def attachments(self) -> list[EmailMessage]:
        return [part for part in self.message.iter_attachments() if isinstance(part, EmailMessage)]

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""
