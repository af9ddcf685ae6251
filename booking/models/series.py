"""Several appointments agreed at once, every week or every other one."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from practitioners.models import Practitioner, Service


class Series(models.Model):
    """Each appointment of a series lives its own life; ending the series cancels those to come, by their own policy."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="series"
    )
    every_weeks = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(every_weeks__gte=1, every_weeks__lte=8), name="a_series_has_its_rhythm")
        ]

    def __str__(self) -> str:
        return f"{self.service} × {self.every_weeks}"
