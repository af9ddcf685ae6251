"""What a practitioner and a client write to each other: one thread a record, private, without attachments."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.client_record import ClientRecord

LONGEST = 2000


class ClientThread(models.Model):
    """The exchange with one client. Its key is no secret: who may read is asked of the session each time."""

    record = models.OneToOneField(ClientRecord, on_delete=models.CASCADE, related_name="thread")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    last_at = models.DateTimeField(db_index=True, help_text="of the last message: the exchange is erased a year later")

    def __str__(self) -> str:
        return str(self.key)


class ClientMessage(models.Model):
    class By(models.TextChoices):
        CLIENT = "client", _("the client")
        PRACTITIONER = "practitioner", _("the practitioner")

    thread = models.ForeignKey(ClientThread, on_delete=models.CASCADE, related_name="messages")
    by = models.CharField(max_length=12, choices=By.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(_("message"), max_length=LONGEST)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True, help_text="when the other side opened the thread")

    class Meta:
        ordering = ["sent_at", "pk"]
        indexes = [models.Index(fields=["thread", "by"], condition=models.Q(read_at=None), name="messages_unread")]

    def __str__(self) -> str:
        return f"{self.by} {self.sent_at:%Y-%m-%d %H:%M}"
