"""Patterns against the words of a sentence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from legal.claims.french import forms, plain
from legal.claims.patterns import Atom, Element, Pattern, entry
from legal.claims.tokens import Token

NUMBERS = frozenset(
    [
        "un",
        "une",
        "deux",
        "trois",
        "quatre",
        "cinq",
        "six",
        "sept",
        "huit",
        "neuf",
        "dix",
        "douze",
        "quinze",
        "vingt",
        "trente",
        "cent",
    ]
)


class Lexicon:
    """Which forms each word of the rules may take; a list is its entries by their first form."""

    def __init__(self, patterns: Iterable[Pattern], lists: Mapping[str, Sequence[str]]) -> None:
        self.patterns = list(patterns)
        entries = {name: [entry(words) for words in rows] for name, rows in lists.items()}
        atoms = {atom for pattern in self.patterns for element in pattern.elements for atom in element.atoms}
        atoms |= {atom for rows in entries.values() for row in rows for atom in row}
        self.lemmas = {
            lemma: frozenset(found) for lemma, found in forms(a.value for a in atoms if a.kind == "lemma").items()
        }
        self.lists: dict[str, dict[str, list[tuple[frozenset[str], ...]]]] = {}
        for name, rows in entries.items():
            index: dict[str, list[tuple[frozenset[str], ...]]] = defaultdict(list)
            for row in rows:
                sets = tuple(self.forms_of(atom) for atom in row)
                for form in sets[0]:
                    index[form].append(sets)
            self.lists[name] = dict(index)

        self._known = {element: self._compiled(element) for pattern in self.patterns for element in pattern.elements}

    def forms_of(self, atom: Atom) -> frozenset[str]:
        return self.lemmas[plain(atom.value)] if atom.kind == "lemma" else frozenset({atom.value})

    def _compiled(self, element: Element) -> tuple[frozenset[str], tuple[Atom, ...]]:
        """The forms that are enough by themselves, and what must be looked at."""
        simple = [self.forms_of(atom) for atom in element.atoms if atom.kind in {"form", "lemma"}]
        return frozenset().union(*simple), tuple(a for a in element.atoms if a.kind not in {"form", "lemma"})

    def ends(self, words: Sequence[Token], place: int, atom: Atom) -> Iterator[int]:
        """The places after `atom`, which is no plain word, when it stands at `place`."""
        token = words[place]
        if atom.kind == "sign":
            if not token.is_word and token.form == atom.value:
                yield place + 1
        elif not token.is_word:
            return
        elif atom.kind == "list":
            for row in self.lists.get(atom.value, {}).get(token.form, ()):
                after = place + len(row)
                if after <= len(words) and all(words[place + n].form in fits for n, fits in enumerate(row)):
                    yield after
        elif atom.kind == "number":
            if token.form.isdigit() or token.form in NUMBERS:
                yield place + 1
        elif token.capital and (place > 0 or atom.kind == "capital"):
            yield place + 1

    def step(self, words: Sequence[Token], places: set[int], element: Element) -> set[int]:
        if element.gap:
            return set(self._across(words, places, element.gap))
        after = set(places) if element.optional else set()
        simple, others = self._known[element]
        size = len(words)
        for place in places:
            if place < size and words[place].form in simple:
                after.add(place + 1)
            for atom in others:
                if atom.kind == "start":
                    if place == 0 or not words[place - 1].is_word:
                        after.add(place)
                elif place < size:
                    after.update(self.ends(words, place, atom))
        return after

    def needs(self, pattern: Pattern) -> tuple[frozenset[str], ...]:
        """Forms of which one must stand in the sentence, element by element: most patterns end here."""
        needed = []
        for element in pattern.elements:
            simple, others = self._known[element]
            if element.gap or element.optional or any(atom.kind != "list" for atom in others):
                continue
            needed.append(simple.union(*(self.lists.get(atom.value, {}).keys() for atom in others)))
        return tuple(needed)

    def _across(self, words: Sequence[Token], places: set[int], gap: int) -> Iterator[int]:
        """Up to `gap` words further; commas and the like do not count."""
        for place in places:
            yield place
            left = gap
            while left and place < len(words):
                left -= words[place].is_word
                place += 1
                yield place
            # The sign after the last word is no word either.
            if place < len(words) and not words[place].is_word:
                yield place + 1

    def match(self, pattern: Pattern, words: Sequence[Token], place: int) -> int | None:
        """The nearest end of `pattern` when it begins at `place`."""
        places = {place}
        for element in pattern.elements:
            places = self.step(words, places, element)
            if not places:
                return None
        ends = [end for end in places if end > place]
        return min(ends) if ends else None

    def found(self, pattern: Pattern, words: Sequence[Token]) -> Iterator[tuple[int, int]]:
        for place in range(len(words)):
            end = self.match(pattern, words, place)
            if end is not None:
                yield place, end

    def openings(self, pattern: Pattern) -> frozenset[str] | None:
        """The forms a match may begin with; None when any word may."""
        opening: set[str] = set()
        simple, others = self._known[pattern.elements[0]]
        opening |= simple
        for atom in others:
            if atom.kind != "list":
                return None
            opening |= self.lists.get(atom.value, {}).keys()
        return frozenset(opening)
