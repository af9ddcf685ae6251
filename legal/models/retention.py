"""The register as the legal team completes it, and what the end of personal data leaves: approvals, holds, nights, certificates."""

import datetime as dt
import hashlib
import json
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import AppendOnlyModel, ChainedEvidence


class ActivityVersion(AppendOnlyModel):
    """What the legal team says of one activity of the register; the last number stands, the others are its history."""

    activity = models.SlugField(_("activity"), max_length=60)
    number = models.PositiveIntegerField(_("number"))
    purpose = models.TextField(_("purpose"), max_length=600)
    people = models.JSONField(_("people"), default=list)
    data = models.JSONField(_("categories of data"), default=list)
    legal_basis = models.TextField(_("legal basis"), max_length=600)
    starts = models.CharField(_("counted from"), max_length=300)
    months = models.PositiveSmallIntegerField(_("kept (months)"), null=True, blank=True)
    archive_months = models.PositiveSmallIntegerField(_("then in archive (months)"), default=0)
    recipients = models.JSONField(_("recipients"), default=list)
    transfers = models.TextField(_("transfers"), max_length=1000)
    security = models.TextField(_("security"), max_length=2000)
    reason = models.CharField(_("why it changes"), max_length=300)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of an activity")
        verbose_name_plural = _("versions of activities")
        ordering = ["activity", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="one_activity_version_a_number"),
            models.CheckConstraint(
                condition=models.Q(months=None) | models.Q(months__lte=240), name="kept_at_most_twenty_years"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} – v{self.number}"


class RetentionApproval(AppendOnlyModel):
    """Somebody of the legal team saw what a rule would end, and let it run.

    `signature` is that of the rule as it was seen: a change of the rule or of its time asks for another approval. `up_to` lifts the
    brake for so many rows until `valid_until`.
    """

    rule = models.CharField(_("rule"), max_length=60)
    signature = models.CharField(max_length=64)
    months = models.PositiveSmallIntegerField()
    seen = models.PositiveBigIntegerField(help_text="rows that the dry run counted")
    up_to = models.PositiveBigIntegerField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("approval of a retention rule")
        ordering = ["-approved_at", "-pk"]
        indexes = [models.Index(fields=["rule", "-approved_at"])]

    def __str__(self) -> str:
        return self.rule


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def active(self, now: dt.datetime) -> Self:
        return self.filter(opened_at__lte=now, lifted_at=None, ends_at__gt=now)


class LegalHold(models.Model):
    """Nothing of a person, or of one object, ends while a dispute or an authority asks for it: why, until when, decided by whom."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    subject = models.CharField(
        _("object"), max_length=120, blank=True, help_text="app_label.Model:key, where it is not about a person"
    )
    reason = models.CharField(_("reason"), max_length=300)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("since"))
    ends_at = models.DateTimeField(_("until"), help_text="reviewed by then, and opened anew when it is still needed")
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, subject="") | (models.Q(person=None) & ~models.Q(subject="")),
                name="a_hold_has_one_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("opened_at")) & ~models.Q(reason=""),
                name="a_hold_ends_and_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or f"accounts.User:{self.person_id}"


class RetentionOutcome(models.Model):
    """One rule on one night. Its count grows in the transaction of each batch: what is counted is gone, what is gone is counted."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", pgettext_lazy("retention", "Done")
        WAITING = "waiting", _("Waits for an approval")
        BRAKED = "braked", _("Stopped by the brake")
        FAILED = "failed", _("Failed")

    day = models.DateField(_("night"))
    rule = models.CharField(_("rule"), max_length=60)
    activity = models.CharField(max_length=60)
    signature = models.CharField(max_length=64)
    months = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING)
    found = models.PositiveBigIntegerField(_("found"), default=0)
    total = models.PositiveBigIntegerField(_("of"), default=0)
    held = models.PositiveBigIntegerField(_("under legal hold"), default=0)
    ended = models.PositiveBigIntegerField(_("ended"), default=0)
    error = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("night of a retention rule")
        ordering = ["-day", "rule"]
        constraints = [models.UniqueConstraint(fields=["day", "rule"], name="a_rule_once_a_night")]

    def __str__(self) -> str:
        return f"{self.rule} {self.day}"


class ErasureCertificate(ChainedEvidence):
    """That so many rows of a kind ended on a day by a rule: no person, no key of a row, a chain that can be verified."""

    outcome = models.OneToOneField(RetentionOutcome, on_delete=models.PROTECT, related_name="certificate")
    facts = models.JSONField()

    class Meta:
        verbose_name = _("erasure certificate")
        verbose_name_plural = _("erasure certificates")
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"#{self.sequence}"

    @staticmethod
    def commitment_of(facts: dict[str, object]) -> str:
        return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def chained_facts(self) -> list[str]:
        return [self.commitment_of(self.facts)]


class FileToErase(models.Model):
    """A stored file whose row is gone: it is deleted after the commit, and by the next run when the worker died between."""

    storage = models.CharField(max_length=30)
    name = models.CharField(max_length=300)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["storage", "name"], name="a_file_is_erased_once")]

    def __str__(self) -> str:
        return f"file {self.pk}"


class ErasedAccount(models.Model):
    """When the account became a number: the clock of what is kept after the end of the relation."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erased")
    erased_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"account {self.user_id}"
