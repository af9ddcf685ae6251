"""Providers that handle personal data for the operator, announced changes, and what practitioners answer (D5)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import AppendOnlyModel


class Provider(models.Model):
    """As it stands now; what an announced change will make of it waits in the change."""

    class Kind(models.TextChoices):
        HOSTING = "hosting", _("Hosting")
        PAYMENT = "payment", _("Payments")
        MAIL = "mail", _("Sending of e-mails")
        SMS = "sms", _("Sending of SMS")
        VIDEO = "video", _("Video sessions")
        CALENDAR = "calendar", _("Calendars")
        BACKUP = "backup", _("Backups")
        SUPPORT = "support", _("Technical support")
        ACCOUNTING = "accounting", _("Accounting and invoices")
        OTHER = "other", pgettext_lazy("provider", "Other")

    class Safeguard(models.TextChoices):
        """The Privacy Shield is none: the Court of Justice annulled it on 16 July 2020 (C-311/18)."""

        INSIDE = "inside", _("Data stay in the European Union")
        ADEQUACY = "adequacy", _("Adequacy decision of the Commission in force (article 45)")
        CLAUSES = "clauses", _("Standard contractual clauses (article 46)")
        RULES = "rules", _("Binding corporate rules (article 47)")

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("service"), max_length=12, choices=Kind.choices)
    country = models.CharField(_("country where the data are"), max_length=2, help_text=_("ISO 3166 code"))
    data = models.TextField(_("data"), max_length=1000, help_text=_("What it sees, and of whom, in plain words."))
    safeguard = models.CharField(_("safeguard"), max_length=10, choices=Safeguard.choices)
    safeguard_words = models.CharField(
        _("about the safeguard"), max_length=300, blank=True, help_text=_("Decision, date of the clauses, annexes.")
    )
    contract = models.CharField(_("contract"), max_length=200, help_text=_("Its reference and its date."))
    contract_until = models.DateField(
        _("contract until"), null=True, blank=True, help_text=_("Empty: renewed tacitly.")
    )
    security_reviewed_on = models.DateField(_("security reviewed on"), null=True, blank=True)
    since = models.DateTimeField(_("since"), null=True)
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(safeguard="inside") | models.Q(country__gt=""), name="a_provider_is_somewhere"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProviderChange(models.Model):
    """A change that practitioners are told of, with 15 days to object before it applies. Its words never change (trigger)."""

    class What(models.TextChoices):
        ADDED = "added", _("New provider")
        CHANGED = "changed", _("Change of a provider")
        ENDED = "ended", _("End of a provider")

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Practitioners may object")
        APPLIED = "applied", _("Applied")
        GIVEN_UP = "given_up", _("Given up")

    provider = models.ForeignKey(Provider, null=True, on_delete=models.PROTECT, related_name="changes")
    what = models.CharField(_("change"), max_length=8, choices=What.choices)
    name = models.CharField(max_length=120)
    facts = models.JSONField(help_text="the provider as it will be")
    summary = models.TextField(_("what changes and why"), max_length=1000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    announced_at = models.DateTimeField(_("announced on"))
    applies_at = models.DateTimeField(_("applies from"))
    outcome = models.CharField(_("state"), max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    outcome_reason = models.CharField(_("reason"), max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    told_until = models.PositiveBigIntegerField(default=0, help_text="key of the last person told")
    told_all_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("change of a provider")
        verbose_name_plural = _("changes of providers")
        ordering = ["-announced_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"


class ProviderAnswer(models.Model):
    """A practitioner who was told, and what came of it; silence until the end is written as such by a task."""

    class Answer(models.TextChoices):
        NONE = "none", _("No answer yet")
        OBJECTION = "objection", _("Objection")
        SILENCE = "silence", _("Silence: accepted")

    class Follow(models.TextChoices):
        NONE = "none", _("Not answered yet")
        REASSURED = "reassured", _("Explained, and the objection withdrawn")
        SPARED = "spared", _("This practitioner’s data do not go through it")
        LEAVES = "leaves", _("The practitioner may end the contract without charge")

    change = models.ForeignKey(ProviderChange, on_delete=models.PROTECT, related_name="answers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    until = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.NONE)
    reason = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    follow = models.CharField(_("what follows"), max_length=10, choices=Follow.choices, default=Follow.NONE)
    follow_words = models.TextField(max_length=2000, blank=True)
    followed_at = models.DateTimeField(null=True)
    followed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "user"], name="told_once_of_a_change")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.change_id}: {self.user_id} {self.answer}"


class ProviderHistory(AppendOnlyModel):
    """Every writing in the register, announced or not."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="history")
    facts = models.JSONField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.at:%Y-%m-%d}"
