"""What changed between two versions: article by article, then word by word. Pure functions on lists of articles."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from legal.variables import REFERENCE, name_of, with_numbers

Operation = Literal["same", "ins", "del"]
Articles = list[dict[str, str]]
# A reference to another article is one word, whatever its number in each version.
_TOKEN = re.compile(r"\{article [a-z0-9-]+\}|\n+|[^\S\n]+|\w+(?:['’\-]\w+)*['’]?|[^\w\s]")
_SENTENCE = re.compile(r"[^.;:!?\n]*[.;:!?\n]+\s*|[^.;:!?\n]+")
_SHORT = 3  # an unchanged run of fewer characters between two changes reads better inside them


class Run(NamedTuple):
    """Consecutive words with one fate."""

    operation: Operation
    text: str

    @property
    def is_long(self) -> bool:
        """Whole sentences, which stand apart on a narrow screen; a part of one would be torn out of its line."""
        text = self.text.strip()
        return len(text.split()) > 6 and not text[0].islower() and text[0].isalnum() and text[-1] in ".;:!?»"


@dataclass
class Change:
    """One article. `lines` are its lines of runs, the title apart."""

    key: str
    status: Literal["added", "removed", "changed", "same"]
    old_number: int | None
    new_number: int | None
    title: list[Run]
    lines: list[list[Run]]
    whys: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The article's current title, or the last one it had."""
        kept = "del" if self.status == "removed" else "ins"
        return "".join(run.text for run in self.title if run.operation in {"same", kept})

    @property
    def moved(self) -> bool:
        return None not in (self.old_number, self.new_number) and self.old_number != self.new_number

    @property
    def status_label(self) -> Promise | str:
        return _STATUS[self.status]


_STATUS = {"added": _("Added"), "removed": _("Removed"), "changed": _("Changed"), "same": _("Unchanged")}


def words(old: str, new: str) -> list[list[Run]]:
    """Lines of runs that turn `old` into `new`: whole paragraphs first, then the words of those that were rewritten."""
    before, after = _paragraphs(old), _paragraphs(new)
    lines: list[list[Run]] = []
    for tag, a1, a2, b1, b2 in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [[Run("same", text)] for text in after[b1:b2]]
        elif tag == "delete":
            lines += [[Run("del", text)] for text in before[a1:a2]]
        elif tag == "insert":
            lines += [[Run("ins", text)] for text in after[b1:b2]]
        else:
            lines += _words("\n".join(before[a1:a2]), "\n".join(after[b1:b2]))
    return lines


def _paragraphs(text: str) -> list[str]:
    return [line for line in re.split(r"\n+", text) if line]


def _words(old: str, new: str) -> list[list[Run]]:
    """Sentences that stayed as they were first: only the words of the others are compared, which is quadratic."""
    before, after = _SENTENCE.findall(old), _SENTENCE.findall(new)
    runs: list[Run] = []
    for tag, a1, a2, b1, b2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run("same", "".join(after[b1:b2])))
        else:
            runs += _word_runs("".join(before[a1:a2]), "".join(after[b1:b2]))
    return _lines(_joined(runs))


def _word_runs(old: str, new: str) -> list[Run]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    # Spaces match everywhere: as junk they only prolong a match, which keeps it fast.
    matcher = difflib.SequenceMatcher(str.isspace, before, after, autojunk=False)
    runs = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            runs.append(Run("same", "".join(after[b1:b2])))
            continue
        if a2 > a1:
            runs.append(Run("del", "".join(before[a1:a2])))
        if b2 > b1:
            runs.append(Run("ins", "".join(after[b1:b2])))
    return runs


def _joined(runs: list[Run]) -> list[Run]:
    """Absorb tiny unchanged runs, so that a rewritten phrase reads as one removal and one addition."""
    result: list[Run] = []
    removed, added = "", ""

    def close() -> None:
        nonlocal removed, added
        for operation, text in (("del", removed), ("ins", added)):
            if text:
                result.append(Run(operation, text))  # type: ignore[arg-type]
        removed = added = ""

    for index, run in enumerate(runs):
        if run.operation == "del":
            removed += run.text
        elif run.operation == "ins":
            added += run.text
        elif removed and added and len(run.text) <= _SHORT and "\n" not in run.text and index + 1 < len(runs):
            removed, added = removed + run.text, added + run.text
        else:
            close()
            result.append(run)
    close()
    return result


def _lines(runs: list[Run]) -> list[list[Run]]:
    lines: list[list[Run]] = [[]]
    for run in runs:
        for index, piece in enumerate(re.split(r"\n+", run.text)):
            if index:
                lines.append([])
            if piece:
                lines[-1].append(Run(run.operation, piece))
    return [line for line in lines if line]


def compare(old: Articles, new: Articles, whys: Iterable[Articles] = ()) -> list[Change]:
    """The articles of both versions in reading order; `whys` are the articles of each version after the old one."""
    before = {article["key"]: (number, article) for number, article in enumerate(old, start=1)}
    after = {article["key"]: (number, article) for number, article in enumerate(new, start=1)}
    reasons: dict[str, list[str]] = {}
    for articles in whys:
        for article in articles:
            if article.get("why"):
                reasons.setdefault(article["key"], []).append(article["why"])
    numbers = (
        {key: number for key, (number, _article) in before.items()},
        {key: number for key, (number, _article) in after.items()},
    )
    changes = []
    for key in _reading_order(list(before), list(after)):
        old_number, old_article = before.get(key, (None, {"title": "", "body": ""}))
        new_number, new_article = after.get(key, (None, {"title": "", "body": ""}))
        same = (old_article["title"], old_article["body"]) == (new_article["title"], new_article["body"])
        status = "added" if old_number is None else "removed" if new_number is None else "same" if same else "changed"
        changes.append(
            Change(
                key=key,
                status=status,  # type: ignore[arg-type]
                old_number=old_number,
                new_number=new_number,
                title=[
                    run
                    for line in words(old_article["title"], new_article["title"])
                    for run in _numbered(line, *numbers)
                ],
                lines=[_numbered(line, *numbers) for line in words(old_article["body"], new_article["body"])],
                whys=[] if same else [with_numbers(why, numbers[1]) for why in reasons.get(key, [])],
            )
        )
    return changes


def _numbered(line: list[Run], old: Mapping[str, int], new: Mapping[str, int]) -> list[Run]:
    """References as each version numbers them. Where only the number moved, the old one is struck out beside the new one."""
    result: list[Run] = []
    for run in line:
        if run.operation != "same":
            result.append(Run(run.operation, with_numbers(run.text, old if run.operation == "del" else new)))
            continue
        end = 0
        for match in REFERENCE.finditer(run.text):
            was, now = name_of(match[1], old), name_of(match[1], new)
            if was != now:
                if match.start() > end:
                    result.append(Run("same", with_numbers(run.text[end : match.start()], new)))
                result += [Run(operation, text) for operation, text in (("del", was), ("ins", now)) if text]  # type: ignore[arg-type]
                end = match.end()
        if end < len(run.text):
            result.append(Run("same", with_numbers(run.text[end:], new)))
    return result


def _reading_order(before: list[str], after: list[str]) -> list[str]:
    """The new order, each removed article standing after the one it followed."""
    order = list(after)
    for index, key in enumerate(before):
        if key not in after:
            previous = next((known for known in reversed(before[:index]) if known in order), None)
            order.insert(order.index(previous) + 1 if previous else 0, key)
    return order


def in_words(changes: list[Change]) -> str:
    """`3 articles changed, 1 added`; empty when nothing did."""
    counts = {status: sum(change.status == status for change in changes) for status in ("changed", "added", "removed")}
    parts = []
    if n := counts["changed"]:
        parts.append(ngettext("%(n)d article changed", "%(n)d articles changed", n) % {"n": n})
    if n := counts["added"]:
        parts.append(ngettext("%(n)d article added", "%(n)d articles added", n) % {"n": n})
    if n := counts["removed"]:
        parts.append(ngettext("%(n)d article removed", "%(n)d articles removed", n) % {"n": n})
    return ", ".join(parts)
