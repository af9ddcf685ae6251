"""The outbox: a message is a row of the transaction that causes it, sent afterwards by a task.

So a message is never sent for something that was rolled back, and none is lost when the worker dies. `Message-ID` is derived
from `key`: sending twice (a crash between sending and recording) shows as one mail in the reader's mailbox.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("no longer relevant")

    key = models.CharField(max_length=200, unique=True, help_text="what it is about; the same key is never sent twice")
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list, help_text="list of {name, content_type, text}")
    headers = models.JSONField(default=dict, help_text="more headers of the mail, such as List-Unsubscribe")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_after = models.DateTimeField(null=True, blank=True, help_text="a reminder later than this is dropped, not sent")
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(status="pending"), name="outbox_pending")
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def message_id(self) -> str:
        return f"<{self.key}@monprodubienetre.example>"
