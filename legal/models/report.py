"""Reports of content or conduct (V3). The reported object is anything an app registered in `legal.reportables`."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Report(models.Model):
    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        ASSIGNED = "assigned", _("Assigned")
        DECIDED = "decided", _("Decided")

    class Decision(models.TextChoices):
        KEEP = "keep", pgettext_lazy("moderation", "Keep")
        SUSPEND = "suspend", pgettext_lazy("moderation", "Suspend")
        DELETE = "delete", pgettext_lazy("moderation", "Delete")

    class Ground(models.TextChoices):
        OFFENSIVE = "offensive", _("Insulting, hateful, threatening or violent")
        FALSE = "false", _("False or misleading")
        DEFAMATORY = "defamatory", _("Defamatory")
        OBSCENE = "obscene", _("Obscene or pornographic")
        MEDICAL = "medical", _("Medical promise or claim")
        PRIVACY = "privacy", _("Private life or personal data")
        RIGHTS = "rights", _("Counterfeit or rights of others")
        MINORS = "minors", _("Danger for a minor")
        CONDUCT = "conduct", _("Abusive or criminal conduct")
        ABSENCE = "absence", _("Appointments not honoured")
        CIRCUMVENTION = "circumvention", _("Goes round the platform")
        OTHER = "other", _("Something else that is against the law or the rules")

    reference = models.CharField(_("reference"), max_length=12, unique=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    subject_label = models.CharField(
        _("reported"), max_length=200, help_text="how the object was called when it was reported"
    )
    ground = models.CharField(_("ground"), max_length=20, choices=Ground.choices)
    text = models.TextField(_("what is wrong"), max_length=5000)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reporter_email = models.EmailField(_("reporter's e-mail"))
    received_at = models.DateTimeField(_("received on"))
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.RECEIVED)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True, help_text=_("Sent to both sides."))
    rule = models.CharField(
        _("rule"), max_length=200, blank=True, help_text=_("Document, version and article that the decision cites.")
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = pgettext_lazy("moderation", "report")
        verbose_name_plural = pgettext_lazy("moderation", "reports")
        ordering = ["received_at"]
        indexes = [models.Index(fields=["content_type", "object_id"])]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="decided")
                | (
                    ~models.Q(decision="")
                    & ~models.Q(reason="")
                    & ~models.Q(rule="")
                    & models.Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="a_decision_has_its_reason",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_decided(self) -> bool:
        return self.status == self.Status.DECIDED
