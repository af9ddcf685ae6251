"""The little language of the rules. No regular expression: a pattern is matched by sets of places, in time bounded by
words × elements × the longest gap, whatever is written.

`soigner` any form of the word · `=patients` that form alone · `a|b` either · `@maladies` an entry of a list · `*3` up to three words ·
`mot?` may be missing · `#nombre` a number · `#nom` a word with a capital inside a sentence · `#majuscule` one anywhere · `^` the
beginning of a sentence · `, :` such a sign. A line that begins with `!` stands even where it is denied or said of a doctor.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from legal.claims.french import plain

MOST_ELEMENTS, MOST_CHARS, MOST_LINES, WIDEST = 12, 600, 80, 8
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_LIST = re.compile(r"@[a-z][a-z0-9-]{0,40}")


class BadPattern(ValueError):
    """Says what is wrong, in words for who writes the rule."""

    def __init__(self, message: str | Promise, **values: object) -> None:
        self.message, self.values = message, values
        super().__init__(message)

    def __str__(self) -> str:
        return str(self.message) % self.values if self.values else str(self.message)


@dataclass(frozen=True, slots=True)
class Atom:
    """`kind`: lemma, form, list, number, name, capital, start, sign."""

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    atoms: tuple[Atom, ...] = ()
    gap: int = 0  # a gap has no atom
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    source: str
    elements: tuple[Element, ...]
    anywhere: bool = False  # of an exception: in the sentence, not on the very words
    whatever: bool = False  # nothing around excuses it


def parse(line: str, lists: Mapping[str, object] | None = None, *, exception: bool = False) -> Pattern:
    source = " ".join(line.split())
    if len(source) > MOST_CHARS:
        raise BadPattern(_("A line has %(n)d characters at most."), n=MOST_CHARS)
    anywhere = exception and source.startswith("~")
    whatever = not exception and source.startswith("!")
    parts = (source[1:] if anywhere or whatever else source).split()
    if not parts:
        raise BadPattern(_("A line is empty."))
    if len(parts) > MOST_ELEMENTS:
        raise BadPattern(_("“%(line)s”: %(n)d elements at most."), line=source[:60], n=MOST_ELEMENTS)
    elements = tuple(_element(part, lists) for part in parts)
    if all(element.optional or not element.atoms for element in elements):
        raise BadPattern(_("“%(line)s” would match anything: name at least one word."), line=source[:60])
    for edge in (elements[0], elements[-1]):
        if not edge.atoms:
            raise BadPattern(_("“%(line)s”: a gap stands between two words, never at an end."), line=source[:60])
    if elements[0].optional:
        raise BadPattern(_("“%(line)s”: the first word may not be missing."), line=source[:60])
    return Pattern(source, elements, anywhere, whatever)


def _element(part: str, lists: Mapping[str, object] | None) -> Element:
    if part.startswith("*"):
        width = part[1:] or "4"
        if not (width.isascii() and width.isdigit() and 1 <= int(width[:3]) <= WIDEST):
            raise BadPattern(_("“%(part)s”: a gap is * or *1 to *%(n)d."), part=part[:40], n=WIDEST)
        return Element(gap=int(width))
    optional = len(part) > 1 and part.endswith("?")
    names = (part[:-1] if optional else part).split("|")
    return Element(tuple(_atom(name, part, lists) for name in names), optional=optional)


def _atom(name: str, part: str, lists: Mapping[str, object] | None) -> Atom:
    if name == "^":
        return Atom("start")
    if name in {",", ":", "(", ")"}:
        return Atom("sign", name)
    if name == "#nombre":
        return Atom("number")
    if name == "#nom":
        return Atom("name")
    if name == "#majuscule":
        return Atom("capital")
    if name == "%":
        return Atom("form", "%")
    if name.startswith("@"):
        if not _LIST.fullmatch(name):
            raise BadPattern(_("“%(part)s”: a list is written @name."), part=name[:40])
        if lists is not None and name[1:] not in lists:
            raise BadPattern(_("There is no list called “%(name)s”."), name=name[1:41])
        return Atom("list", name[1:])
    kind, word = ("form", name[1:]) if name.startswith("=") else ("lemma", name)
    folded = plain(word) if _WORD.fullmatch(word) else ""
    if not folded or not folded.isascii() or not folded.isalnum():
        raise BadPattern(
            _("“%(part)s” is not understood: one word without a space, an apostrophe or a hyphen."), part=part[:40]
        )
    return Atom(kind, word.lower() if kind == "lemma" else folded)


@lru_cache(maxsize=4096)
def entry(words: str) -> tuple[Atom, ...]:
    """An entry of a list: one word or several that follow one another, in any of their forms. `=mot`: that form alone."""
    parts = words.replace("’", " ").replace("'", " ").replace("-", " ").split()
    if not parts or len(parts) > MOST_ELEMENTS or len(words) > 80:
        raise BadPattern(_("“%(part)s” is no entry of a list: one to six words."), part=words[:40])
    atoms = tuple(_atom(part, words, None) for part in parts)
    if any(atom.kind not in {"lemma", "form"} for atom in atoms):
        raise BadPattern(_("“%(part)s”: an entry of a list is made of words only."), part=words[:40])
    return atoms
