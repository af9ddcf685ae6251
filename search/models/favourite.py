"""A practitioner whom a person wants to find again."""

from django.conf import settings
from django.db import models

from practitioners.models import Practitioner


class Favourite(models.Model):
    """Nothing is kept of a practitioner who is withdrawn but the fact that one was saved: the list says no more."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourites")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "practitioner"], name="one_favourite_each")]
        indexes = [models.Index(fields=["user", "-created_at"], name="favourites_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.practitioner_id}"
