"""A file of clients between its upload and its confirmation; its text is forgotten once applied, or after a day."""

from django.db import models

from practitioners.models import Practitioner


class ClientImport(models.Model):
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="client_imports")
    text = models.TextField(blank=True, help_text="the file, decoded; empty once applied")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file's bytes")
    encoding = models.CharField(max_length=12)
    delimiter = models.CharField(max_length=1)
    columns = models.JSONField(
        default=list, help_text="for each column of the file, the field it fills or an empty text"
    )
    has_heading = models.BooleanField(default=True)
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    skipped_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.uploaded_at:%Y-%m-%d %H:%M}"
