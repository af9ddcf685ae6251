"""Other times that a practitioner proposes for a request."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.appointment import Appointment


class Proposal(models.Model):
    """One to three starts, of which the client takes one or none. They are not held: the first who books has them.

    While it is open the request waits: its `answer_by` is the proposal's `expires_at`, within the card's authorisation.
    """

    MOST = 3

    class Status(models.TextChoices):
        OPEN = "open", _("Waiting for the client")
        TAKEN = "taken", _("One was chosen")
        DECLINED = "declined", _("None suited")
        EXPIRED = "expired", _("No answer")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="proposals")
    starts = ArrayField(models.DateTimeField(), size=MOST)
    message = models.CharField(max_length=500, blank=True, help_text="shown on the page only, never in a mail")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    chosen = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(starts__len__gte=1, starts__len__lte=3), name="one_to_three_times"),
            models.UniqueConstraint(fields=["appointment"], condition=Q(status="open"), name="one_open_proposal"),
            models.CheckConstraint(
                condition=Q(status="taken", chosen__isnull=False) | (~Q(status="taken") & Q(chosen=None)),
                name="taken_means_one_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment} {self.status}"
