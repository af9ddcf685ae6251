"""What changed between two versions of a document, as pages show it; kept in the cache when both are published."""

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache

from legal.comparison import Change, compare, in_words
from legal.models import LegalTranslation, LegalVersion
from legal.reading import text_of
from legal.resolved import Articles

Texts = dict[int, LegalTranslation]


def between(
    old: LegalVersion,
    new: LegalVersion,
    versions: list[LegalVersion],
    *,
    values: Mapping[str, str] | None = None,
    translated: Texts | None = None,
) -> dict[str, Any]:
    """The reasons come from each version after `old` up to `new`, in the order they were published.

    `values`: facts of the operator for a draft. `translated`: language versions by their version's key, to compare instead.
    """
    numbered = sorted(
        (each for each in versions if old.number < each.number <= new.number), key=lambda each: each.number
    )

    def articles(version: LegalVersion) -> Articles:
        known = (translated or {}).get(version.pk)
        return text_of(version, known, values=None if version.is_published else values).articles

    def made() -> list[Change]:
        return compare(articles(old), articles(new), [articles(each) for each in numbered])

    if not new.is_published:
        changes = made()
    else:
        # Published texts never change, so neither does what differs between two of them.
        language = next((text.language for text in (translated or {}).values()), "fr")
        key = f"legal-differences-{old.content_hash}-{new.content_hash}-{language}"
        changes = cache.get(key)
        if changes is None:
            changes = made()
            cache.set(key, changes, timeout=86400)
    changed = [change for change in changes if change.status != "same"]
    return {"old": old, "new": new, "changes": changes, "changed": changed, "in_words": in_words(changes)}


def translations_of(versions: list[LegalVersion], language: str) -> Texts:
    """Language versions by their version's key; empty unless each of these versions has one."""
    if not language:
        return {}
    rows = LegalTranslation.objects.filter(version__in=versions, language=language)
    found = {row.version_id: row for row in rows}
    return found if len(found) == len({version.pk for version in versions}) else {}
