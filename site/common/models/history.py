"""Seals of history: each night, the fingerprints of the rows that were added, chained. See common.history."""

import datetime as dt
import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models

from common.models.evidence import AppendOnlyModel

# In `entries`: the row's key, then the SHA-256 of what it states.
KEY_BYTES, DIGEST_BYTES = 8, 32
ENTRY_BYTES = KEY_BYTES + DIGEST_BYTES


class HistorySeal(AppendOnlyModel):
    """The rows of `table` whose key is from `first` to `last`, as they were. It holds digests, and nothing of a person."""

    number = models.PositiveBigIntegerField(unique=True)
    made_at = models.DateTimeField()
    table = models.CharField(max_length=63)
    columns = ArrayField(models.CharField(max_length=63), help_text="what the digests cover, in this order")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    count = models.PositiveIntegerField()
    entries = models.BinaryField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["table", "-last"], name="seals_of_a_table")]

    def __str__(self) -> str:
        return f"#{self.number} {self.table} {self.first}–{self.last}"

    def expected_hash(self) -> str:
        moment = self.made_at.astimezone(dt.UTC).isoformat()
        entries = hashlib.sha256(bytes(self.entries)).hexdigest()
        facts = [str(self.number), moment, self.table, ",".join(self.columns), str(self.first), str(self.last)]
        parts = ["history/1", *facts, str(self.count), entries, self.previous_hash]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
