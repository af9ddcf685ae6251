"""Sentences that the verification team writes often, kept by the team itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedReply(models.Model):
    title = models.CharField(_("title"), max_length=80, unique=True)
    text = models.TextField(_("text"), max_length=2000, help_text=_("The practitioner reads it: say what to do."))

    class Meta:
        verbose_name = _("saved reply")
        verbose_name_plural = _("saved replies")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
