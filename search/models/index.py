"""What is remembered of an index that stands beside the embedded one: whether it can be trusted, and what was done to it."""

from django.db import models
from django.utils.formats import number_format
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from common import clock


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
        FAILED = "failed", _("it failed")

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

    @property
    def age(self) -> str:
        """Since when it is over, in one unit: “2 hours”."""
        return timesince(self.ended_at, clock.now(), depth=1) if self.ended_at else ""

    @property
    def found(self) -> int:
        """How many differences a check found."""
        return sum(n for name, n in self.figures.items() if name in DIFFERENCES)

    @property
    def lines(self) -> list[str]:
        """The figures in words; differences only where there are some."""
        return [
            str(FIGURES[name]) % {"value": _number(value)}
            for name, value in self.figures.items()
            if name in FIGURES and (value or name not in DIFFERENCES)
        ]


def _number(value: object) -> str:
    return value if isinstance(value, str) else number_format(value, use_l10n=True, force_grouping=True)  # type: ignore[arg-type]


DIFFERENCES = {
    "entries_missing", "entries_surplus", "agendas_late", "documents_missing", "documents_surplus", "documents_older",
    "documents_newer", "left", "index_missing", "written_meanwhile",
}  # fmt: skip
FIGURES = {
    "entries": _("entries: %(value)s"),
    "entries_missing": _("practitioners who were not indexed: %(value)s"),
    "entries_surplus": _("entries of people who are no longer listed: %(value)s"),
    "agendas_late": _("agendas that the clock should have renewed: %(value)s"),
    "documents": _("documents: %(value)s"),
    "documents_missing": _("documents that were missing: %(value)s"),
    "documents_surplus": _("documents that should not have been there: %(value)s"),
    "documents_older": _("documents of an older state: %(value)s"),
    "documents_newer": _("documents of a state that the database no longer knows: %(value)s"),
    "documents_a_second": _("documents a second: %(value)s"),
    "index": _("index: %(value)s"),
    "index_missing": _("no index: %(value)s"),
    "left": _("still different: %(value)s"),
    "written_meanwhile": _("changes written meanwhile: %(value)s"),
}
