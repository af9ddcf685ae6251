"""Reports of content or conduct (V3). The reported object is anything an app registered as reportable."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class Report(models.Model):
    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        ASSIGNED = "assigned", _("Assigned")
        DECIDED = "decided", _("Decided")

    class Decision(models.TextChoices):
        KEEP = "keep", _("Keep")
        SUSPEND = "suspend", _("Suspend")
        DELETE = "delete", _("Delete")

    reference = models.CharField(max_length=12, unique=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    subject_label = models.CharField(max_length=200, help_text="how the object was called when it was reported")
    ground = models.CharField(max_length=40)
    text = models.TextField(max_length=5000)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reporter_email = models.EmailField()
    received_at = models.DateTimeField()
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    reason = models.TextField(blank=True, help_text=_("Sent to both sides."))
    rule = models.CharField(max_length=200, blank=True, help_text=_("Document, version and article that the decision cites."))
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["received_at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="decided") | (~models.Q(decision="") & ~models.Q(reason="")),
                name="a_decision_has_its_reason",
            )
        ]

    def __str__(self) -> str:
        return self.reference
