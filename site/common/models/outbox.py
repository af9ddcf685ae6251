"""The outbox: a message is a row of the transaction that causes it, sent afterwards by a task.

So a message is never sent for something that was rolled back, and none is lost when the worker dies. `Message-ID` is derived
from `key`: sending twice (a crash between sending and recording) shows as one mail in the reader's mailbox. A reminder
(`at_most_once`) is marked before it leaves instead, and never taken up again.
"""

from collections.abc import Iterable

from django.db import models
from django.db.models.functions import Lower
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _

from common.frozen import FrozenDecoder, FrozenEncoder


class OutboxMessage(models.Model):
    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("no longer relevant")
        # Its worker died while it was handed over: it may have left, and is not sent again.
        UNKNOWN = "unknown", _("sent, perhaps")
        RETURNED = "returned", _("came back")

    class Reason(models.TextChoices):
        """Why a message was not sent, or came back."""

        LATE = "late", _("it would have come too late")
        OFF = "off", _("the appointment no longer stands at this time")
        UNWANTED = "unwanted", _("its reader does not want it")
        BAD_ADDRESS = "bad_address", _("the address does not receive")
        NIGHT = "night", _("no SMS at night")
        GAVE_UP = "gave_up", _("every attempt failed")

    key = models.CharField(max_length=200, unique=True, help_text="what it is about; the same key is never sent twice")
    channel = models.CharField(_("means"), max_length=5, choices=Channel.choices, default=Channel.EMAIL)
    to = models.CharField(max_length=254, help_text="an e-mail address, or a phone number in E.164")
    template = models.CharField(max_length=100, blank=True, help_text="which message, such as booking/confirmed_client")
    about = models.CharField(max_length=60, blank=True, help_text="of what it is evidence, such as appointment:ABC123")
    # Filled by the caller, or by `renderer` from `facts` when it is sent, and kept as evidence of what was said.
    renderer = models.CharField(max_length=30, blank=True, help_text="its name in outbox.renderers; empty: rendered")
    facts = models.JSONField(
        default=dict, blank=True, encoder=FrozenEncoder, decoder=FrozenDecoder, help_text="what it will say, frozen"
    )
    language = models.CharField(max_length=5, default="fr")
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list, help_text="list of {name, content_type, text}")
    headers = models.JSONField(default=dict, help_text="more headers of the mail, such as List-Unsubscribe")
    at_most_once = models.BooleanField(default=False, help_text="a reminder: better none than two")
    status = models.CharField(_("fate"), max_length=10, choices=Status.choices, default=Status.PENDING)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_after = models.DateTimeField(null=True, blank=True, help_text="a reminder later than this is dropped, not sent")
    next_attempt_at = models.DateTimeField()
    attempted_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.TextField(blank=True)
    provider_reference = models.CharField(max_length=100, blank=True, help_text="of the SMS provider")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(status="pending"), name="outbox_pending"),
            models.Index(fields=["attempted_at"], condition=models.Q(status="sending"), name="outbox_sending"),
            # Addresses are compared without their case, by erasure, by the copy of one's data and by bounces.
            models.Index(Lower("to"), "created_at", name="outbox_address"),
            models.Index(fields=["about", "created_at"], condition=~models.Q(about=""), name="outbox_about"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def message_id(self) -> str:
        return f"<{self.key}@monprodubienetre.example>"


def addressed_to(addresses: Iterable[str]) -> models.Q:
    """Messages to one of these addresses, whatever its case: the one way to find what somebody was written."""
    return models.Q(In(Lower("to"), [address.lower() for address in addresses]))
