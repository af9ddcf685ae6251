"""Stored files that go with their rows: noted in the same transaction, deleted after it, again by the next run if that was lost."""

import datetime as dt
from collections.abc import Iterable

from django.core.files.storage import storages
from django.db import transaction

from legal.models import FileToErase


def ask(*, storage: str, names: Iterable[str], now: dt.datetime) -> None:
    """Within the transaction that ends their rows."""
    rows = [FileToErase(storage=storage, name=name, asked_at=now) for name in names if name]
    FileToErase.objects.bulk_create(rows, ignore_conflicts=True)
    transaction.on_commit(erase_asked)


def erase_asked() -> int:
    """Delete the files asked for; how many. A file that is gone already is no error."""
    done = 0
    for row in FileToErase.objects.order_by("pk")[:5000]:
        storages[row.storage].delete(row.name)
        FileToErase.objects.filter(pk=row.pk).delete()
        done += 1
    return done
