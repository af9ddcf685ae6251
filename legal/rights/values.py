"""What one row says to its person: each field in a form that JSON and a reader take, its files put aside."""

import base64
import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath
from typing import Any
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.core.files.base import File
from django.db import models
from wagtail.blocks import StreamValue
from wagtail.images.models import AbstractImage

from common.personal_rows import Person, Way
from legal.rights import names as words

# What is longer in a column of bytes is put in a file of its own.
_SHORT = 256
UNREADABLE = "illisible : la clé qui le protégeait a été détruite"
# A copy holds what is stored, and no file that would fill the disk.
LARGEST = 100 * 1024 * 1024


@dataclass
class Kept:
    """The files met while reading rows: name in the archive → content."""

    add: Callable[[str, bytes], None]
    sums: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, content: bytes) -> str:
        path = f"fichiers/{len(self.sums) + 1:04}-{PurePath(name).name[-60:] or 'fichier'}"
        self.sums[path] = hashlib.sha256(content).hexdigest()
        self.add(path, content)
        return path


def row_key(pk: object, way: Way) -> str:
    """The key of a row; of one whose key is a secret (a session), its fingerprint."""
    if way.trail.secret_key:
        return hashlib.sha256(str(pk).encode()).hexdigest()[:16]
    return str(pk)


def row_facts(row: models.Model, way: Way, person: Person, files: Kept | None) -> dict[str, Any]:
    """`key`, `fields` (bound by the register and the person's), `context`; without `files`, a file is only named."""
    facts: dict[str, Any] = {
        "key": row_key(row.pk, way),
        "fields": {name: _value(row, name, person, files) for name in way.given},
        "context": {name: _value(row, name, person, files) for name in way.trail.also},
    }
    for name, read in way.trail.reads:
        try:
            facts["context"][name] = read(row)
        except InvalidToken:
            # Its key is gone for good: nobody reads it any more, and the copy says so.
            facts["context"][name] = UNREADABLE
    return facts


def labels(model: str, names: tuple[str, ...]) -> dict[str, str]:
    """How the fields are called, in the language of the reader."""
    meta = apps.get_model(model)._meta
    return {name: words.of_column(meta.get_field(name), name) for name in names}


def _value(row: models.Model, name: str, person: Person, files: Kept | None) -> Any:
    found = row._meta.get_field(name)
    if found.many_to_many:
        return [_other(each, person) for each in getattr(row, name).all()]
    value = getattr(row, name)
    if value is None:
        return None
    if isinstance(found, models.FileField):
        return _file(value, files) if value else None
    if isinstance(value, AbstractImage):
        return _file(value.file, files)
    if isinstance(value, models.Model):
        return _other(value, person)
    if isinstance(found, models.Field) and found.choices:
        return str(dict(found.flatchoices).get(value, value))
    return _plain(value, files)


def _plain(value: Any, files: Kept | None) -> Any:
    if isinstance(value, StreamValue):
        return list(value.get_prep_value())
    if isinstance(value, (bytes, memoryview)):
        content = bytes(value)
        if len(content) <= _SHORT:
            return base64.b64encode(content).decode()
        name = "document.pdf" if content.startswith(b"%PDF") else "document.bin"
        return files.put(name, content) if files else name
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, (str, int, float, bool, list, dict)):
        return value
    if isinstance(value, (dt.date, dt.time, dt.timedelta, Decimal, UUID)):
        return str(value)
    return str(value)


def _other(value: models.Model, person: Person) -> str:
    """Another row: what it is and its number. People are named only where their name is public, or one's own."""
    label = value._meta.label
    if label == settings.AUTH_USER_MODEL:
        return "vous" if value.pk == person.key else "une autre personne"
    if label in {"practitioners.Practitioner", "places.Commune", "practitioners.Practice"}:
        return str(value)
    return f"{words.of_rows(type(value))} n° {value.pk}"


def _file(value: "File[Any]", files: Kept | None) -> str | None:
    name = PurePath(value.name or "").name
    if files is None:
        return name
    if not value.storage.exists(value.name):  # type: ignore[attr-defined]
        return f"{name} (ce fichier n’existe plus)"
    if value.size > LARGEST:
        return f"{name} (trop lourd pour cette copie\u00a0: demandez-le-nous)"
    with value.storage.open(value.name) as opened:  # type: ignore[attr-defined]
        return files.put(name, opened.read())
