"""Words as they are indexed and asked for: folded, elisions and stop words dropped, stemmed. Never two ways to do it."""

import threading
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

from common.text import fold

# Folded. What is left of an elision (l', d', qu') and the words that distinguish nothing.
STOP = frozenset(
    [
        "a",
        "au",
        "aux",
        "avec",
        "c",
        "ce",
        "ces",
        "chez",
        "d",
        "dans",
        "de",
        "des",
        "du",
        "elle",
        "en",
        "et",
        "il",
        "j",
        "je",
        "l",
        "la",
        "le",
        "les",
        "leur",
        "lorsqu",
        "m",
        "ma",
        "mes",
        "mon",
        "n",
        "ne",
        "nos",
        "notre",
        "nous",
        "on",
        "ou",
        "par",
        "pas",
        "pour",
        "pres",
        "puisqu",
        "qu",
        "que",
        "qui",
        "quoiqu",
        "s",
        "sa",
        "se",
        "ses",
        "son",
        "sur",
        "t",
        "ta",
        "tes",
        "toi",
        "ton",
        "tu",
        "un",
        "une",
        "vers",
        "vos",
        "votre",
        "vous",
        "y",
    ]
)
MAX_TOKENS = 24
# Any of these alternatives; of an alternative, all terms.
Clause = tuple[frozenset[str], ...]
_local = threading.local()


def _stem(words: list[str]) -> list[str]:
    # A stemmer holds a buffer and may not be shared between threads.
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("french")
    return _local.stemmer.stemWords([_singular(word) for word in words])


def _singular(word: str) -> str:
    """Snowball takes some plurals for verbs (nourrissons, élixirs) and leaves others (vélos); chinois is none."""
    return word[:-1] if len(word) >= 5 and word.endswith("s") and not word.endswith(("ss", "is")) else word


def tokens(text: str) -> list[str]:
    """The stems of the words that count, in order, each once. `L'anxiété` and `anxietes` give the same."""
    return list(_tokens(text))


# Names of practices, themes and towns come back in every entry.
@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[str, ...]:
    words = [word for word in fold(text).split() if word not in STOP]
    return tuple(dict.fromkeys(_stem(words)))


def all_tokens(texts: Iterable[str]) -> set[str]:
    return {token for text in texts for token in tokens(text)}


# What is exact shares the index with the words; a colon never comes out of the folding, so neither can pass for the other.


def practice(slug: str) -> str:
    return f"p:{slug}"


def theme(slug: str) -> str:
    return f"t:{slug}"


def department(code: str) -> str:
    return f"d:{code}"


def region(code: str) -> str:
    return f"r:{code}"


def name(word: str) -> str:
    """A word of the person's name, folded and not stemmed: names have no plural."""
    return f"n:{word}"


def served(insee: str) -> str:
    """Sessions can be had here: a place of practice within the default radius, or a home radius that covers the commune."""
    return f"z:{insee}"


def visited(insee: str) -> str:
    """A home radius covers the commune, whatever the radius asked for."""
    return f"h:{insee}"
