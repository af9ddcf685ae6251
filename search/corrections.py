"""Typing errors (S2): words that the index does not hold, towards those it does. Asked only when nothing was found."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, product

from django.db import connection, transaction
from rapidfuzz.distance import OSA

from common.text import fold
from search import presence, terms, understanding, words
from search.models import SearchWord
from search.query import Query

# More unknown words than this are not typing errors.
MOST_UNKNOWN = 3
CANDIDATES = 50
CHOICES = 3
ATTEMPTS = 4
# Up to so many letters one error is believed, beyond two; exchanged neighbours are one.
SHORT = 5
# Trigrams that two words one error apart surely share fall with their length.
SIMILARITY_OF_SHORT, SIMILARITY = 0.15, 0.3
FEW_TRIGRAMS = 7


@dataclass(frozen=True, slots=True)
class Correction:
    """`text` is the question with its unknown words replaced, `words` the pairs (as typed, as corrected)."""

    text: str
    words: tuple[tuple[str, str], ...]
    query: Query


@dataclass(frozen=True, slots=True, order=True)
class _Choice:
    """Compared in this order, the best first."""

    errors: int
    rarity: int
    resemblance: int
    display: str


def of(asked: Query) -> Iterator[Correction]:
    """Corrections of what was typed, the likeliest first, some few: whether one finds somebody is for the caller to see."""
    text = unicodedata.normalize("NFC", asked.text)
    unknown = _unknown(asked, text)
    if not unknown or not all(map(words.correctable, unknown)):
        return
    found = _choices(unknown)
    if len(found) < len(unknown):
        return
    combined = sorted(product(*(found[word] for word in unknown)), key=lambda c: sum(choice.errors for choice in c))
    for choices in islice(combined, ATTEMPTS):
        by_word = dict(zip(unknown, (choice.display for choice in choices), strict=True))
        corrected, pairs = _replaced(text, by_word)
        if query := _read_again(asked, corrected):
            yield Correction(corrected, pairs, query)


def most_errors(word: str) -> int:
    return 1 if len(word) <= SHORT else 2


def _unknown(asked: Query, text: str) -> list[str]:
    """Folded words that are still searched as words (nothing else was understood in them) and that no entry holds."""
    searched = {token for clause in asked.must for alternative in clause for token in alternative}
    stems: dict[str, str] = {}
    for match in words.written(text):
        folded = fold(match.group())
        stem = next(iter(terms.tokens(folded)), "")
        if stem in searched:
            stems.setdefault(folded, stem)
    if not stems:
        return []
    known = set(SearchWord.objects.filter(stem__in=stems.values()).values_list("stem", flat=True))
    unseen = {word: stem for word, stem in stems.items() if stem not in known}
    # The index has the last word: what it holds is no error, whether or not its words were noted.
    held = presence.found([((frozenset([stem]),),) for stem in unseen.values()])
    unknown = [word for word, is_held in zip(unseen, held, strict=True) if not is_held]
    return unknown if len(unknown) <= MOST_UNKNOWN else []


def _choices(unknown: list[str]) -> dict[str, list[_Choice]]:
    """For each word the best few that are within the errors believed: fewest errors first, then the most frequent."""
    found: dict[str, list[_Choice]] = {}
    for word in unknown:
        most = most_errors(word)
        near = []
        for place, (candidate, display, frequency) in enumerate(_resembling(word, most)):
            errors = OSA.distance(word, candidate, score_cutoff=most)
            if 0 < errors <= most:
                near.append(_Choice(errors, -frequency, place, display))
        if near:
            found[word] = sorted(near)[:CHOICES]
    return found


def _resembling(word: str, most: int) -> list[tuple[str, str, int]]:
    """Words of about that length that share enough trigrams."""
    similarity = SIMILARITY_OF_SHORT if len(word) <= FEW_TRIGRAMS else SIMILARITY
    table = connection.ops.quote_name(SearchWord._meta.db_table)
    # The threshold of `%` is a setting of the session: here, of this transaction alone.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(similarity)])
        cursor.execute(
            f"SELECT word, display, frequency FROM {table} WHERE word %% %s AND length(word) BETWEEN %s AND %s "  # noqa: S608
            "ORDER BY similarity(word, %s) DESC, frequency DESC, word LIMIT %s",
            [word, len(word) - most, len(word) + most, word, CANDIDATES],
        )
        return list(cursor.fetchall())


def _replaced(text: str, by_word: dict[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    parts, pairs, end = [], [], 0
    for match in words.written(text):
        corrected = by_word.get(fold(match.group()))
        if corrected is not None:
            parts += [text[end : match.start()], corrected]
            pairs.append((match.group(), corrected))
            end = match.end()
    return "".join([*parts, text[end:]]), tuple(pairs)


def _read_again(asked: Query, text: str) -> Query | None:
    """The same question with another text: what was given beside the text stays, what came from the text is read anew."""
    before = understanding.read(asked.text, place_known=False)
    place_was_said = asked.place is not None and asked.place == before.place
    place_known = not place_was_said and bool(asked.place or asked.around or asked.bbox)
    after = understanding.read(text, place_known=place_known)
    if after.ambiguous or (place_was_said and not after.place):
        return None
    return replace(
        asked,
        text=text,
        must=after.must,
        place=asked.place if place_known else after.place,
        modes=after.modes if asked.modes == before.modes else asked.modes,
        radius_km=after.radius_km or asked.radius_km,
    )
