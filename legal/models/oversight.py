"""What practitioners ask of their processor (audits, written instructions), and what authorities receive (D5)."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.sealed_files import private_storage


class AuditRequest(models.Model):
    """Ten calendar days of notice, four days at most, a report, corrections within thirty working days."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("audit", "Asked for")
        AGREED = "agreed", pgettext_lazy("audit", "Agreed")
        REPORTED = "reported", pgettext_lazy("audit", "Report received")
        CLOSED = "closed", pgettext_lazy("audit", "Closed")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked on"))
    begins_on = models.DateField(_("first day"))
    days = models.PositiveSmallIntegerField(_("days"))
    scope = models.TextField(_("what it looks at"), max_length=3000)
    auditor = models.CharField(_("who audits"), max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ASKED)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_words = models.TextField(max_length=2000, blank=True)
    report = models.TextField(_("report"), max_length=8000, blank=True)
    reported_at = models.DateTimeField(null=True)
    corrections_due_on = models.DateField(_("corrections due on"), null=True)
    corrections = models.TextField(_("corrections made"), max_length=8000, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(days__gte=1, days__lte=4), name="an_audit_lasts_four_days_at_most"
            )
        ]

    def __str__(self) -> str:
        return f"audit {self.pk}"


class Instruction(models.Model):
    """A written instruction of a controller to the processor: acknowledged, then applied or said to be unlawful."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("instruction"), max_length=4000)
    received_at = models.DateTimeField(_("received on"))
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    is_unlawful = models.BooleanField(_("held to be unlawful (article 28.3)"), default=False)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_words = models.TextField(_("what was done"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"instruction {self.pk}"


def disclosure_name(instance: "Disclosure", filename: str) -> str:
    return f"disclosures/{uuid.uuid4().hex}.zip"


class Disclosure(models.Model):
    """What an authority asked for, prepared by one person, approved by another, sealed with its hash."""

    reference = models.CharField(_("reference"), max_length=12, unique=True)
    authority = models.CharField(_("authority"), max_length=200)
    basis = models.CharField(_("legal basis"), max_length=300)
    scope = models.TextField(_("scope"), max_length=3000)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField(_("asked on"))
    may_tell = models.BooleanField(_("the person may be told"), default=True)
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    refused_reason = models.CharField(max_length=1000, blank=True)
    file = models.FileField(storage=private_storage, upload_to=disclosure_name, blank=True, max_length=120)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("disclosure to an authority")
        verbose_name_plural = _("disclosures to authorities")
        ordering = ["-prepared_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("prepared_by")),
                name="a_disclosure_is_approved_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(sha256="") | models.Q(decided_by__isnull=False),
                name="nothing_is_sealed_before_it_is_approved",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
