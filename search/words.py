"""The words of a text as they are written, each with the folded form that the index compares. Pure."""

import re
import unicodedata
from collections.abc import Iterable

from common.text import fold
from search import terms
from search.facts import Facts

# Runs of letters and digits: `a2b` is seen whole, and then left alone.
_WRITTEN = re.compile(r"[^\W_]+")
# Shorter ones resemble too many others to be corrected.
FEWEST_LETTERS = 4
LONGEST = 40


def written(text: str) -> list[re.Match[str]]:
    """Each word as written, with its place in the text."""
    return list(_WRITTEN.finditer(text))


def correctable(folded: str) -> bool:
    """Whether a word can be corrected, or corrected towards: long enough, letters only, and one that is searched."""
    return FEWEST_LETTERS <= len(folded) <= LONGEST and folded.isalpha() and folded not in terms.STOP


def of(facts: Facts) -> dict[str, str]:
    """The words of one entry, folded → written. Names and towns keep their capitals; titles lose theirs."""
    found = of_texts([*facts.names, *(point.label for point in facts.points)], lower=False)
    return of_texts(facts.texts) | found


def of_texts(texts: Iterable[str], *, lower: bool = True) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        composed = unicodedata.normalize("NFC", text)
        for match in written(composed.lower() if lower else composed):
            folded = fold(match.group())
            if correctable(folded):
                # `St` stands for saint: an abbreviation is not how a word is shown.
                abbreviated = match.group().casefold() in {"st", "ste", "sts", "stes"}
                found.setdefault(folded, folded if abbreviated else match.group()[:60])
    return found
