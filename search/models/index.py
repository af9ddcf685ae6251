"""What is remembered of an index that stands beside the embedded one: whether it can be trusted, and what was done to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IndexState(models.Model):
    """One row at most. `lost_at`: since then changes were not kept for the other engine, which must not answer before a
    check or a rebuild has found it right (it was not configured, and is again).
    """

    lost_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"lost since {self.lost_at}" if self.lost_at else "kept"


class IndexReport(models.Model):
    """A check or a rebuild: what was found and done, shown to the operators. `figures` are counts by name."""

    class Kind(models.TextChoices):
        CHECK = "check", _("Check")
        REBUILD = "rebuild", _("Rebuild")

    class Cause(models.TextChoices):
        CLOCK = "clock", _("by the clock")
        OPERATOR = "operator", _("asked by an operator")
        COMMAND = "command", _("by a command")
        RECOVERY = "recovery", _("because the index was missing")

    class Outcome(models.TextChoices):
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.RUNNING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["kind", "-started_at"], name="report_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d %H:%M}: {self.outcome}"

    @property
    def seconds(self) -> float | None:
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None
