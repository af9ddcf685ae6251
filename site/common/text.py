"""Text as it is compared: one folding for names, addresses and search words, so that they can never disagree."""

import unicodedata

# Letters that Unicode does not decompose, and the abbreviations people write in names of places and saints.
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def fold(text: str) -> str:
    """Lower case, no accents, one space between words (apostrophes and hyphens divide), saint spelt out.

    `L’Haÿ-les-Roses` gives `l hay les roses`, `St-Étienne` gives `saint etienne`. Idempotent.
    """
    # Twice: casefold undoes some compositions (İ) and the decomposition brings capitals back from compatibility forms.
    decomposed = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    ).casefold()
    kept = "".join(
        char if char.isalnum() else "" if unicodedata.combining(char) or unicodedata.category(char) == "Cf" else " "
        for char in decomposed
    )
    return " ".join(_WORDS.get(word, word) for word in kept.split())


def sort_key(*parts: str) -> str:
    """What names are sorted on: the embedded database has no French order."""
    return " ".join(filter(None, (fold(part) for part in parts)))
