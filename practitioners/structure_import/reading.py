"""The lines of a published file, plain, .gz or .zip, one at a time: a file of many gigabytes takes no more memory than a small one."""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

REPLACED = "\ufffd"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"


class UnreadableFile(Exception):
    """The file as a whole cannot be imported; the message says why, to whoever ran the command. Nothing was written."""


class BadLine(Exception):
    """This line is skipped and reported; `key` is the number of its establishment, where it can be read all the same."""

    def __init__(self, reason: str, key: str = "") -> None:
        super().__init__(reason)
        self.reason, self.key = reason, key


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of the file, or of the only CSV file in a .zip. Raises UnreadableFile, also while it is being read."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as stream:
                yield io.BufferedReader(stream, 1 << 18)  # type: ignore[type-var]
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive, archive.open(_only_csv(archive)) as stream:
                yield io.BufferedReader(stream, 1 << 18)  # type: ignore[type-var]
        else:
            with path.open("rb") as stream:
                yield stream
    except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile) as error:
        raise UnreadableFile(f"{path.name} is damaged or was cut short: {error}") from error
    except (NotImplementedError, RuntimeError) as error:
        if (
            isinstance(error, RuntimeError)
            and "password" not in str(error)
            and not isinstance(error, NotImplementedError)
        ):
            raise
        raise UnreadableFile(
            f"{path.name} is compressed or encrypted in a way that is not read here: {error}"
        ) from error
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror or error}") from error


def _only_csv(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    found = [each for each in archive.infolist() if each.filename.lower().endswith((".csv", ".txt"))]
    if len(found) != 1:
        names = ", ".join(each.filename for each in archive.infolist()[:5]) or "nothing"
        raise UnreadableFile(f"the archive must hold exactly one CSV file; it holds {names}")
    return found[0]


def lines(stream: IO[bytes], *, fallback: str | None) -> Iterator[str]:
    """Decoded one by one: UTF-8, else `fallback`, else with U+FFFD where it was unreadable, for the line to be refused by itself.

    Raises UnreadableFile when there is nothing in it, or UTF-16.
    """
    first = stream.readline()
    if not first.strip():
        raise UnreadableFile("the file is empty")
    if first.startswith(_UTF16):
        raise UnreadableFile("the file is in UTF-16; the published one is in UTF-8")
    yield _decoded(first.removeprefix(_BOM), fallback)
    for line in stream:
        yield _decoded(line, fallback)


def _decoded(line: bytes, fallback: str | None) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode(fallback or "utf-8", errors="replace")


def rows(text: Iterator[str], *, delimiter: str, quoting: int) -> Iterator[tuple[int, list[str] | None]]:
    """(number of the line, its fields); None for what is no CSV. Empty lines are passed over."""
    reader = csv.reader(text, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, None
            continue
        if row:
            yield reader.line_num, row
