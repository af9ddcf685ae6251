"""What readers chose to receive, and the operator's words for messages."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import AppendOnlyModel, OutboxMessage
from practitioners.models import Practitioner


class NotificationPreference(models.Model):
    """A client's reminders: of an account, or of an address without one. Other messages belong to the contract.

    `sms` says nothing until it is chosen: then what was asked for at each booking counts (`Appointment.sms_reminder`).
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="notification_preference",
    )
    address = models.CharField(max_length=254, null=True, blank=True, unique=True, help_text="in small letters")
    email_48h = models.BooleanField(_("By e-mail, two days before"), default=True)
    email_2h = models.BooleanField(_("By e-mail, two hours before"), default=True)
    sms = models.BooleanField(_("By SMS, two hours before"), null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, address__isnull=True) | Q(user__isnull=True, address__isnull=False),
                name="preferences_of_one_reader",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user or self.address}"


class PractitionerNotifications(models.Model):
    """Which messages a practitioner receives. Requests that wait for an answer cannot be turned off."""

    practitioner = models.OneToOneField(
        Practitioner, primary_key=True, on_delete=models.CASCADE, related_name="notification_choices"
    )
    bookings = models.BooleanField(_("A new appointment"), default=True)
    changes = models.BooleanField(_("An appointment moved or cancelled"), default=True)
    tomorrow = models.BooleanField(_("Tomorrow’s sessions, the day before at 18:00"), default=False)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.practitioner)


class MessageWording(AppendOnlyModel):
    """The operator's words for one message, version by version; the last one applies, and an empty one is the standard text."""

    kind = models.CharField(max_length=24)
    reader = models.CharField(max_length=12)
    channel = models.CharField(max_length=5, choices=OutboxMessage.Channel.choices)
    number = models.PositiveIntegerField()
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    heading = models.CharField(_("title"), max_length=150, blank=True)
    opening = models.TextField(_("opening"), max_length=2000, blank=True)
    closing = models.TextField(_("closing"), max_length=2000, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "reader", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "reader", "number"], name="wordings_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reader} {self.number}"

    @property
    def is_standard(self) -> bool:
        return not (self.subject or self.heading or self.opening or self.closing)
