"""The canonical text of a version, the one that is hashed, and its structure. Pure functions.

It is the text as it is read: facts of the operator and numbers of articles in their places. Each version publishes its own at
`/documents/…/versions/…/texte/`. Changing one line here changes every hash: never do it without a new `FORMAT`, kept beside
the old one.
"""

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from legal.resolved import Resolved, resolved

FORMAT = "legal-text/1"
TRANSLATION_FORMAT = "legal-translation/1"
FIELDS = ("key", "title", "body", "why")


def clean_text(text: str) -> str:
    """NFC, line feeds only, no trailing space, no blank line at either end, never two blank lines in a row."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    for line in (line.rstrip() for line in lines):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def clean_articles(articles: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Articles with exactly the four known fields, each cleaned; `ValueError` names what is missing or repeated."""
    cleaned, seen = [], set()
    for number, article in enumerate(articles, start=1):
        item = {field: clean_text(str(article.get(field, "") or "")) for field in FIELDS}
        item["title"] = " ".join(item["title"].split())
        if not item["key"] or not item["title"] or not item["body"]:
            raise ValueError(f"article {number} needs a key, a title and a text")
        if item["key"] in seen:
            raise ValueError(f"article {number} repeats the key {item['key']!r}")
        seen.add(item["key"])
        cleaned.append(item)
    return cleaned


def _moment(value: dt.datetime | None) -> str:
    return value.astimezone(dt.UTC).isoformat() if value else ""


def canonical_text(version: Any) -> str:
    """Every fact of a published version that a reader relies on, one a line, then its articles in order."""
    text = resolved(version, version.values).in_plain_words()
    head = [
        FORMAT,
        f"document: {version.document.kind}",
        f"title: {text.title}",
        f"version: {version.number}",
        f"published: {_moment(version.published_at)}",
        f"in force: {_moment(version.effective_at)}",
        f"mode: {version.mode}",
        f"notice days: {version.notice_days}",
        f"summary: {clean_text(text.summary)}",
    ]
    return _written(head, text)


def canonical_translation(translation: Any) -> str:
    """The same of a language version, tied to the French text that it translates."""
    version = translation.version
    text = resolved(translation, version.values).in_plain_words()
    head = [
        TRANSLATION_FORMAT,
        f"language: {translation.language}",
        f"translates: {version.content_hash}",
        f"title: {text.title}",
        f"summary: {clean_text(text.summary)}",
    ]
    return _written(head, text)


def _written(head: list[str], text: Resolved) -> str:
    written = ["\n".join(head), clean_text(text.preamble)]
    for number, article in enumerate(text.articles, start=1):
        written.append(f"{number}. {article['title']} {{#{article['key']}}}\n{article['body']}\n[{article['why']}]")
    return "\n\n".join(written) + "\n"


def content_hash(version: Any) -> str:
    return hashlib.sha256(canonical_text(version).encode()).hexdigest()


def translation_hash(translation: Any) -> str:
    return hashlib.sha256(canonical_translation(translation).encode()).hexdigest()


def article_hash(article: Mapping[str, Any]) -> str:
    """Of what a translator renders: when it changes, the translation of the article is to be read again."""
    return hashlib.sha256(f"{article['title']}\n{article['body']}".encode()).hexdigest()
