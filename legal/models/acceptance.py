"""Who accepted which version, when and how: a chain of commitments, with what identifies a person apart (see common.models.evidence)."""

from django.conf import settings
from django.db import models

from common.models import ChainedEvidence
from legal.models.document import LegalVersion


class Acceptance(ChainedEvidence):
    """One link. `commitment` = SHA-256(salt, canonical JSON of the detail); the version is public and stays readable."""

    version = models.ForeignKey(LegalVersion, on_delete=models.PROTECT, related_name="acceptances")
    refused = models.BooleanField(default=False)

    class Meta:
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"#{self.sequence}"


class AcceptanceDetail(models.Model):
    """What identifies the person; destroyed on erasure, which leaves the chain valid."""

    acceptance = models.OneToOneField(Acceptance, on_delete=models.PROTECT, related_name="detail")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="acceptances")
    box_text = models.TextField(help_text="the exact text of the box that was ticked")
    page = models.CharField(max_length=300)
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"detail of #{self.acceptance.sequence}"
