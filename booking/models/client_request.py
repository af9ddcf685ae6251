"""Requests of a client about an appointment (B12): asked, answered by the practitioner, or left to the mediator.

The steps are evidence and are only ever added; the words of each stand aside, so that they can be erased when their time comes.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from booking.models.appointment import Appointment
from booking.models.payment import Refund
from common.models import AppendOnlyModel

LONGEST = 2000


class ClientRequest(models.Model):
    class Kind(models.TextChoices):
        REFUND = "refund", _("Refund")
        WITHDRAWAL = "withdrawal", _("Withdrawal")
        COMPLAINT = "complaint", _("Complaint")
        AFTER_SALE = "after_sale", _("After the session")

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", pgettext_lazy("request", "Closed")
        UNRESOLVED = "unresolved", _("Unresolved: mediator")

    reference = models.CharField(max_length=12, unique=True)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="client_requests")
    kind = models.CharField(_("what it is about"), max_length=12, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened"))
    answer_by = models.DateTimeField(help_text="without an answer by then, the mediator's details are shown")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="the practitioner's last answer")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="closed, or found unresolved")
    reminded_days = models.PositiveSmallIntegerField(
        default=0, help_text="the last reminder sent, in days from opening"
    )
    # As they were when the request was found unresolved.
    mediator = models.CharField(max_length=160, blank=True)
    mediator_contact = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("client's request")
        verbose_name_plural = _("clients' requests")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "kind"], condition=Q(state="open"), name="one_open_request_a_kind"
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["closed", "unresolved"]) & Q(ended_at__isnull=False))
                | (Q(state__in=["open", "answered"]) & Q(ended_at=None)),
                name="an_ended_request_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False), name="an_answer_has_its_moment"
            ),
        ]
        indexes = [models.Index(fields=["opened_at"], condition=Q(state="open"), name="requests_to_remind")]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_ended(self) -> bool:
        return self.ended_at is not None


class ClientRequestEvent(AppendOnlyModel):
    class What(models.TextChoices):
        OPENED = "opened", _("Request received")
        REMINDED = "reminded", _("Practitioner reminded")
        ANSWERED = "answered", _("Answer of the practitioner")
        REFUNDED = "refunded", _("Refund granted")
        REFUSED = "refused", _("Refused")
        ADDED = "added", _("Added by the client")
        CLOSED = "closed", _("Closed by the client")
        UNRESOLVED = "unresolved", _("Found unresolved by the client")
        SILENT = "silent", _("No answer in time")

    class By(models.TextChoices):
        CLIENT = "client", _("the client")
        PRACTITIONER = "practitioner", _("the practitioner")
        SYSTEM = "system", _("the platform")

    request = models.ForeignKey(ClientRequest, on_delete=models.PROTECT, related_name="events")
    what = models.CharField(max_length=12, choices=What.choices)
    by = models.CharField(max_length=12, choices=By.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    number = models.PositiveSmallIntegerField(default=0, help_text="of a reminder: its days")
    amount_cents = models.PositiveIntegerField(default=0, help_text="of a refund")
    refund = models.ForeignKey(Refund, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "number"], condition=Q(what="reminded"), name="one_reminder_of_each_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"


class ClientRequestWords(models.Model):
    """What was written at a step: never changed, and gone with the retention."""

    event = models.OneToOneField(ClientRequestEvent, on_delete=models.PROTECT, related_name="words")
    text = models.TextField(max_length=LONGEST)

    def __str__(self) -> str:
        return str(self.event)
