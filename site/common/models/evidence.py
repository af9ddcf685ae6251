"""Evidence: rows that are only ever added, and chains of them that can be verified.

A chained row holds a *commitment* (a salted digest) and the hash of the row before it. What identifies a person stands in a
side row together with the salt: destroying the side row leaves the chain valid and the commitment meaningless.
"""

import hashlib
from typing import Any, NoReturn

from django.db import connection, models, transaction

GENESIS = "0" * 64


class AppendOnlyViolation(RuntimeError):
    """A row of evidence was about to be changed or deleted."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyViolation(f"{self.model.__name__} rows are never changed")

    def delete(self) -> NoReturn:
        raise AppendOnlyViolation(f"{self.model.__name__} rows are never deleted")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyViolation(f"{self.model.__name__} rows are never changed")


class AppendOnlyModel(models.Model):
    """Refuses updates and deletions in Python; `append_only_trigger` (below) refuses them in the database too."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyViolation(f"{type(self).__name__} rows are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyViolation(f"{type(self).__name__} rows are never deleted")


class ChainedEvidence(AppendOnlyModel):
    """`hash` = SHA-256(previous_hash, sequence, recorded_at, commitment): one changed byte breaks every later row."""

    sequence = models.PositiveBigIntegerField(unique=True, editable=False)
    recorded_at = models.DateTimeField(editable=False)
    commitment = models.CharField(max_length=64, editable=False)
    previous_hash = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        abstract = True

    def expected_hash(self) -> str:
        text = "\n".join([self.previous_hash, str(self.sequence), self.recorded_at.isoformat(), self.commitment])
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def append(cls, *, commitment: str, recorded_at: Any, **fields: Any) -> "ChainedEvidence":
        """Add a row at the end of the chain; concurrent writers wait for one another."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [cls._meta.db_table])
            last = cls.objects.order_by("-sequence").first()
            row = cls(
                sequence=(last.sequence + 1) if last else 1,
                recorded_at=recorded_at,
                commitment=commitment,
                previous_hash=last.hash if last else GENESIS,
                **fields,
            )
            row.hash = row.expected_hash()
            row.save(force_insert=True)
            return row

    @classmethod
    def broken_links(cls) -> list[int]:
        """Sequence numbers whose hash, predecessor or number does not fit; empty when the chain is whole."""
        broken, previous, expected = [], GENESIS, 1
        for row in cls.objects.order_by("sequence").iterator():
            if row.previous_hash != previous or row.hash != row.expected_hash() or row.sequence != expected:
                broken.append(row.sequence)
            previous, expected = row.hash, row.sequence + 1
        return broken
