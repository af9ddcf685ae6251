"""Sealing again, with the first of `FIELD_KEYS`, what older keys sealed: in batches, beside a site that goes on.

Nothing is noted elsewhere: what the first key opens is done. Killed at any point, it is run again and goes on. A value that
somebody changed meanwhile is left to them: the site writes with the first key already.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from cryptography.fernet import InvalidToken
from django.core.files.storage import Storage, storages
from django.db import connection, transaction

from common import crypto
from common.sealed import Sealed, sealed_fields
from common.sealed_files import DamagedFile, SealedFileStorage

BATCH = 200


class Step(NamedTuple):
    """After a batch: whose it was, how many were looked at and sealed again so far, and what no key opens."""

    what: str
    seen: int
    done: int
    lost: list[str]


def rotate() -> Iterator[Step]:
    for sealed in sealed_fields:
        yield from _column(sealed)
    yield from _files(storages["private"])


def _column(sealed: Sealed) -> Iterator[Step]:
    last, seen, done = None, 0, 0
    while True:
        rows = sealed.rows.order_by("pk").values_list("pk", sealed.field)
        batch = list((rows.filter(pk__gt=last) if last is not None else rows)[:BATCH])
        if not batch:
            break
        lost: list[str] = []
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Evidence that is frozen lets its sealed column be sealed again, and nothing else, while this says so.
                cursor.execute("select set_config('field_keys.rotating', 'on', true)")
            for pk, value in batch:
                if all(crypto.is_current(token) for token in sealed.tokens(value)):
                    continue
                try:
                    fresh = _again(sealed, value)
                except InvalidToken:
                    lost.append(f"{sealed.model} {pk}: {sealed.field}")
                    continue
                done += sealed.rows.filter(pk=pk, **{sealed.field: value}).update(**{sealed.field: fresh})
        last, seen = batch[-1][0], seen + len(batch)
        yield Step(f"{sealed.model}.{sealed.field}", seen, done, lost)


def _again(sealed: Sealed, value: Any) -> Any:
    if not sealed.inside:
        return _fresh(value)
    changed = json.loads(json.dumps(value))
    for name in sealed.inside:
        part = changed.get(name)
        if part:
            changed[name] = [_fresh(token) for token in part] if isinstance(part, list) else _fresh(part)
    return changed


def _fresh(token: str) -> str:
    return crypto.encrypt(crypto.decrypt(token))


def _files(storage: Storage) -> Iterator[Step]:
    if not isinstance(storage, SealedFileStorage):
        return
    seen = done = 0
    for name in storage.names():
        lost: list[str] = []
        try:
            if not storage.is_current(name):
                storage.seal_again(name)
                done += 1
        except FileNotFoundError:
            continue  # deleted meanwhile
        except (InvalidToken, DamagedFile):
            lost.append(f"file {name}")
        seen += 1
        yield Step("private files", seen, done, lost)
