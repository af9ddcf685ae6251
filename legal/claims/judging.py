"""What the rules say of the texts of one object, and which of it was already answered for."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.models import User
from legal.claims.lint import REFUSE, Match, RuleSet
from legal.claims.store import rules_in_force
from legal.claims.tokens import sentences, tokens
from legal.models import ClaimRule, ClaimWaiver

LONGEST_SENTENCE = 600


@dataclass(frozen=True)
class Found:
    """One sentence against one rule."""

    field: str
    text: str
    match: Match
    sentence: str
    fingerprint: str

    @property
    def words(self) -> str:
        return " ".join(self.match.of(self.text).split())[:200]

    @property
    def refuses(self) -> bool:
        return self.match.rule.severity == REFUSE


def look(texts: Mapping[str, str], *, reply: bool = False, rules: RuleSet | None = None) -> list[Found]:
    rules = rules or rules_in_force()
    found = []
    for name, text in texts.items():
        matches = rules.check(text, reply=reply) if text else []
        limits = _limits(text) if matches else []
        for match in matches:
            first, last = next(((a, b) for a, b in limits if a <= match.start < b), (match.start, match.end))
            sentence = " ".join(text[first:last].split())[:LONGEST_SENTENCE]
            found.append(Found(name, text, match, sentence, fingerprint(match.rule.slug, sentence)))
    return found


def _limits(text: str) -> list[tuple[int, int]]:
    words = tokens(text)
    return [(words[a].start, words[b - 1].end) for a, b in sentences(words)]


def fingerprint(slug: str, sentence: str) -> str:
    """The same for the same words, whatever their accents, capitals and signs."""
    read = " ".join(token.form for token in tokens(sentence) if token.is_word)
    return hashlib.sha256(f"{slug}|{read}".encode()).hexdigest()


def answered(found: Iterable[Found], *, surface: str, author: User | None = None) -> set[str]:
    """Fingerprints that stand: let through by the team, or confirmed (by `author`, or by anybody when none is named)."""
    prints = {row.fingerprint for row in found}
    if not prints:
        return set()
    rows = ClaimWaiver.objects.filter(fingerprint__in=prints, surface=surface, revoked_at=None)
    kept = {row.fingerprint for row in rows if row.kind == ClaimWaiver.Kind.OVERRIDDEN}
    refusing = {row.fingerprint for row in found if row.refuses}
    for row in rows:
        if row.kind == ClaimWaiver.Kind.CONFIRMED and (author is None or row.author_id == author.pk):
            kept |= {row.fingerprint} - refusing
    return kept


def answer(
    found: Iterable[Found], *, surface: str, kind: str, author: User, now: dt.datetime, reason: str = ""
) -> None:
    """Keep that these sentences stand. Once each: the same answer given again changes nothing."""
    rows = {row.fingerprint: row for row in found}
    known = ClaimWaiver.objects.filter(
        fingerprint__in=rows, surface=surface, kind=kind, author=author, revoked_at=None
    ).values_list("fingerprint", flat=True)
    ids = dict(ClaimRule.objects.values_list("slug", "pk"))
    for print_ in rows.keys() - set(known):
        row = rows[print_]
        ClaimWaiver.objects.create(
            kind=kind, surface=surface, rule_id=ids[row.match.rule.slug], fingerprint=print_, sentence=row.sentence,
            words=row.words, reason=reason[:300], author=author, at=now,
        )  # fmt: skip
