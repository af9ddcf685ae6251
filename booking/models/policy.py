"""What a practitioner decided about cancelling and moving, version by version, with the words that were shown."""

from django.db import models

from common.models import AppendOnlyModel
from practitioners.models import Practitioner


class PolicyVersion(AppendOnlyModel):
    """Made at the first booking under new terms and never changed: an appointment points to the one it was booked under."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="policies")
    number = models.PositiveIntegerField()
    cancellation_tiers = models.JSONField(default=list)
    move_hours = models.PositiveSmallIntegerField(help_text="until how many hours before the client may move it")
    most_moves = models.PositiveSmallIntegerField(help_text="how often the client may move it")
    text = models.TextField(help_text="as shown to the client, in French")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["practitioner", "number"]
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "number"], name="policies_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} {self.number}"
