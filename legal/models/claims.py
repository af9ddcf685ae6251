"""The rules of the claims check, kept by the legal team, and what came of them (R5)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import AppendOnlyModel
from legal.claims.lint import Rule, lines
from legal.claims.patterns import BadPattern, entry

_NAME = RegexValidator(r"\A[a-z][a-z0-9-]{1,40}\Z", _("Small letters without accents, digits and hyphens."))


class ClaimList(models.Model):
    """Words that rules name together: `@maladies`."""

    name = models.CharField(_("name"), max_length=41, unique=True, validators=[_NAME])
    words = models.TextField(_("words, one a line"), max_length=20_000)

    class Meta:
        verbose_name = _("list of words")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"@{self.name}"

    @property
    def entries(self) -> list[str]:
        return [row.strip() for row in self.words.splitlines() if row.strip()]

    def clean(self) -> None:
        super().clean()
        if "\x00" in self.words:
            raise ValidationError({"words": _("This text holds a sign that cannot be kept.")})
        try:
            for row in self.entries:
                entry(row)
        except BadPattern as error:
            raise ValidationError({"words": str(error)}) from error


class ClaimRule(models.Model):
    """What is matched, why, and what to write instead. Effective at once: every process reads the number of the last change."""

    class Severity(models.TextChoices):
        REFUSE = "refuse", _("Refuse the publication")
        FLAG = "flag", _("Warn, and ask to confirm")

    slug = models.CharField(_("identifier"), max_length=41, unique=True, validators=[_NAME])
    severity = models.CharField(_("severity"), max_length=6, choices=Severity.choices, default=Severity.FLAG)
    patterns = models.TextField(_("patterns, one a line"), max_length=20_000)
    exceptions = models.TextField(_("exceptions, one a line"), max_length=20_000, blank=True)
    reason = models.CharField(_("reason, as the author reads it"), max_length=300)
    law = models.CharField(_("law"), max_length=300)
    suggestion = models.CharField(_("better wording"), max_length=300)
    denied_is_fine = models.BooleanField(_("fine when it is denied"), default=True)
    doctor_is_fine = models.BooleanField(_("fine when it is said of a doctor"), default=True)
    asked_is_fine = models.BooleanField(_("fine in a question"), default=True)
    only_replies = models.BooleanField(_("for public replies only"), default=False)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("rule of the claims check")
        verbose_name_plural = _("rules of the claims check")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    def as_rule(self) -> Rule:
        return Rule(
            slug=self.slug, patterns=self.patterns, exceptions=self.exceptions, severity=self.severity, reason=self.reason,
            law=self.law, suggestion=self.suggestion, denied_is_fine=self.denied_is_fine, doctor_is_fine=self.doctor_is_fine,
            asked_is_fine=self.asked_is_fine, only_replies=self.only_replies,
        )  # fmt: skip

    def clean(self) -> None:
        super().clean()
        known = dict.fromkeys(ClaimList.objects.values_list("name", flat=True))
        for name, exception in (("patterns", False), ("exceptions", True)):
            try:
                found = lines(getattr(self, name), known, exception=exception)
            except BadPattern as error:
                raise ValidationError({name: str(error)}) from error
            if name == "patterns" and not found:
                raise ValidationError({name: _("Write at least one pattern.")})


class ClaimChange(AppendOnlyModel):
    """Who changed which rule or list, when, from what to what. The last number is the version that processes compare."""

    what = models.CharField(max_length=60, help_text="rule:<slug> or list:<name>")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["what", "-id"])]

    def __str__(self) -> str:
        return f"{self.what} #{self.pk}"


class ClaimWaiver(models.Model):
    """A sentence that stands in spite of a rule: confirmed by its author, or let through by an editor with a reason.

    `fingerprint` is of the rule and the sentence as it is read: the same words elsewhere are looked at anew.
    """

    class Kind(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed by its author")
        OVERRIDDEN = "overridden", _("Let through by the team")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    surface = models.CharField(max_length=20)
    rule = models.ForeignKey(ClaimRule, on_delete=models.CASCADE, related_name="waivers")
    fingerprint = models.CharField(max_length=64)
    sentence = models.CharField(max_length=600)
    words = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["fingerprint", "surface"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="confirmed") | ~models.Q(reason=""), name="a_claim_is_let_through_for_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.words} ({self.kind})"


class ClaimFinding(models.Model):
    """What stands published against a rule, as the last look found it. `since` is when it was first seen there."""

    surface = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=300, blank=True)
    rule = models.ForeignKey(ClaimRule, on_delete=models.CASCADE, related_name="findings")
    words = models.CharField(max_length=200)
    sentence = models.CharField(max_length=600)
    fingerprint = models.CharField(max_length=64)
    confirmed = models.BooleanField(default=False)
    since = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["confirmed", "since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["surface", "object_id", "fingerprint"], name="one_finding_a_sentence_and_rule"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.words}"
