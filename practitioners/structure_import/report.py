"""What an import did, for whoever ran it."""

from collections import Counter
from dataclasses import dataclass, field

SHOWN = 20


@dataclass
class Report:
    """Counts are of establishments; `refused` says why by reason, `bad` are the first lines that could not be read."""

    source: str
    as_of: str
    lines: int = 0
    created: int = 0
    updated: int = 0
    reopened: int = 0
    unchanged: int = 0
    closed: int = 0
    removed: int = 0
    kept: int = 0
    repeated: int = 0
    bad_count: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[int, str]] = field(default_factory=list)
    # Of those that somebody administers or that the team entered: numbers that the file says closed.
    closed_elsewhere: list[str] = field(default_factory=list)
    # Why establishments absent from the file were not closed; empty when they were, or when absence says nothing.
    absent_left: str = ""

    def add_bad(self, line: int, reason: str) -> None:
        self.bad_count += 1
        if len(self.bad) < SHOWN:
            self.bad.append((line, reason))

    def in_words(self) -> list[str]:
        said = [
            f"{self.source}, published {self.as_of}: {self.lines} lines",
            f"created {self.created}, updated {self.updated} (reopened {self.reopened}), unchanged {self.unchanged}, "
            f"closed {self.closed}, removed {self.removed}",
        ]
        if self.kept:
            said.append(f"left as their people, the team or the other register wrote them: {self.kept}")
        if self.repeated:
            said.append(f"repeated in the file, the last line counts: {self.repeated}")
        said += [f"refused, {reason}: {count}" for reason, count in self.refused.most_common()]
        if self.bad_count:
            said.append(f"unreadable lines, skipped: {self.bad_count}")
            said += [f"  line {line}: {reason}" for line, reason in self.bad]
            if self.bad_count > len(self.bad):
                said.append(f"  … and {self.bad_count - len(self.bad)} more")
        if self.closed_elsewhere:
            said.append("closed for the register, still administered here: " + ", ".join(self.closed_elsewhere))
        if self.absent_left:
            said.append(self.absent_left)
        return said
