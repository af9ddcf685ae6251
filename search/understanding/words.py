"""The words of a text, folded as the index folds them, each with where it stood in what was typed."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from common.text import fold
from search import terms

# Words this short differ from others by their last letter (dos, dose; mer, mère): only a plural is forgiven them.
SHORT = 4
# Said of every practitioner or of none: they are dropped when something else was said.
_EMPTY = """
    bien bienfait bienfaits cabinet cedex centre france francaise institut partout salon therapie therapies
    accompagnement accompagner accompagnant ai aide aider adresse annuaire as ayant besoin bon bonne bons bonnes bonjour certifie certifiee cette
    cherche chercher comme comment contre coordonnees diplome diplomee disponible es est faire fait favoriser
    gerer gestion habite ici j ameliorer lutter meilleur meilleure meilleurs meilleures merci mieux moi numero praticien praticienne
    praticiens praticiennes prendre prix probleme problemes professionnel professionnelle professionnels professionnelles proposer propose quel quelle quelqu quelque
    rdv recherche rechercher reserver reservation rendez sans seance seances si
    soulager souci soucis souffre souffrir souhaite specialise specialisee specialiste specialistes suis svp sos tarif tarifs technique techniques
    telephone tel therapeute therapeutes tout toute tous toutes trouble troubles trouver venir veux voudrais voir
"""
EMPTY = frozenset(_EMPTY.split())


@dataclass(frozen=True, slots=True)
class Word:
    """`stem` is what the index holds; it is empty for a word that distinguishes nothing. `start` and `end` are in the text."""

    folded: str
    stem: str
    start: int
    end: int

    @property
    def key(self) -> str:
        return key_of(self.folded, self.stem)

    @property
    def counts(self) -> bool:
        return bool(self.stem)

    @property
    def is_empty(self) -> bool:
        return not self.stem or self.folded in EMPTY


def key_of(folded: str, stem: str) -> str:
    """What makes two words the same when expressions are recognised: the stem, but for short words."""
    singular = folded[:-1] if len(folded) > 2 and folded[-1] in "sx" else folded
    return f"={singular}" if len(singular) <= SHORT else stem


def words_of(text: str) -> list[Word]:
    found = []
    for start, end in _runs(text):
        for folded in fold(text[start:end]).split():
            stems = terms.tokens(folded)
            found.append(Word(folded, stems[0] if stems else "", start, end))
    return found


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Where `fold` finds no reason to divide."""
    start = None
    for position, char in enumerate(text):
        if _is_of_a_word(char) or (start is not None and _joins(char)):
            start = position if start is None else start
        elif start is not None:
            yield start, position
            start = None
    if start is not None:
        yield start, len(text)


def _is_of_a_word(char: str) -> bool:
    return char.isalnum() if char.isascii() else bool(fold(char))


def _joins(char: str) -> bool:
    return unicodedata.combining(char) != 0 or unicodedata.category(char) == "Cf"


def keys_of(text: str) -> frozenset[str]:
    """The key of an expression: its words that count, in any order."""
    return frozenset(word.key for word in words_of(text) if word.counts)
