"""What is kept of a line, whichever file it comes from, and how its address and its name are made readable."""

from collections import Counter
from typing import NamedTuple

from django.utils.text import slugify

from common.text import fold
from places.models import Commune

# A line that is kept, one that says closed, one that must not be shown any more, one that is no longer of interest, one that is
# unreadable but there: absence would say closed.
OPEN, CLOSED, WITHDRAWN, OUTSIDE, THERE = "o", "c", "w", "x", "t"


class Facts(NamedTuple):
    """A row of the temporary table, in the order of its columns. `key` is the SIRET or the FINESS number, by source."""

    line: int
    state: str
    key: str
    siret: str = ""
    finess: str = ""
    name: str = ""
    folded: str = ""
    slug: str = ""
    phone: str = ""
    street: str = ""
    postal_code: str = ""
    insee: str | None = None
    activity: str = ""
    category: str = ""


class Refused(Exception):
    """A line that is well written, and not for here. `state` is what happens to a structure that was known."""

    def __init__(self, reason: str, key: str, state: str = OUTSIDE) -> None:
        super().__init__(reason)
        self.reason, self.key, self.state = reason, key, state


class Communes:
    """INSEE codes of the gazetteer, and the commune of a postal code that is of one alone: codes of merged communes are out of date."""

    def __init__(self) -> None:
        self._codes: set[str] = set()
        by_postal: dict[str, str] = {}
        uses: Counter[str] = Counter()
        for insee, codes in Commune.objects.values_list("insee", "postal_codes").iterator():
            self._codes.add(insee)
            for code in codes:
                uses[code] += 1
                by_postal[code] = insee
        self._by_postal = {code: insee for code, insee in by_postal.items() if uses[code] == 1}

    def find(self, insee: str, postal_code: str) -> str | None:
        return insee if insee in self._codes else self._by_postal.get(postal_code)


STREETS = {
    "ALL": "allée", "AV": "avenue", "AVE": "avenue", "BD": "boulevard", "BLD": "boulevard", "CAR": "carrefour", "CHE": "chemin",
    "CHS": "chaussée", "CITE": "cité", "COR": "corniche", "CRS": "cours", "CC": "centre commercial", "CTRE": "centre",
    "DOM": "domaine", "DSC": "descente", "ECA": "écart", "ESP": "esplanade", "FG": "faubourg", "GR": "grande rue", "HAM": "hameau",
    "HLE": "halle", "IMM": "immeuble", "IMP": "impasse", "LD": "lieu-dit", "LOT": "lotissement", "MAR": "marché", "MTE": "montée",
    "PAS": "passage", "PASS": "passage", "PL": "place", "PLN": "plaine", "PLT": "plateau", "PRO": "promenade", "PRV": "parvis",
    "QUA": "quartier", "QUAI": "quai", "R": "rue", "RES": "résidence", "RLE": "ruelle", "ROC": "rocade", "RPT": "rond-point",
    "RTE": "route", "RUE": "rue", "SEN": "sentier", "SQ": "square", "TPL": "terre-plein", "TRA": "traverse", "VGE": "village",
    "VLA": "villa", "VLGE": "village", "ZA": "zone d’activité", "ZAC": "zone d’activité", "ZI": "zone industrielle",
}  # fmt: skip
_SMALL = frozenset(
    [
        "a",
        "à",
        "au",
        "aux",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "ou",
        "par",
        "pour",
        "sous",
        "sur",
        "un",
        "une",
    ]
)
_INITIALS = frozenset(
    [
        "CAMSP",
        "CDS",
        "CH",
        "CHU",
        "CMP",
        "CMPP",
        "CSAPA",
        "EHPAD",
        "EURL",
        "MSP",
        "SARL",
        "SAS",
        "SASU",
        "SCI",
        "SCM",
        "SCP",
        "SEL",
        "SELARL",
        "SPA",
        "UMP",
        "ZA",
        "ZAC",
        "ZI",
    ]
)
_VOWELS = frozenset("AEIOUYÀÂÉÈÊËÎÏÔÖÙÛÜŒ")
_WORD_ENDS = frozenset(" -'’/(.")


def readable(text: str) -> str:
    """Capitals of the registers in ordinary letters: `CENTRE DE SANTE L'OLIVIER` gives `Centre de Sante l’Olivier`.

    Accents that the register does not have are not invented; a text with small letters is left as it is.
    """
    text = " ".join(text.split()).replace("'", "’")
    if not text.isupper():
        return text
    words: list[str] = []
    start = 0
    for end in range(len(text) + 1):
        if end == len(text) or text[end] in _WORD_ENDS:
            words.append(_cased(text[start:end], first=not words))
            if end < len(text):
                words.append(text[end])
            start = end + 1
    return "".join(words)


def _cased(word: str, *, first: bool) -> str:
    if word in _INITIALS or (len(word) > 1 and not _VOWELS & set(word)):
        return word
    lower = word.lower()
    return lower if lower in _SMALL and not first else word[:1] + lower[1:]


def street(number: str, repetition: str, kind: str, name: str) -> str:
    """`12`, `B`, `AV`, `DES LILAS` give `12 B avenue des Lilas`; empty without a street."""
    kind = STREETS.get(kind.upper().rstrip("."), kind.lower())
    # `readable` would take the first word of the name for that of a sentence.
    named = readable(f"X {name}")[2:] if name.isupper() else " ".join(name.split()).replace("'", "’")
    return " ".join(filter(None, (number.lstrip("0"), repetition, kind, named)))[:160]


def named(name: str, key: str) -> dict[str, str]:
    """The name with what follows from it. The address of the page holds the register's number: it is stable and nobody else's."""
    name = readable(name)[:120].strip()
    return {
        "name": name,
        "folded": fold(name)[:150],
        "slug": f"{slugify(name)[:100].strip('-') or 'centre'}-{key.lower()}",
    }
