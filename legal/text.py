"""The body of an article as blocks: paragraphs and lists. Everything else is plain words, escaped by the templates."""

from typing import NamedTuple


class Block(NamedTuple):
    kind: str  # "p" or "ul"
    lines: list[str]  # one paragraph, or the items of the list


def blocks(body: str) -> list[Block]:
    """A blank line separates blocks; lines that begin with `- ` are items of a list."""
    found: list[Block] = []
    for chunk in body.split("\n\n"):
        words: list[str] = []
        for line in chunk.split("\n"):
            if line.startswith("- "):
                if words:
                    found.append(Block("p", [" ".join(words)]))
                    words = []
                if found and found[-1].kind == "ul" and found[-1].lines:
                    found[-1].lines.append(line[2:].strip())
                else:
                    found.append(Block("ul", [line[2:].strip()]))
            elif line.strip():
                words.append(line.strip())
        if words:
            found.append(Block("p", [" ".join(words)]))
    return found
