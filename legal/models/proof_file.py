"""Proof files (L5): which were made, by whom, why and of what; the archive itself goes to who asked and is not kept."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import ChainedEvidence


class ProofFile(ChainedEvidence):
    """One archive. `commitment` is the SHA-256 of its manifest: whoever holds it can be told whether it is the one made here."""

    reference = models.CharField(_("number"), max_length=12, unique=True)
    kind = models.CharField(_("about"), max_length=20)
    object_id = models.PositiveBigIntegerField()
    object_label = models.CharField(_("what"), max_length=60, help_text="a reference; nothing that names a person")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    parts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("proof file")
        verbose_name_plural = _("proof files")
        ordering = ["-sequence"]

    def __str__(self) -> str:
        return self.reference

    def chained_facts(self) -> list[str]:
        return [self.reference, self.kind, str(self.object_id), self.object_label, str(self.made_by_id)]


class ProofFileReason(models.Model):
    """Why it was made: words of a dispute, which end with the retention."""

    proof_file = models.OneToOneField(ProofFile, primary_key=True, on_delete=models.PROTECT, related_name="why")
    text = models.CharField(_("reason"), max_length=300)

    def __str__(self) -> str:
        return str(self.proof_file_id)
