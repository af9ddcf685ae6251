"""A version as its page and its PDF show it: numbered articles, contents, what surrounds it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from legal.models import LegalDocument, LegalTranslation, LegalVersion
from legal.resolved import Resolved, resolved
from legal.text import Block, blocks
from legal.variables import with_numbers


@dataclass(frozen=True)
class Article:
    number: int
    key: str
    title: str
    blocks: list[Block]


def text_of(
    version: LegalVersion, translation: LegalTranslation | None = None, *, values: Mapping[str, str] | None = None
) -> Resolved:
    """The text as it is read; `values` for a draft, whose facts are not frozen yet."""
    return resolved(translation or version, version.values if values is None else values)


def articles_of(text: Resolved) -> list[Article]:
    numbers = text.numbers
    return [
        Article(number, article["key"], with_numbers(article["title"], numbers), blocks(article["body"], numbers))
        for number, article in enumerate(text.articles, start=1)
    ]


def summary_lines(version: LegalVersion) -> list[str]:
    return lines_of(text_of(version))


def lines_of(text: Resolved) -> list[str]:
    summary = with_numbers(text.summary, text.numbers)
    return [line.removeprefix("- ").strip() for line in summary.split("\n") if line.strip()]


def page_of(
    version: LegalVersion,
    *,
    now: dt.datetime,
    translation: LegalTranslation | None = None,
    values: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What the page of a version shows, its place among the others included."""
    document = version.document
    text = text_of(version, translation, values=values)
    versions = list(document.versions.published().order_by("-number"))
    in_force = next((item for item in versions if item.applies(now)), None)
    return {
        "document": document,
        "version": version,
        "text": text,
        "translation": translation,
        "languages": list(version.translations.order_by("language")),
        "articles": articles_of(text),
        "preamble": blocks(text.preamble, text.numbers),
        "summary": lines_of(text),
        "versions": versions,
        "in_force": in_force,
        "is_current": in_force is not None and in_force.pk == version.pk,
        "is_upcoming": version.is_coming(now),
        "is_archived": in_force is not None and version.is_published and version.number < in_force.number,
        "previous": next((item for item in versions if item.number < version.number), None),
        "upcoming": next((item for item in reversed(versions) if item.is_coming(now) and item.pk != version.pk), None),
    }


def shelf(now: dt.datetime) -> list[dict[str, Any]]:
    """The operator's documents in the order of their kinds, each with its version in force and the announced one."""
    order = list(LegalDocument.Kind)
    found = []
    for document in LegalDocument.objects.filter(owner=None).prefetch_related("versions"):
        published = sorted((v for v in document.versions.all() if v.is_published), key=lambda v: -v.number)
        in_force = next((v for v in published if v.applies(now)), None)
        upcoming = next((v for v in reversed(published) if v.is_coming(now)), None)
        if in_force or upcoming:
            found.append({"document": document, "in_force": in_force, "upcoming": upcoming, "count": len(published)})
    return sorted(found, key=lambda item: order.index(item["document"].kind))
