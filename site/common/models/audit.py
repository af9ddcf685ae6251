"""Each reading of a person's file by staff, and each export of people, is kept with its reason (specification §1)."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models.evidence import AppendOnlyModel

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class ReadingLog(AppendOnlyModel):
    class Act(models.TextChoices):
        READ = "read", pgettext_lazy("access", "Read")
        EXPORT = "export", pgettext_lazy("access", "Exported")
        DISCLOSE = "disclose", pgettext_lazy("access", "Disclosed to an authority")

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="whose data; none when the person has no account",
    )
    role = models.CharField(max_length=120, default="", help_text="groups of the reader at that moment")
    kind = models.CharField(max_length=40, default="", help_text="key of common.access.kinds")
    act = models.CharField(max_length=10, choices=Act.choices, default=Act.READ)
    subject = models.CharField(max_length=120, help_text="app_label.Model:pk of the file that was read")
    reason = models.CharField(max_length=300)
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-read_at"]),
            models.Index(fields=["person", "-read_at"], name="readings_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.read_at:%Y-%m-%d %H:%M}"


def export_reference() -> str:
    return "X-" + "".join(secrets.choice(_ALPHABET) for _ in range(10))


class ExportRecord(AppendOnlyModel):
    """A file of people that left the site: its number is written in the file itself, on each line."""

    reference = models.CharField(_("number"), max_length=14, unique=True, default=export_reference)
    exporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("exported by")
    )
    role = models.CharField(max_length=120, default="")
    kind = models.CharField(_("what"), max_length=40)
    subject = models.CharField(max_length=200, help_text="the list, and what it was filtered by")
    format = models.CharField(_("format"), max_length=10)
    reason = models.CharField(_("reason"), max_length=300)
    exported_at = models.DateTimeField(_("exported on"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("access", "export")
        verbose_name_plural = pgettext_lazy("access", "exports")
        ordering = ["-exported_at"]

    def __str__(self) -> str:
        return self.reference
