"""Each reading of a person's file by staff is logged with its reason (specification §1)."""

from django.conf import settings
from django.db import models

from common.models.evidence import AppendOnlyModel


class ReadingLog(AppendOnlyModel):
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=120, help_text="app_label.Model:pk of the file that was read")
    reason = models.CharField(max_length=300)
    read_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "-read_at"])]

    def __str__(self) -> str:
        return f"{self.subject} at {self.read_at:%Y-%m-%d %H:%M}"
