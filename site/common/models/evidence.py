"""Evidence: rows that are only ever added, and chains of them that can be verified.

A chained row holds a *commitment* (a salted digest) and the hash of the row before it. What identifies a person stands in a
side row together with the salt: destroying the side row leaves the chain valid and the commitment meaningless.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn, Self

from django.db import connection, models, transaction

GENESIS = "0" * 64


class BrokenLink(NamedTuple):
    sequence: int
    reason: str


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
    """Refuses updates and deletions in Python; the triggers of `common.triggers` refuse them in the database too."""

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
    """`hash` = SHA-256(previous_hash, sequence, recorded_at in UTC, commitment, the row's own facts).

    One changed byte breaks the row, and a row removed, inserted or moved breaks the next one.
    """

    sequence = models.PositiveBigIntegerField(unique=True, editable=False)
    recorded_at = models.DateTimeField(editable=False)
    commitment = models.CharField(max_length=64, editable=False)
    previous_hash = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        abstract = True

    def chained_facts(self) -> list[str]:
        """What the row states besides the commitment. It stays readable for ever: nothing that identifies a person."""
        return []

    def expected_hash(self) -> str:
        moment = self.recorded_at.astimezone(dt.UTC).isoformat()
        parts = [self.previous_hash, str(self.sequence), moment, self.commitment, *self.chained_facts()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @classmethod
    def append(cls, *, commitment: str, recorded_at: dt.datetime, **fields: Any) -> Self:
        """Add a row at the end of the chain; concurrent writers wait for one another until they commit."""
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
    def broken_links(cls) -> Iterator["BrokenLink"]:
        """Each place where the chain does not hold, read in one pass with flat memory; nothing when it is whole."""
        previous, expected = GENESIS, 1
        for row in cls.objects.order_by("sequence").iterator(chunk_size=2000):
            if row.sequence != expected:
                yield BrokenLink(expected, f"missing: the next row is #{row.sequence}")
            elif row.previous_hash != previous:
                yield BrokenLink(row.sequence, "does not follow the row before it")
            if row.hash != row.expected_hash():
                yield BrokenLink(row.sequence, "was changed: its content does not give its hash")
            previous, expected = row.hash, row.sequence + 1
