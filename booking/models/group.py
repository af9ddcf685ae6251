"""A session for several: it owns its range of the agenda, and appointments take its seats."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from practitioners.models import PracticePlace, Practitioner, Service
from practitioners.models.service import Mode


class GroupSession(models.Model):
    """`seats` are counted by the database under the row's lock: a seat too many is refused (`no_more_seats_than_offered`)."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CANCELLED = "cancelled", _("Cancelled")
        DONE = "done", _("Done")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="group_sessions")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="group_sessions")
    place = models.ForeignKey(PracticePlace, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode.choices)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField()
    busy_start = models.DateTimeField()
    busy_end = models.DateTimeField()
    timezone = models.CharField(max_length=40)
    seats = models.PositiveSmallIntegerField(_("seats"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    note = models.CharField(_("private note"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_group_session_lasts"),
            models.CheckConstraint(
                condition=Q(busy_start__lte=F("starts_at"), busy_end__gte=F("ends_at")),
                name="buffers_are_around_the_group",
            ),
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=500), name="a_group_has_seats"),
        ]
        indexes = [models.Index(fields=["practitioner", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.service} {self.starts_at:%Y-%m-%d %H:%M}"
