"""The private storage: what is written there is sealed with `FIELD_KEYS`, so that a copy of the disk shows no document.

A file is `SEALED/1`, then pieces of at most a megabyte, each a token that begins with its number and says whether it is the last
one: a piece cut off, moved or repeated is seen. A file from before, in clear, is read as it stands and sealed by the next
`rotate_field_keys`.
"""

import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from common import crypto

MARK = b"SEALED/1\n"
PIECE = 1024 * 1024
BEING_WRITTEN = ".sealing-"


def private_storage() -> Storage:
    """The storage of a private field, which `legal.data_map` knows it by: where each setting puts it, sealed in production."""
    return storages["private"]


class DamagedFile(OSError):
    """A sealed file whose pieces do not follow one another to the last."""


class SealedFileStorage(FileSystemStorage):
    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError("sealed files are written whole")
        with open(self.path(name), "rb") as stored:
            return File(io.BytesIO(b"".join(unsealed(stored))), name=name)

    def _save(self, name: str, content: Any) -> str:
        return super()._save(name, _Sealing(content, name))  # type: ignore[misc]

    def size(self, name: str) -> int:
        """Of what was given, not of what is stored."""
        with open(self.path(name), "rb") as stored:
            return sum(len(piece) for piece in unsealed(stored))

    def names(self) -> Iterator[str]:
        """Every file, one at a time, whether a row knows it or not."""
        for folder, folders, files in os.walk(self.location):
            folders.sort()
            for file in sorted(files):
                if file.startswith(BEING_WRITTEN):  # a rotation died in the middle of it
                    Path(folder, file).unlink(missing_ok=True)
                else:
                    yield str(Path(folder, file).relative_to(self.location))

    def is_current(self, name: str) -> bool:
        """Sealed, and by the first key: pieces of one file have one key, since it is written whole."""
        with open(self.path(name), "rb") as stored:
            if stored.read(len(MARK)) != MARK:
                return False
            return all(crypto.is_current(token) for token in _tokens(stored))

    def seal_again(self, name: str) -> None:
        """With the first key, in one step: whoever reads meanwhile reads the old file or the new one."""
        path = Path(self.path(name))
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=BEING_WRITTEN)
        try:
            with os.fdopen(handle, "wb") as written, open(path, "rb") as stored:
                written.writelines(sealed(unsealed(stored)))
                written.flush()
                os.fsync(written.fileno())
            os.chmod(beside, path.stat().st_mode & 0o777)
            os.replace(beside, path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise


class _Sealing(File):
    """What Django writes piece by piece."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        content: Any = self.file
        if hasattr(content, "seek"):
            content.seek(0)
        given = content.chunks() if hasattr(content, "chunks") else iter(lambda: content.read(PIECE), b"")
        yield from sealed(piece if isinstance(piece, bytes) else piece.encode() for piece in given)


def sealed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of the sealed file."""
    yield MARK
    number, waiting = 0, b""
    for piece in pieces:
        waiting += piece
        while len(waiting) > PIECE:
            yield _written(number, waiting[:PIECE], last=False)
            number, waiting = number + 1, waiting[PIECE:]
    yield _written(number, waiting, last=True)


def unsealed(stored: BinaryIO) -> Iterator[bytes]:
    """What was given, piece by piece."""
    if stored.read(len(MARK)) != MARK:
        stored.seek(0)
        yield from iter(lambda: stored.read(PIECE), b"")
        return
    last = False
    for number, token in enumerate(_tokens(stored)):
        content = crypto.decrypt_bytes(token)
        if last or int.from_bytes(content[:8], "big") != number:
            raise DamagedFile("a piece is not in its place")
        last = content[8:9] == b"\x01"
        yield content[9:]
    if not last:
        raise DamagedFile("the end is missing")


def _written(number: int, content: bytes, *, last: bool) -> bytes:
    token = crypto.encrypt_bytes(number.to_bytes(8, "big") + (b"\x01" if last else b"\x00") + content)
    return len(token).to_bytes(4, "big") + token


def _tokens(stored: BinaryIO) -> Iterator[bytes]:
    while length := stored.read(4):
        yield stored.read(int.from_bytes(length, "big"))
