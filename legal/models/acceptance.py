"""Who accepted which version, when and how: a chain of commitments, with what identifies a person apart (see common.models.evidence)."""

import datetime as dt
import hashlib
import json

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import ChainedEvidence
from legal.models.document import LegalVersion


class Acceptance(ChainedEvidence):
    """One link. Which version, and whether it was accepted or refused, are public facts under the row's hash."""

    version = models.ForeignKey(
        LegalVersion, on_delete=models.PROTECT, related_name="acceptances", verbose_name=_("version")
    )
    refused = models.BooleanField(_("refused"), default=False)

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"#{self.sequence}"

    def chained_facts(self) -> list[str]:
        return [str(self.version_id), "refused" if self.refused else "accepted"]


class AcceptanceDetail(models.Model):
    """What identifies the person; destroyed on erasure, which leaves the chain valid. Never changed."""

    acceptance = models.OneToOneField(Acceptance, on_delete=models.PROTECT, related_name="detail")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="acceptances")
    box_text = models.TextField(help_text="the exact text of the box that was ticked")
    page = models.CharField(max_length=300)
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)
    proved = models.BooleanField(
        default=True,
        help_text="the person was signed in, or the account was made on the way; otherwise an address was typed",
    )
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"detail of #{self.acceptance.sequence}"

    def committed_text(self, *, version: LegalVersion, refused: bool, recorded_at: dt.datetime) -> str:
        """The canonical JSON under the commitment: sorted keys, no spaces, UTF-8."""
        facts = {
            "agent": self.agent,
            "box_text": self.box_text,
            "ip": self.ip,
            "page": self.page,
            "person": self.user_id,
            "proved": self.proved,
            "recorded_at": recorded_at.astimezone(dt.UTC).isoformat(),
            "refused": refused,
            "version": version.content_hash,
        }
        return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def expected_commitment(self, *, version: LegalVersion, refused: bool, recorded_at: dt.datetime) -> str:
        """SHA-256 of the salt, a line feed and the canonical JSON."""
        text = self.committed_text(version=version, refused=refused, recorded_at=recorded_at)
        return hashlib.sha256(f"{self.salt}\n{text}".encode()).hexdigest()
