"""The age of a practitioner's agenda, so that an answer computed once is given again until something changes."""

from django.db import models

from practitioners.models import Practitioner


class AgendaVersion(models.Model):
    """Numbers of a sequence, taken by triggers at the commit of any write that changes free times; never written by the code.

    `frame` is of what the practitioner decides (rules, closures, settings, services, places), `busy` of what takes times away.
    Without a row nothing is known of its age: such an agenda is computed anew. Inside a transaction the numbers are those
    of before it, so what is cached is neither read nor written there.
    """

    practitioner = models.OneToOneField(
        Practitioner, primary_key=True, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    frame = models.BigIntegerField()
    busy = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.practitioner_id}: {self.frame}, {self.busy}"
