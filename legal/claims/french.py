"""The forms of French words. Only for what the rules name: a page is then read by looking its words up, without any dictionary at hand."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from legal.claims.tokens import tokens

_ER = [
    "e",
    "es",
    "ent",
    "ons",
    "ez",
    "er",
    "a",
    "ai",
    "as",
    "at",
    "ames",
    "ates",
    "erent",
    "ais",
    "ait",
    "ions",
    "iez",
    "aient",
    "erai",
    "eras",
    "era",
    "erons",
    "erez",
    "eront",
    "erais",
    "erait",
    "erions",
    "eriez",
    "eraient",
    "ee",
    "ees",
]
_IR = [
    "ir",
    "is",
    "it",
    "issons",
    "issez",
    "issent",
    "issais",
    "issait",
    "issions",
    "issiez",
    "issaient",
    "irai",
    "iras",
    "ira",
    "irons",
    "irez",
    "iront",
    "irais",
    "irait",
    "irions",
    "iriez",
    "iraient",
    "i",
    "ie",
    "ies",
    "isse",
    "isses",
    "irent",
]
_SOFT = ("a", "o")


def plain(word: str) -> str:
    """Folded as the words of a text are; what is no single word stays as it is."""
    found = tokens(word)
    return found[0].form if len(found) == 1 else unicodedata.normalize("NFKD", word).lower()


def forms(lemmas: Iterable[str]) -> dict[str, set[str]]:
    """For each folded lemma, every folded form. Unknown words get the plural and the feminine that anybody would write."""
    wanted = {plain(lemma): lemma for lemma in lemmas}
    found: dict[str, set[str]] = defaultdict(set)
    for lemma in wanted:
        found[lemma].update({lemma, *_third_person(lemma), *(() if lemma[-1:] in "sxz" else (f"{lemma}s",))})
    dictionary = DefaultDictionaryFactory(cache_max_size=1).get_dictionary("fr")
    endings = {lemma: set(_group(lemma)) for lemma in wanted}
    for form, lemma in dictionary.items():
        folded = _fold(lemma)
        if folded in wanted:
            found[folded].add(_fold(form))
    for lemma, regular in endings.items():
        # A dictionary gives each form to one lemma only: « traite » to « trait ». Verbs get all of theirs.
        if regular and sum(form in found[lemma] for form in regular) > 4:
            found[lemma] |= regular
        elif not regular and lemma[-1:] not in "sxz":
            found[lemma] |= {f"{lemma}{ending}" for ending in (("e", "es") if lemma[-1:] != "e" else ())}
    return found


def _group(lemma: str) -> list[str]:
    stem = lemma[:-2]
    if lemma.endswith("er") and len(lemma) > 4:
        return [stem + ("e" if stem.endswith("g") and ending[0] in _SOFT else "") + ending for ending in _ER]
    if lemma.endswith("ir") and len(lemma) > 4:
        return [stem + ending for ending in _IR]
    return []


def _third_person(lemma: str) -> set[str]:
    """« combat » and « réduit » are nouns to a dictionary."""
    if lemma.endswith("ttre"):
        return {lemma[:-3], f"{lemma[:-3]}s"}
    if lemma.endswith(("uire", "rire")):
        return {lemma[:-2] + ending for ending in ("t", "s", "ts", "te", "tes")}
    return set()


def _fold(word: str) -> str:
    if word.isascii():
        return word.lower()
    kept = unicodedata.normalize("NFKD", word.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(char for char in kept if not unicodedata.combining(char))
