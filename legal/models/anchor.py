"""Each day's head of the chain, published: what was noted down outside cannot be rewritten or cut off unseen."""

import datetime as dt
import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import AppendOnlyModel


class DailyAnchor(AppendOnlyModel):
    """The links added since the anchor before it, and every text published so far, under one hash. No personal data."""

    day = models.DateField(_("day"), unique=True)
    made_at = models.DateTimeField()
    first = models.PositiveBigIntegerField(help_text="number of its first link; `last` + 1 when the day added none")
    last = models.PositiveBigIntegerField(help_text="number of the last link of the chain, 0 when there is none")
    head = models.CharField(max_length=64, help_text="hash of the last link")
    root = models.CharField(max_length=64, help_text="root of the tree of its links, see legal.tree")
    others = models.TextField(
        default="",
        help_text="heads of the other chains (consents, certificates…): `model:last:hash`, one space between",
    )
    texts = models.CharField(max_length=64, help_text="SHA-256 of the fingerprints of every published text")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("anchor")
        verbose_name_plural = _("anchors")
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()

    def stated(self) -> str:
        """The text under its hash: one fact a line. The second form has one more, the other chains."""
        moment = self.made_at.astimezone(dt.UTC).isoformat()
        form = "anchor/2" if self.others else "anchor/1"
        facts = [form, self.day.isoformat(), moment, str(self.first), str(self.last), self.head, self.root]
        return "\n".join([*facts, self.texts, self.previous_hash, *([self.others] if self.others else [])])

    def expected_hash(self) -> str:
        return hashlib.sha256(self.stated().encode()).hexdigest()


class AnchorTimestamp(AppendOnlyModel):
    """What a time-stamping authority (RFC 3161) answered for an anchor."""

    anchor = models.OneToOneField(DailyAnchor, on_delete=models.PROTECT, related_name="timestamp")
    authority = models.CharField(max_length=200)
    stamped_at = models.DateTimeField(help_text="as the authority says")
    token = models.BinaryField(help_text="the whole answer, DER")

    class Meta:
        verbose_name = _("time stamp")

    def __str__(self) -> str:
        return f"{self.anchor}: {self.authority}"
