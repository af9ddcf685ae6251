"""What the prepared state was made from, to prepare again only when that changed."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

ROOTS = ("booking", "legal", "practitioners", "search", "site", "templates", "locale", "requirements")
SUFFIXES = {".py", ".po", ".css", ".js", ".svg", ".tsv", ".gz", ".txt", ".json", ".md"}


class Fingerprint:
    """Names, sizes and times of the files that are prepared from, the day (agendas start today) and the database."""

    def __init__(self, stamp: Path, root: Path, database: str) -> None:
        self.stamp, self.root = stamp, root
        # The port changes with each start; the database's name does not.
        self.database = database.rpartition("/")[2]

    def is_current(self) -> bool:
        return self.stamp.exists() and self.stamp.read_text() == self.compute()

    def remember(self) -> None:
        self.stamp.write_text(self.compute())

    def _files(self) -> Iterator[Path]:
        for name in ROOTS:
            for path in sorted((self.root / name).rglob("*")):
                if path.suffix in SUFFIXES and path.is_file():
                    yield path

    def compute(self) -> str:
        digest = hashlib.sha256(f"{dt.date.today()} {self.database}".encode())
        for path in self._files():
            state = path.stat()
            digest.update(f"{path} {state.st_size} {state.st_mtime_ns}".encode())
        return digest.hexdigest()
