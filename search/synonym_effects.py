"""What a change of synonyms would do: the same searches asked of the engine with today's lexicon and with the one to come."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import QueryDict

from common import clock
from practitioners.models import Practitioner
from search import query
from search.finding import find
from search.models import SampleSearch, SynonymGroup
from search.models.synonym import lines_of
from search.query import Query
from search.understanding.lexicon import Lexicon, compile_lexicon, current
from search.understanding.words import keys_of

MAX_EXPRESSIONS = 12
MAX_TRIALS = 20
MAX_SAMPLES = 60
# Whoever enters or leaves is looked for among so many results; the counts are exact whatever their number.
DEPTH = 200
MAX_NAMES = 6


@dataclass(frozen=True, slots=True)
class Effect:
    """One search, now and then. The names are first names; `more_…` says how many are not named."""

    text: str
    before: int
    after: int
    entering: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()
    more_entering: int = 0
    more_leaving: int = 0

    @property
    def changes(self) -> bool:
        return bool(self.before != self.after or self.entering or self.leaving)

    @property
    def difference(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Effects:
    own: list[Effect]
    samples: list[Effect]
    shared: list[tuple[str, SynonymGroup]]

    @property
    def harmed(self) -> list[Effect]:
        """Sample searches that would answer otherwise."""
        return [effect for effect in self.samples if effect.changes]


def of(group: SynonymGroup) -> Effects:
    """For the group's expressions and trials, then for the sample searches that editors keep."""
    before = current()
    others = SynonymGroup.objects.filter(live=True).exclude(pk=group.pk)
    after = compile_lexicon([*others, group])
    own = list(dict.fromkeys([*group.asked[:MAX_EXPRESSIONS], *lines_of(group.trials)[:MAX_TRIALS]]))
    samples = [text for text in SampleSearch.objects.values_list("text", flat=True)[:MAX_SAMPLES] if text not in own]
    return Effects(
        [effect_of(text, before, after) for text in own],
        [effect_of(text, before, after) for text in samples],
        shared_expressions(group),
    )


def effect_of(text: str, before: Lexicon, after: Lexicon) -> Effect:
    now, then = _question(text, before), _question(text, after)
    found = _answer(now)
    if now == then:
        return Effect(text, found[0], found[0])
    later = _answer(then)
    entering, leaving = (
        [i for i in later[1] if i not in set(found[1])],
        [i for i in found[1] if i not in set(later[1])],
    )
    names = dict(
        Practitioner.objects.filter(pk__in=[*entering[:MAX_NAMES], *leaving[:MAX_NAMES]]).values_list(
            "pk", "first_name"
        )
    )
    return Effect(
        text, found[0], later[0],
        tuple(names[i] for i in entering[:MAX_NAMES] if i in names), tuple(names[i] for i in leaving[:MAX_NAMES] if i in names),
        max(len(entering) - MAX_NAMES, 0), max(len(leaving) - MAX_NAMES, 0),
    )  # fmt: skip


def _question(text: str, lexicon: Lexicon) -> Query:
    parameters = QueryDict(mutable=True)
    parameters["q"] = text
    return query.parse(parameters, today=clock.today(), words_mean=lexicon).query


def _answer(asked: Query) -> tuple[int, list[int]]:
    """How many, and who among the first; nothing corrected, for a correction would hide what the synonyms do."""
    results = find(replace(asked, exact=True), facets=False, size=DEPTH)
    return results.count, [hit.practitioner_id for hit in results.hits]


def shared_expressions(group: SynonymGroup) -> list[tuple[str, SynonymGroup]]:
    """Expressions that another live group asks too: both then apply, which is seldom meant."""
    mine = {keys_of(expression): expression for expression in group.asked}
    others = SynonymGroup.objects.filter(live=True).exclude(pk=group.pk)
    return [(mine[keys], other) for other in others for keys in _keys(other.asked) if keys in mine]


def _keys(expressions: Iterable[str]) -> list[frozenset[str]]:
    return list(dict.fromkeys(keys_of(expression) for expression in expressions))
