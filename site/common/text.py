"""Text as it is compared: one folding for names, addresses and search words, so that they can never disagree."""

import unicodedata

# Letters that Unicode does not decompose, and the abbreviations people write in names of places and saints.
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


class _Kept(dict[int, str]):
    """What is left of each character, worked out the first time it is met: letters and digits, a space for what divides."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        invisible = unicodedata.combining(char) or unicodedata.category(char) == "Cf"
        self[code] = char if char.isalnum() else "" if invisible else " "
        return self[code]


_KEPT = _Kept()


def fold(text: str) -> str:
    """Lower case, no accents, one space between words (apostrophes and hyphens divide), saint spelt out.

    `L’Haÿ-les-Roses` gives `l hay les roses`, `St-Étienne` gives `saint etienne`. Idempotent.
    """
    # Twice: casefold undoes some compositions (İ) and the decomposition brings capitals back from compatibility forms.
    decomposed = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    ).casefold()
    return " ".join(_WORDS.get(word, word) for word in decomposed.translate(_KEPT).split())


def sort_key(*parts: str) -> str:
    """What names are sorted on: the embedded database has no French order."""
    return " ".join(filter(None, (fold(part) for part in parts)))
