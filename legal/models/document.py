"""Legal documents and their versions. A published version is frozen: a database trigger refuses any later change."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalDocument(models.Model):
    class Kind(models.TextChoices):
        CGU = "cgu", _("Terms of use")
        PRIVACY = "privacy", _("Privacy policy")
        NOTICE = "notice", _("Legal mentions")
        CONTRACT = "contract", _("Practitioner contract")
        DPA = "dpa", _("Data protection agreement")
        MANDATE = "mandate", _("Collection and billing mandates")
        COOKIES = "cookies", _("Cookie policy")
        REVIEWS = "reviews", _("Review rules")
        PRACTITIONER_TERMS = "practitioner-terms", _("Practitioner's terms of sale")
        PRACTITIONER_PRIVACY = "practitioner-privacy", _("Practitioner's privacy policy")

    kind = models.CharField(max_length=24, choices=Kind.choices)
    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=160)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="legal_documents",
        help_text="the practitioner whose document it is; empty for the operator's",
    )

    class Meta:
        verbose_name = _("legal document")
        verbose_name_plural = _("legal documents")
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=models.Q(owner=None), name="one_operator_document_a_kind"),
            models.UniqueConstraint(fields=["kind", "owner"], name="one_document_a_kind_and_owner"),
        ]

    def __str__(self) -> str:
        return self.title


class LegalVersion(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        PUBLISHED = "published", _("Published")

    class Mode(models.TextChoices):
        INFORM = "inform", _("Inform")
        ACCEPT = "accept", _("Ask to accept")
        NOTICE = "notice", _("Ask to accept after a notice period")

    document = models.ForeignKey(LegalDocument, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    # [{"key": "objet", "title": "Objet", "body": "paragraphs separated by a blank line", "why": "reason of the change"}]
    articles = models.JSONField(default=list)
    summary = models.TextField(blank=True, help_text=_("What changed, in plain words."))
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.INFORM)
    notice_days = models.PositiveSmallIntegerField(default=0)
    effective_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64, blank=True, editable=False, help_text="SHA-256 of the canonical text")

    class Meta:
        verbose_name = _("version of a legal document")
        verbose_name_plural = _("versions of legal documents")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_version_a_number"),
            models.CheckConstraint(
                condition=~models.Q(status="published")
                | (models.Q(published_at__isnull=False, effective_at__isnull=False) & ~models.Q(content_hash="")),
                name="published_versions_are_dated_and_hashed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} – v{self.number}"
