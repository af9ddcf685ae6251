"""The words of the generated corpus: the demo's practices and themes, completed by invented ones, and an invented vocabulary."""

from dataclasses import dataclass
from functools import cache
from random import Random

from common.text import fold
from demo.content import load

PRACTICE_COUNT, THEME_COUNT, WORD_COUNT = 60, 40, 20_000
_STARTS = ("b", "c", "ch", "d", "f", "g", "j", "l", "m", "n", "p", "qu", "r", "s", "t", "v", "br", "cr", "pl", "tr")
_HEARTS = ("a", "e", "é", "i", "o", "u", "ou", "oi", "an", "on", "in", "ai")
_ENDS = ("", "", "e", "er", "ion", "ment", "eur", "euse", "ique", "age", "té", "s")


@dataclass(frozen=True, slots=True)
class Label:
    """A practice or a theme: `texts` are what it can be found by."""

    slug: str
    name: str
    texts: tuple[str, ...]


def _invented(chance: Random, syllables: int) -> str:
    return "".join(chance.choice(_STARTS) + chance.choice(_HEARTS) for _n in range(syllables)) + chance.choice(_ENDS)


@cache
def lexicon() -> tuple[str, ...]:
    """Words nobody says, spelt as in French, with accents; all different once folded."""
    chance, found = Random(1789), dict[str, str]()
    while len(found) < WORD_COUNT:
        word = _invented(chance, chance.choice((2, 2, 3, 3, 4)))
        found.setdefault(fold(word), word)
    return tuple(found.values())


def _completed(known: list[Label], count: int, kind: str) -> tuple[Label, ...]:
    chance, found = Random(count), {label.slug: label for label in known[:count]}
    while len(found) < count:
        word = _invented(chance, 3)
        found.setdefault(fold(word), Label(fold(word), f"{kind} {word}", (f"{kind} {word}",)))
    return tuple(found.values())


@cache
def practices() -> tuple[Label, ...]:
    """The most frequent first."""
    known = [Label(p.slug, p.name, (p.name, p.noun_female, p.noun_male, *p.aliases)) for p in load.practices()]
    return _completed(known, PRACTICE_COUNT, "Méthode")


@cache
def themes() -> tuple[Label, ...]:
    return _completed([Label(t.slug, t.name, (t.name,)) for t in load.themes()], THEME_COUNT, "Accompagnement")
