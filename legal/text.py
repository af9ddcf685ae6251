"""The body of an article as blocks: paragraphs and lists. Everything else is plain words, escaped by the templates."""

from collections.abc import Mapping
from typing import NamedTuple

from legal.variables import REFERENCE, name_of


class Part(NamedTuple):
    """Words of one line; with a `target` they are the name of another article, to be linked to it."""

    text: str
    target: str = ""


class Block(NamedTuple):
    kind: str  # "p" or "ul"
    lines: list[list[Part]]  # one paragraph, or the items of the list


def blocks(body: str, numbers: Mapping[str, int] | None = None) -> list[Block]:
    """A blank line separates blocks; lines that begin with `- ` are items of a list."""
    found: list[Block] = []

    def add(kind: str, text: str) -> None:
        line = parts(text, numbers or {})
        if kind == "ul" and found and found[-1].kind == "ul":
            found[-1].lines.append(line)
        else:
            found.append(Block(kind, [line]))

    for chunk in body.split("\n\n"):
        words: list[str] = []
        for line in chunk.split("\n"):
            if line.startswith("- "):
                if words:
                    add("p", " ".join(words))
                    words = []
                add("ul", line[2:].strip())
            elif line.strip():
                words.append(line.strip())
        if words:
            add("p", " ".join(words))
    return found


def parts(line: str, numbers: Mapping[str, int]) -> list[Part]:
    """The line cut at its references to other articles."""
    found: list[Part] = []
    end = 0
    for match in REFERENCE.finditer(line):
        name = name_of(match[1], numbers)
        if name:
            if match.start() > end:
                found.append(Part(line[end : match.start()]))
            found.append(Part(name, match[1]))
            end = match.end()
    if end < len(line):
        found.append(Part(line[end:]))
    return found
