"""What the platform declares to the tax office about those who receive through it (DAC7, M10)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import AppendOnlyModel
from practitioners.models import Practitioner


class TaxDetails(models.Model):
    """What the law asks of a practitioner beyond what the file holds. Birth and tax number are one sealed text."""

    class Nature(models.TextChoices):
        INDIVIDUAL = "individual", _("In my own name (sole trader, micro-entrepreneur)")
        ENTITY = "entity", _("A company or another legal entity")

    practitioner = models.OneToOneField(Practitioner, on_delete=models.PROTECT, related_name="tax_details")
    nature = models.CharField(max_length=10, choices=Nature.choices)
    entity_name = models.CharField(max_length=200, blank=True, help_text="registered name of the entity")
    sealed = models.TextField(blank=True, help_text="birth date and place, tax number: encrypted")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(nature="entity") | ~Q(entity_name=""), name="an_entity_has_its_registered_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.practitioner}"


class TaxReport(models.Model):
    """One file for the tax office. Prepared, then filed or thrown away; `number` is never used twice in a year."""

    class State(models.TextChoices):
        COMPOSING = "composing", pgettext_lazy("tax report", "Being written")
        READY = "ready", pgettext_lazy("tax report", "Ready to be filed")
        FILED = "filed", pgettext_lazy("tax report", "Filed")
        DISCARDED = "discarded", pgettext_lazy("tax report", "Thrown away")

    WAITING = ("composing", "ready")

    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.COMPOSING)
    platform = models.JSONField(help_text="the platform as it was then")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(null=True, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    filename = models.CharField(max_length=120, blank=True)
    sealed_file = models.TextField(blank=True, help_text="the XML, compressed and encrypted")
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="tax_reports_are_numbered"),
            models.UniqueConstraint(
                fields=["year"], condition=Q(state__in=["composing", "ready"]), name="one_tax_report_waits_a_year"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ready", "filed"]) | ~Q(sealed_file=""), name="a_tax_report_has_its_file"
            ),
            models.CheckConstraint(
                condition=~Q(state="filed") | Q(filed_at__isnull=False), name="a_filed_tax_report_has_its_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}/{self.number}"


class TaxReportLine(AppendOnlyModel):
    """One practitioner in one file, frozen. `version` counts what the tax office has of this practitioner and year."""

    class Action(models.TextChoices):
        NEW = "new", pgettext_lazy("tax report", "Declared")
        CORRECTED = "corrected", pgettext_lazy("tax report", "Corrected")
        REMOVED = "removed", pgettext_lazy("tax report", "Withdrawn")

    report = models.ForeignKey(TaxReport, on_delete=models.PROTECT, related_name="lines")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="tax_lines")
    action = models.CharField(max_length=10, choices=Action.choices)
    version = models.PositiveSmallIntegerField()
    quarters = models.JSONField(help_text="four times: cents received online, given back, on the spot, fees; sessions")
    sealed_identity = models.TextField(help_text="who was declared: encrypted")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "practitioner"], name="a_practitioner_once_a_tax_report")
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} {self.report}"
