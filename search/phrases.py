"""What can be suggested by name: practices, themes, and the needs that editors' synonyms know. Compiled once a process."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from common.text import fold
from practitioners.models import Practice, Theme
from search import terms
from search.models import LexiconStamp, SynonymGroup
from search.query import Clause
from search.understanding import lexicon
from search.understanding.words import keys_of

Kind = Literal["practice", "theme", "need"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """`texts` are the folded names by which it is found, the own one first, each after a space; `parameter` what asks for it."""

    kind: Kind
    label: str
    texts: tuple[str, ...]
    clause: Clause
    parameter: tuple[str, str]
    group: int = 0

    def fit(self, words: list[str]) -> tuple[bool, bool, int] | None:
        """How well the beginnings typed fit, smaller is better; None where one of them begins no word of any name."""
        for number, text in enumerate(self.texts):
            if all(f" {word}" in text for word in words):
                return not text.startswith(f" {words[0]}"), number > 0, len(text)
        return None


class _Compiled:
    version: int | None = None
    phrases: tuple[Phrase, ...] = ()


def current() -> tuple[Phrase, ...]:
    """All of them as of now: one tiny query says whether those compiled here are still they."""
    version = LexiconStamp.objects.values_list("version", flat=True).first() or 0
    if _Compiled.version != version:
        _Compiled.phrases, _Compiled.version = tuple(_compile()), version
    return _Compiled.phrases


def starting_with(words: list[str]) -> dict[Kind, list[Phrase]]:
    """By kind, those each of whose typed (folded) words begins a word, the best first; one of a group of synonyms."""
    found: dict[Kind, list[tuple[tuple[bool, bool, int], str, Phrase]]] = {"practice": [], "theme": [], "need": []}
    for phrase in current():
        if fit := phrase.fit(words):
            found[phrase.kind].append((fit, phrase.label, phrase))
    best: dict[Kind, list[Phrase]] = {}
    for kind, fitting in found.items():
        seen: set[int] = set()
        best[kind] = []
        for _fit, _label, phrase in sorted(fitting, key=lambda one: one[:2]):
            if phrase.group not in seen:
                best[kind].append(phrase)
            if phrase.group:
                seen.add(phrase.group)
    return best


def _compile() -> Iterable[Phrase]:
    groups = list(SynonymGroup.objects.filter(live=True))
    meanings = lexicon.current().meanings
    names: dict[frozenset[str], str] = {}
    aliases: dict[str, list[str]] = {}
    practices, themes = list(Practice.objects.order_by("folded")), list(Theme.objects.order_by("folded"))
    for practice in practices:
        for name in (practice.name, practice.noun, *practice.aliases):
            names.setdefault(keys_of(name), practice.slug)
    for theme in themes:
        for name in (theme.name, *theme.aliases):
            names.setdefault(keys_of(name), "")
    for group in groups:
        # Another word for a practice finds the practice itself; a need that also finds one stays a need.
        slugs = {names[keys] for one in group.asked if (keys := keys_of(one)) in names}
        if group.direction == SynonymGroup.Direction.SAME and len(slugs) == 1 and slugs != {""}:
            aliases.setdefault(slugs.pop(), []).extend(group.asked)
    named = {alias for found in aliases.values() for alias in found}
    for practice in practices:
        others = [practice.noun, *practice.aliases, *aliases.get(practice.slug, [])]
        yield Phrase(
            "practice", practice.name, _texts(practice.name, others), (frozenset([terms.practice(practice.slug)]),),
            ("pratique", practice.slug),
        )  # fmt: skip
    for theme in themes:
        yield Phrase(
            "theme", theme.name, _texts(theme.name, theme.aliases), (frozenset([terms.theme(theme.slug)]),),
            ("theme", theme.slug),
        )  # fmt: skip
    for group in groups:
        for expression in group.asked:
            meaning = meanings.get(keys_of(expression))
            if meaning and meaning.clause and expression not in named and meaning.keys not in names:
                # “hatha yoga”, which finds yoga, is a practice more than a need.
                kind: Kind = (
                    "practice"
                    if any(names.get(keys_of(one)) and keys_of(one) < meaning.keys for one in group.found)
                    else "need"
                )
                yield Phrase(kind, expression, _texts(expression, []), meaning.clause, ("q", expression), group.pk)


def _texts(name: str, others: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f" {fold(text)}" for text in (name, *others) if text))
