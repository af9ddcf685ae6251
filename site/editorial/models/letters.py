"""What the editors send to those who asked for it: written, seen, sent to oneself, then sent for good and frozen."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.fields import RichTextField

from legal.models.consent import MAILS, Topic

FEATURES = ["h2", "bold", "ol", "ul", "link"]


class Letter(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("letter", "draft")
        SENDING = "sending", pgettext_lazy("letter", "being sent")
        SENT = "sent", pgettext_lazy("letter", "sent")

    topic = models.CharField(
        _("sent to those who asked for"),
        max_length=12,
        choices=[(each.value, each.label) for each in MAILS],
        default=Topic.NEWSLETTER,
    )
    subject = models.CharField(_("subject"), max_length=120)
    opening = models.CharField(
        _("first line"), max_length=160, help_text=_("Shown by mailboxes beside the subject, and under the title.")
    )
    body = RichTextField(_("content"), features=FEATURES)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(_("written on"))
    tested_at = models.DateTimeField(null=True, help_text="when it was last sent to who writes it, as it stands")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField(null=True)
    told_until = models.PositiveBigIntegerField(default=0, help_text="the last subscription written to")
    count = models.PositiveIntegerField(_("written to"), default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-updated_at", "-pk"]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT
