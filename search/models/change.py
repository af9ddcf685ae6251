"""What triggers write when an entry changes: for the tally of everything, and for an engine that has to follow."""

from django.db import models


class TallyDelta(models.Model):
    """One change of a digest, not yet counted in the tally; nothing before an insertion, nothing after a deletion."""

    before = models.BinaryField(null=True)
    after = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"change {self.pk}"


class Tally(models.Model):
    """The counts of all entries on a local day, so that a question without a filter reads one row (one row exists)."""

    day = models.DateField()
    total = models.PositiveIntegerField()
    counts = models.JSONField(help_text="facet → value → count")

    def __str__(self) -> str:
        return f"{self.day}: {self.total}"


class PendingChange(models.Model):
    """An entry that another engine has not been told of: the version it must reach, and since when it waits."""

    practitioner_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["changed_at"], name="pending_oldest")]

    def __str__(self) -> str:
        return f"{self.practitioner_id} → {self.version}"
