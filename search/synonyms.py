"""The groups of synonyms that come with the software: `data/synonyms.txt`, written to be read and corrected by a person."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from common.text import fold
from search.models import SynonymGroup

FILE = Path(__file__).parent / "data" / "synonyms.txt"
SAMPLES = Path(__file__).parent / "data" / "sample-searches.txt"


@dataclass(frozen=True, slots=True)
class Shipped:
    """One line of the file. `key` says which group it is from one version of the software to the next."""

    key: str
    direction: str
    expressions: tuple[str, ...]
    also_finds: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """By which it is known whether somebody has changed the group since it was loaded."""
        return digest_of(self.direction, self.expressions, self.also_finds)


def digest_of(direction: str, expressions: tuple[str, ...], also_finds: tuple[str, ...]) -> str:
    text = "\n".join([direction, *expressions, "", *also_finds])
    return hashlib.sha256(text.encode()).hexdigest()


def read(text: str) -> list[Shipped]:
    """`a = b = c` mean the same; `a, b > c, d`: a and b also find c and d. Lines that begin with # are comments."""
    found = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        asked, also, finds = line.partition(">")
        expressions = _parts(asked, "," if also else "=")
        if not expressions or (also and not _parts(finds, ",")) or (not also and len(expressions) < 2):
            raise ValueError(f"line {number} is not a group: {line}")
        direction = SynonymGroup.Direction.ALSO if also else SynonymGroup.Direction.SAME
        found.append(Shipped(fold(expressions[0]), direction.value, expressions, _parts(finds, ",")))
    return found


def shipped() -> list[Shipped]:
    return read(FILE.read_text(encoding="utf-8"))


def sample_searches() -> list[str]:
    lines = SAMPLES.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _parts(text: str, separator: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(separator) if part.strip())
