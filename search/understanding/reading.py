"""A text as a person types it, read into what is asked: a practice, a need, a name, a place, a way to meet, and plain words.

Everything is decided on the words, whatever their order; the longest expression wins. What is not recognised stays a word that
must be found. docs/search-understanding.md says the rules one by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

from places.lookup import Ambiguous, Place
from search import terms, vocabulary
from search.terms import Clause
from search.understanding import lexicon, located, named, said
from search.understanding.lexicon import Lexicon, Meaning
from search.understanding.words import Word, words_of

Kind = Literal["practice", "theme", "need", "name", "place", "mode", "around", "radius", "word"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Something understood: how to call it, the words it came from, and the text without them."""

    kind: Kind
    label: str
    typed: str
    rest: str


@dataclass(frozen=True, slots=True)
class Understood:
    """`set_aside` is a place that the text names while another was given otherwise: it decides nothing."""

    pieces: tuple[Piece, ...] = ()
    must: tuple[Clause, ...] = ()
    place: Place | None = None
    ambiguous: Ambiguous | None = None
    around_me: bool = False
    modes: tuple[str, ...] = ()
    radius_km: int | None = None
    set_aside: str = ""


def read(text: str, *, place_known: bool, exact: bool = False, words_mean: Lexicon | None = None) -> Understood:
    """`place_known`: a place or an area was given beside the text. `exact`: nothing is understood, words are words.

    `words_mean` replaces the lexicon of this moment (to see what a change of synonyms would do).
    """
    words = words_of(text)
    counted = [n for n, word in enumerate(words) if word.counts][: terms.MAX_TOKENS]
    words = words[: counted[-1] + 1] if counted and len(counted) == terms.MAX_TOKENS else words
    reader = _Reader(text, words)
    if exact:
        for position in counted:
            reader.take("word", (position,), clause=_plain(words[position]))
    elif words:
        reader.understand(words_mean or lexicon.current(), place_known)
    return reader.understood()


def _plain(word: Word) -> Clause:
    return (frozenset([word.stem]),)


@dataclass(frozen=True, slots=True)
class _Taken:
    kind: Kind
    positions: tuple[int, ...]
    label: str = ""
    clause: Clause | None = None


@dataclass(slots=True)
class _Reader:
    text: str
    words: list[Word]
    taken: list[_Taken] = field(default_factory=list)
    place: Place | None = None
    ambiguous: Ambiguous | None = None
    modes: list[str] = field(default_factory=list)
    around_me: bool = False
    radius_km: int | None = None
    set_aside: str = ""

    def take(self, kind: Kind, positions: Iterable[int], label: str = "", clause: Clause | None = None) -> None:
        self.taken.append(_Taken(kind, tuple(sorted(positions)), label, clause))

    @property
    def free(self) -> set[int]:
        used = {position for one in self.taken for position in one.positions}
        return {n for n in range(len(self.words)) if n not in used}

    def understand(self, lexicon_: Lexicon, place_known: bool) -> None:
        self._ways()
        meanings = self._meanings(lexicon_, self.free)
        claims = self._claims(lexicon_, meanings)
        best = claims[0] if claims else None
        meant, claim = self._longest_first(meanings, best)
        if name := self._name(meant, claim):
            everything, called = name
            if everything:
                meant, claim = [], None
            elif claim and not claim.firm and set(claim.positions) & set(called):
                claim = None
            words = frozenset(terms.name(self.words[n].folded) for n in called)
            self.take("name", called, " ".join(self._typed((n,)).title() for n in called), (words,))
        for meaning, positions in meant:
            self.take(meaning.kind, positions, meaning.label or self._typed(positions), meaning.clause)
        if claim:
            self._place(claim, claims, place_known)
        self._words(place_known)

    def _ways(self) -> None:
        for positions, meaning in said.ways(self.words):
            if meaning == said.AROUND:
                self.around_me = True
                self.take("around", positions, _("Around me"))
            elif meaning == said.NOTHING:
                self.take("radius", positions)
            else:
                self.modes += [mode for mode in meaning if mode not in self.modes]
                self.take("mode", positions, " / ".join(str(vocabulary.MODES[mode]) for mode in meaning))
        if found := said.radius(self.words, self.free):
            positions, self.radius_km = found
            self.take("radius", positions, f"{self.radius_km}\u00a0km")
        for positions in said.quantities(self.words, self.free, self.text):
            self.take("radius", positions)

    def _meanings(self, lexicon_: Lexicon, free: set[int]) -> list[Meaning]:
        return lexicon_.among({self.words[n].key for n in free if self.words[n].counts})

    def _claims(self, lexicon_: Lexicon, meanings: list[Meaning]) -> list[located.Claim]:
        counted = [n for n in self.free if self.words[n].counts]
        if not counted or (len(counted) == 1 and meanings):
            return []
        return located.claims(self.words, self.free, lexicon_.areas)

    def _longest_first(
        self, meanings: list[Meaning], claim: located.Claim | None
    ) -> tuple[list[tuple[Meaning, tuple[int, ...]]], located.Claim | None]:
        """Expressions and the place take their words, those that say most first; on a tie the expression."""
        free, chosen, kept = self.free, [], None
        for meaning in meanings:
            if claim and kept is None and claim.weight > len(meaning.keys) and set(claim.positions) <= free:
                kept, free = claim, free - set(claim.positions)
            positions = self._where(meaning, free)
            if positions:
                chosen.append((meaning, positions))
                free = free - set(positions)
        if claim and kept is None and set(claim.positions) <= free:
            kept = claim
        return chosen, kept

    def _where(self, meaning: Meaning, free: set[int]) -> tuple[int, ...]:
        """Where its words stand, or nothing; a word said twice is taken once and for all."""
        positions = tuple(n for n in sorted(free) if self.words[n].counts and self.words[n].key in meaning.keys)
        return positions if {self.words[n].key for n in positions} == meaning.keys else ()

    def _name(
        self, meant: list[tuple[Meaning, tuple[int, ...]]], claim: located.Claim | None
    ) -> tuple[bool, list[int]] | None:
        """The words of a listed person's name: of the whole text, else of what is left, with the place and without it."""
        free = {n for n in self.free if self.words[n].counts}
        explained = {n for _meaning, positions in meant for n in positions}
        located_at = {n for n in claim.positions if self.words[n].counts} if claim else set()
        left = {n for n in free - explained - located_at if not self.words[n].is_empty}
        if not left and not (claim and claim.communes and not claim.firm):
            return None
        bare = (
            claim is not None and not claim.firm and (left or len(located_at) > 1 or claim.population < located.LARGE)
        )
        with_place = left | located_at if bare else set()
        whole = free if len(free) > 1 and not (claim and claim.firm) else set()
        candidates = [(True, whole), (False, with_place), (False, left)]
        asked = [
            (all_, sorted(at)) for all_, at in candidates if at and not any(self.words[n].folded.isdigit() for n in at)
        ]
        sets = [frozenset(self.words[n].folded for n in at) for _all, at in asked]
        borne = named.first_borne(sets)
        return asked[sets.index(borne)] if borne else None

    def _place(self, claim: located.Claim, claims: list[located.Claim], place_known: bool) -> None:
        found = located.place_of(claim, self._typed(claim.positions))
        positions = set(claim.positions)
        for other in claims:
            if other is claim or not set(other.positions) <= self.free - positions or found is None:
                continue
            fits = [p for p in (found.choices if isinstance(found, Ambiguous) else [found]) if located.agrees(other, p)]
            if len(fits) == 1:
                found, positions = fits[0], positions | set(other.positions)
        if found is None:
            return
        label = found.typed if isinstance(found, Ambiguous) else found.label
        if place_known and (any(one.clause for one in self.taken) or self._has_words(positions)):
            self.set_aside = label
            self.taken.append(_Taken("place", tuple(sorted(positions | self._links(positions)))))
        elif not place_known:
            self.take("place", positions | self._links(positions), label)
            self.place, self.ambiguous = (None, found) if isinstance(found, Ambiguous) else (found, None)

    def _has_words(self, but: set[int]) -> bool:
        return any(not self.words[n].is_empty for n in self.free - but)

    def _links(self, positions: set[int]) -> set[int]:
        """“à”, “dans le”: what only led to the place."""
        first, links = min(positions) - 1, set()
        while first in self.free and self.words[first].folded in located.LINKS:
            links.add(first)
            first -= 1
        return links

    def _words(self, place_known: bool) -> None:
        """What is left must be found as it is; words that say nothing only where there is nothing else."""
        left = [n for n in sorted(self.free) if self.words[n].counts]
        telling = [n for n in left if not self.words[n].is_empty]
        seen: set[str] = set()
        for position in telling if telling or self.taken else left:
            if self.words[position].stem not in seen:
                seen.add(self.words[position].stem)
                self.take("word", (position,), clause=_plain(self.words[position]))

    # What comes out

    def understood(self) -> Understood:
        clauses = {one.clause: None for one in sorted(self.taken, key=_canonical) if one.clause}
        shown = [one for one in sorted(self.taken, key=lambda one: one.positions[0]) if one.label or one.kind == "word"]
        pieces = tuple(
            Piece(one.kind, one.label or self._typed(one.positions), self._typed(one.positions), self._without(one))
            for one in shown
        )
        return Understood(
            pieces,
            tuple(clauses),
            self.place,
            self.ambiguous,
            self.around_me,
            tuple(self.modes),
            self.radius_km,
            self.set_aside,
        )

    def _typed(self, positions: tuple[int, ...]) -> str:
        """The words as typed; with what stands between them when they follow each other."""
        spans = sorted({(self.words[n].start, self.words[n].end) for n in positions})
        between = set(range(positions[0], positions[-1])) - set(positions)
        if not any(self.words[n].counts for n in between):
            return self.text[spans[0][0] : spans[-1][1]]
        return " ".join(self.text[start:end] for start, end in spans)

    def _without(self, piece: _Taken) -> str:
        """The text without a piece and the small words that led to it."""
        gone, others = set(piece.positions), {n for one in self.taken if one is not piece for n in one.positions}
        for position in piece.positions:
            before = position - 1
            while before >= 0 and before not in others and self.words[before].is_empty:
                gone.add(before)
                before -= 1
        kept = [n for n in range(len(self.words)) if n not in gone]
        if all(self.words[n].is_empty and n not in others for n in kept):
            return ""
        parts: list[str] = []
        last = -2
        for position in kept:
            start = self.words[position].start
            if position == last + 1 and parts:
                start = self.words[last].end
                parts[-1] += self.text[start : self.words[position].end] if self.words[position].end > start else ""
            else:
                parts.append(self.text[start : self.words[position].end])
            last = position
        return " ".join(parts)


def _canonical(taken: _Taken) -> list[list[str]]:
    return sorted(sorted(alternative) for alternative in taken.clause or ())
