"""What surrounds a text while it is written: remarks on its articles, its other languages, the facts it names."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import AppendOnlyModel
from legal.models.document import LegalVersion


class ArticleComment(models.Model):
    """A remark between those who write and those who review. Refused by the database once the version is published."""

    version = models.ForeignKey(LegalVersion, on_delete=models.CASCADE, related_name="comments")
    article = models.CharField(max_length=60, blank=True, help_text="key of the article; empty: the whole version")
    text = models.TextField(_("remark"), max_length=2000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("remark")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | models.Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="a_resolved_remark_says_by_whom",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.article or '–'}"


class LegalTranslation(models.Model):
    """A version in another language; the French text prevails. Frozen with its version."""

    class Language(models.TextChoices):
        ENGLISH = "en", "English"

    version = models.ForeignKey(LegalVersion, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(_("language"), max_length=5, choices=Language.choices)
    title = models.CharField(_("title"), max_length=160)
    preamble = models.TextField(_("preamble"), blank=True)
    summary = models.TextField(_("summary"), blank=True)
    # As the version's own, in the same order, each with `source`: SHA-256 of the French article it was made from.
    articles = models.JSONField(_("articles"), default=list)
    translator = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("language version")
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="one_translation_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.version} ({self.language})"

    def get_absolute_url(self) -> str:
        return reverse("legal:translation", args=[self.version.document.slug, self.version.number, self.language])


class OperatorValue(AppendOnlyModel):
    """A fact of the operator that texts name, from a date on; the latest one that has begun is in force."""

    name = models.CharField(_("name"), max_length=40, help_text="one of legal.variables")
    value = models.CharField(_("value"), max_length=300)
    valid_from = models.DateTimeField(_("in force from"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("fact of the operator")
        ordering = ["name", "-valid_from", "-pk"]
        indexes = [models.Index(fields=["name", "-valid_from", "-id"], name="operator_value_in_force")]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"
