"""Legal documents and their versions. A published version is frozen: a database trigger refuses any later change."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.urls import reverse
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
        RANKING = "ranking", _("Ranking of the results")
        SUBPROCESSORS = "subprocessors", _("List of sub-processors")
        ETHICS = "ethics", _("Ethics charter")
        STRUCTURES = "structures", _("Terms of the structures’ plan")
        PRACTITIONER_TERMS = "practitioner-terms", _("Practitioner's terms of sale")
        PRACTITIONER_PRIVACY = "practitioner-privacy", _("Practitioner's privacy policy")

    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    slug = models.SlugField(max_length=100, unique=True, help_text="permanent address: /documents/<slug>/")
    title = models.CharField(_("title"), max_length=160)
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
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(owner=None), name="one_operator_document_a_kind"
            ),
            models.UniqueConstraint(fields=["kind", "owner"], name="one_document_a_kind_and_owner"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("legal:document", args=[self.slug])


class LegalVersionQuerySet(models.QuerySet["LegalVersion"]):
    def published(self) -> "LegalVersionQuerySet":
        return self.filter(status=LegalVersion.Status.PUBLISHED)

    def in_force(self, now: dt.datetime | models.Expression) -> "LegalVersionQuerySet":
        """Published and effective at `now`; the first by number is the one in force, the others are archived."""
        return self.published().filter(effective_at__lte=now)


class LegalVersion(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        APPROVED = "approved", _("Approved")
        SCHEDULED = "scheduled", _("Scheduled")
        PUBLISHED = "published", _("Published")

    class Mode(models.TextChoices):
        """What is asked of those who accepted an earlier version, from the mildest to the strongest."""

        INFORM = "inform", _("Inform")
        ACCEPT = "accept", _("Ask to accept")
        NOTICE = "notice", _("Ask to accept after a notice period")

    document = models.ForeignKey(LegalDocument, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=160, help_text=_("As printed on this version; frozen with it."))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    preamble = models.TextField(_("preamble"), blank=True)
    # [{"key": "objet", "title": "Objet", "body": "paragraphs separated by a blank line", "why": "reason of the change"}]
    articles = models.JSONField(_("articles"), default=list)
    summary = models.TextField(_("summary"), blank=True, help_text=_("What changed, in plain words."))
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices, default=Mode.INFORM)
    notice_days = models.PositiveSmallIntegerField(_("notice (days)"), default=0)
    effective_at = models.DateTimeField(_("in force from"), null=True, blank=True)
    published_at = models.DateTimeField(_("published on"), null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    contributors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="+",
        help_text="everyone who wrote in the draft: none of them may publish it",
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="who read it again and approved it; never one of those who wrote it",
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="who published it; neither one of those who wrote it nor who reviewed it",
    )
    publish_at = models.DateTimeField(_("published by itself on"), null=True, blank=True)
    # Facts of the operator that the text names as {variables}, as they were when it was published.
    values = models.JSONField(default=dict, blank=True, editable=False)
    content_hash = models.CharField(
        max_length=64, blank=True, editable=False, help_text="SHA-256 of the canonical text"
    )

    objects = LegalVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a legal document")
        verbose_name_plural = _("versions of legal documents")
        ordering = ["-number"]
        permissions = [("publish_legalversion", "Can publish a version written by someone else")]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_version_a_number"),
            models.UniqueConstraint(
                fields=["document"], condition=~models.Q(status="published"), name="one_unpublished_version_a_document"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="published")
                | (models.Q(published_at__isnull=False, effective_at__isnull=False) & ~models.Q(content_hash="")),
                name="published_versions_are_dated_and_hashed",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewer__isnull=True)
                | models.Q(approver__isnull=True)
                | ~models.Q(reviewer=models.F("approver")),
                name="who_publishes_did_not_review",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="scheduled")
                | models.Q(publish_at__isnull=False, effective_at__isnull=False, approver__isnull=False),
                name="a_scheduled_version_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} – v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("legal:version", args=[self.document.slug, self.number])

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    def applies(self, now: dt.datetime) -> bool:
        """Published and effective at `now`, even when a later version has replaced it since."""
        return self.is_published and self.effective_at is not None and self.effective_at <= now

    def is_coming(self, now: dt.datetime) -> bool:
        return self.is_published and not self.applies(now)

    @property
    def asks_to_accept(self) -> bool:
        return self.mode in {self.Mode.ACCEPT, self.Mode.NOTICE}


class VersionNotice(models.Model):
    """That those concerned by a version were written to, so that the sweep does it once for each moment."""

    class Moment(models.TextChoices):
        ANNOUNCED = "announced", _("Announced")
        IN_FORCE = "in_force", _("In force")

    version = models.ForeignKey(LegalVersion, on_delete=models.PROTECT, related_name="notices")
    moment = models.CharField(max_length=10, choices=Moment.choices)
    queued_at = models.DateTimeField()
    count = models.PositiveIntegerField(help_text="how many messages were queued")
    # Batches: people are told in the order of their keys, each batch going on after the last one.
    told_until = models.PositiveBigIntegerField(default=0, help_text="key of the last person told")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "moment"], name="a_notice_once_a_moment")]

    def __str__(self) -> str:
        return f"{self.version}: {self.moment}"
