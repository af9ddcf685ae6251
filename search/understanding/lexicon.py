"""What expressions mean: practices, themes and the editors' synonyms, compiled once a process and renewed when any of them changes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from django.db import connection

from practitioners.models import Practice, Theme
from search import terms
from search.models.synonym import SynonymGroup
from search.terms import Clause
from search.understanding.areas import Areas, load_areas
from search.understanding.words import keys_of

Kind = Literal["practice", "theme", "need"]
# Beyond these a clause would cost more than it finds.
MAX_ALTERNATIVES = 12


@dataclass(frozen=True, slots=True)
class Meaning:
    """An expression: the keys of its words, and what an entry must hold. A need has no name but the words typed."""

    keys: frozenset[str]
    kind: Kind
    label: str
    clause: Clause


@dataclass(slots=True)
class Lexicon:
    version: int = -1
    meanings: dict[frozenset[str], Meaning] = field(default_factory=dict)
    areas: Areas = field(default_factory=Areas)
    # Each expression under one of its keys, the rarest: a text is looked up by its own words.
    _by_key: dict[str, list[Meaning]] = field(default_factory=lambda: defaultdict(list))

    def index(self) -> None:
        frequency: dict[str, int] = defaultdict(int)
        for keys in self.meanings:
            for key in keys:
                frequency[key] += 1
        for meaning in self.meanings.values():
            self._by_key[min(meaning.keys, key=lambda key: (frequency[key], key))].append(meaning)

    def among(self, keys: set[str]) -> list[Meaning]:
        """The expressions all of whose words are there, those that say most first."""
        found = [meaning for key in keys for meaning in self._by_key.get(key, ()) if meaning.keys <= keys]
        return sorted(
            found, key=lambda meaning: (-len(meaning.keys), -sum(map(len, meaning.keys)), sorted(meaning.keys))
        )


_cached = Lexicon()


def current() -> Lexicon:
    """The lexicon of this moment: one tiny query says whether the one compiled here is still it."""
    global _cached
    version = stamp()
    if _cached.version != version:
        _cached = compile_lexicon(SynonymGroup.objects.filter(live=True), version=version)
    return _cached


def stamp() -> int:
    """Of the catalogue and the synonyms as they are: another number is another vocabulary. Asked at every search, so asked bare."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM search_lexiconstamp")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def compile_lexicon(groups: Iterable[SynonymGroup], *, version: int = -1) -> Lexicon:
    """From the catalogue as it is and these groups; the same input always gives the same clauses."""
    names = _Names()
    for practice in Practice.objects.order_by("pk"):
        names.add("practice", practice.name, terms.practice(practice.slug), [practice.noun, *practice.aliases])
    for theme in Theme.objects.order_by("pk"):
        names.add("theme", theme.name, terms.theme(theme.slug), theme.aliases)
    found: dict[frozenset[str], list[str]] = {}
    for group in sorted(groups, key=lambda group: (group.pk is None, group.pk or 0)):
        for asked in group.asked:
            keys = keys_of(asked)
            if keys:
                found.setdefault(keys, [asked]).extend(group.found)
    lexicon = Lexicon(version, areas=load_areas())
    for keys in {**names.named, **dict.fromkeys(found)}:
        lexicon.meanings[keys] = names.meaning(keys, found.get(keys, []))
    lexicon.index()
    return lexicon


@dataclass(frozen=True, slots=True)
class _Named:
    kind: Kind
    name: str
    term: str


class _Names:
    """Which expressions name practices and themes, and the alternatives that an expression stands for."""

    def __init__(self) -> None:
        self.named: dict[frozenset[str], list[_Named]] = defaultdict(list)
        self.spelt: dict[frozenset[str], str] = {}

    def add(self, kind: Kind, name: str, term: str, others: Iterable[str]) -> None:
        main, _parenthesis, rest = name.partition("(")
        for text in (name, main, rest, *others):
            keys, named = keys_of(text), _Named(kind, name, term)
            if keys and named not in self.named[keys]:
                self.named[keys].append(named)
                self.spelt.setdefault(keys, text)

    def alternatives(self, expression: str) -> list[frozenset[str]]:
        """What is done is exact; what for is the theme or its words; the rest is words."""
        named = self.named.get(keys_of(expression), [])
        found = [frozenset([one.term]) for one in named]
        if not any(one.kind == "practice" for one in named):
            found.append(frozenset(terms.tokens(expression)))
        return [alternative for alternative in found if alternative]

    def meaning(self, keys: frozenset[str], expressions: list[str]) -> Meaning:
        """`expressions` are the one itself, as an editor wrote it, and what its groups add."""
        named = self.named.get(keys, [])
        spelt = [self.spelt[keys], *expressions] if named else expressions
        clause = without_needless(alternative for one in spelt for alternative in self.alternatives(one))
        label = " / ".join(one.name for one in named[:2])
        return Meaning(keys, named[0].kind if named else "need", label, clause)


def without_needless(alternatives: Iterable[frozenset[str]]) -> Clause:
    """Each once; nothing that another, asking for less, finds already; not more than what is worth its cost."""
    unique = list(dict.fromkeys(alternatives))
    kept = [one for one in unique if not any(other < one for other in unique)]
    return tuple(kept[:MAX_ALTERNATIVES])
