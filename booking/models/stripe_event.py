"""What Stripe told us, stored once as received; a task makes something of it."""

from django.db import models
from django.db.models import Q


class StripeEvent(models.Model):
    """`event_id` is Stripe's: the same event delivered twice is one row. Unprocessed rows are tried again by the sweep."""

    event_id = models.CharField(max_length=120, unique=True)
    type = models.CharField(max_length=120)
    account = models.CharField(max_length=64, blank=True)
    payload = models.JSONField()
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(processed_at=None), name="stripe_events_to_process"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.type}"
