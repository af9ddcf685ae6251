"""What is taken of a practitioner's time: one row an appointment or group session, while it occupies its range."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q

from booking.models.appointment import Appointment
from booking.models.group import GroupSession
from booking.models.ranges import TsTzRange
from practitioners.models import PracticePlace, Practitioner
from practitioners.models.service import Mode


class Occupation(models.Model):
    """Written by triggers on appointments and group sessions only, never by the code: what is past, done, cancelled or expired
    has no row, so this table stays small and one query gives everything that takes a time away.

    No two rows of a practitioner overlap: the exclusion constraint is what forbids double bookings. Ranges hold the buffers.
    """

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+")
    busy_start = models.DateTimeField()
    busy_end = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    appointment = models.OneToOneField(Appointment, null=True, on_delete=models.CASCADE, related_name="occupation")
    group = models.OneToOneField(GroupSession, null=True, on_delete=models.CASCADE, related_name="occupation")
    place = models.ForeignKey(PracticePlace, null=True, on_delete=models.SET_NULL, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode.choices)
    hold_expires_at = models.DateTimeField(null=True, help_text="of a hold; null once it is more than one")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="no_two_appointments_at_once",
                expressions=[
                    (TsTzRange("busy_start", "busy_end", RangeBoundary()), RangeOperators.OVERLAPS),
                    ("practitioner", RangeOperators.EQUAL),
                ],
            ),
            models.CheckConstraint(
                condition=Q(appointment__isnull=True, group__isnull=False)
                | Q(appointment__isnull=False, group__isnull=True),
                name="occupied_by_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(busy_start__lte=F("starts_at"), busy_end__gte=F("ends_at"), ends_at__gt=F("starts_at")),
                name="occupied_around_the_session",
            ),
        ]
        indexes = [models.Index(fields=["practitioner", "busy_start"])]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.busy_start:%Y-%m-%d %H:%M}"
