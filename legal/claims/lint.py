"""The claims check itself: rules compiled once, then any number of texts. Pure: rules come in, matches go out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from legal.claims import context
from legal.claims.exempt import exempt_spans
from legal.claims.matching import Lexicon
from legal.claims.patterns import MOST_LINES, BadPattern, Pattern, parse
from legal.claims.tokens import Token, sentences, tokens

REFUSE, FLAG = "refuse", "flag"
# Enough to say to anybody; a text made to be slow stops there.
MOST_MATCHES = 300
Needs = tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Rule:
    """What the legal team keeps. `patterns` and `exceptions`: a line each. Negations, doctors and questions are fine unless said otherwise."""

    slug: str
    patterns: str
    exceptions: str = ""
    severity: str = FLAG
    reason: str = ""
    law: str = ""
    suggestion: str = ""
    denied_is_fine: bool = True
    doctor_is_fine: bool = True
    asked_is_fine: bool = True
    only_replies: bool = False


@dataclass(frozen=True)
class Match:
    rule: Rule
    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


class RuleSet:
    def __init__(self, rules: Iterable[Rule], lists: Mapping[str, Sequence[str]]) -> None:
        self.rules = list(rules)
        self.lists = lists
        wanted: list[Pattern] = []
        self._patterns: list[tuple[Pattern, Rule]] = []
        self._exceptions: dict[str, list[Pattern]] = {}
        for rule in self.rules:
            mine = lines(rule.patterns, lists)
            self._exceptions[rule.slug] = lines(rule.exceptions, lists, exception=True)
            self._patterns += [(pattern, rule) for pattern in mine]
            wanted += mine + self._exceptions[rule.slug]
        self._lexicon = Lexicon(wanted, lists)
        self._by_form: dict[str, list[tuple[Pattern, Rule, Needs]]] = defaultdict(list)
        self._anything: list[tuple[Pattern, Rule, Needs]] = []
        for pattern, rule in self._patterns:
            needs = self._lexicon.needs(pattern)
            opening = self._lexicon.openings(pattern)
            if opening is None:
                self._anything.append((pattern, rule, needs))
            else:
                for form in opening:
                    self._by_form[form].append((pattern, rule, needs))

    def check(self, text: str, *, reply: bool = False) -> list[Match]:
        """What the rules see in `text`, in its order; one match a rule and place. Never raises, whatever the text."""
        found: list[Match] = []
        words = tokens(text)
        exempt = exempt_spans(words)
        for first, last in sentences(words):
            if any(start <= first and last <= end for start, end in exempt):
                continue
            found += self._sentence(words[first:last], reply)
            if len(found) >= MOST_MATCHES:
                break
        return found

    def _sentence(self, words: list[Token], reply: bool) -> list[Match]:
        found: dict[tuple[str, int], tuple[int, int, Rule]] = {}
        excepted: dict[str, list[tuple[int, int, bool]]] = {}
        forms = {word.form for word in words}
        anything = [row for row in self._anything if not any(need.isdisjoint(forms) for need in row[2])]
        for place, token in enumerate(words):
            opening = self._by_form.get(token.form, ())
            for pattern, rule, needs in (*opening, *anything) if anything else opening:
                if (rule.only_replies and not reply) or (rule.slug, place) in found:
                    continue
                if any(need.isdisjoint(forms) for need in needs):
                    continue
                end = self._lexicon.match(pattern, words, place)
                if end is not None and not self._is_fine(rule, pattern, words, place, end, excepted):
                    found[rule.slug, place] = (place, end, rule)
        return _apart([Match(rule, words[p].start, words[e - 1].end) for p, e, rule in found.values()])

    def _is_fine(
        self, rule: Rule, pattern: Pattern, words: Sequence[Token], start: int, end: int,
        excepted: dict[str, list[tuple[int, int, bool]]],
    ) -> bool:  # fmt: skip
        if not pattern.whatever:
            if rule.denied_is_fine and context.denied(words, start, end):
                return True
            if rule.doctor_is_fine and context.said_of_a_doctor(words, start, end):
                return True
        if rule.asked_is_fine and context.asked(words, start, end):
            return True
        if rule.slug not in excepted:
            excepted[rule.slug] = [
                (first, last, exception.anywhere)
                for exception in self._exceptions[rule.slug]
                for first, last in self._lexicon.found(exception, words)
            ]
        return any(anywhere or (first < end and last > start) for first, last, anywhere in excepted[rule.slug])


def lines(text: str, lists: Mapping[str, object] | None, *, exception: bool = False) -> list[Pattern]:
    rows = [row.strip() for row in text.splitlines() if row.strip() and not row.strip().startswith("//")]
    if len(rows) > MOST_LINES:
        from django.utils.translation import gettext_lazy as _

        raise BadPattern(_("A rule has %(n)d lines at most."), n=MOST_LINES)
    return [parse(row, lists, exception=exception) for row in rows]


def _apart(matches: list[Match]) -> list[Match]:
    """Of two matches of one rule that overlap, the first."""
    kept: list[Match] = []
    reached: dict[str, int] = {}
    for match in sorted(matches, key=lambda m: (m.start, -m.end)):
        if match.start >= reached.get(match.rule.slug, -1):
            kept.append(match)
            reached[match.rule.slug] = match.end
    return kept
