"""Suggestions while typing: practices, themes, pages, practitioners and places, by the start of any word."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Concat

from common.text import fold
from places import lookup
from practitioners.models import Practice, Practitioner, Theme
from search import terms
from search.models import PageEntry

FEWEST_LETTERS = 2
MAX_TYPED = 80


@dataclass(frozen=True)
class Item:
    label: str
    url: str


def _search_url(**parameters: str) -> str:
    return f"/recherche/?{urlencode(parameters)}"


def suggest(typed: str, limit: int = 4) -> list[tuple[str, list[Item]]]:
    """(kind, items) groups without the empty ones; six queries at most."""
    text = fold(typed[:MAX_TYPED])
    words = text.split()
    if len(text) < FEWEST_LETTERS or not words:
        return []
    groups = [
        ("practice", _named(Practice, words, "pratique", limit)),
        ("theme", _named(Theme, words, "theme", limit)),
        ("practitioner", _practitioners(words, limit)),
        ("page", [Item(page.title, page.url) for page in pages(typed, limit=2, prefix=True)]),
        (
            "place",
            [Item(place.label, _search_url(lieu=place.id)) for place in lookup.autocomplete(typed[:MAX_TYPED], limit)],
        ),
    ]
    return [(kind, items) for kind, items in groups if items]


def _named(model: type[Practice] | type[Theme], words: list[str], parameter: str, limit: int) -> list[Item]:
    """By name or alias. There are some dozens of each: read them all, and compare folded words in Python."""
    rows = (
        model._default_manager.filter(**_in_use(model))
        .values_list("name", "slug", "aliases")
        .order_by("folded")
        .distinct()
    )
    found = []
    for name, slug, aliases in rows:
        names = [f" {fold(alias)}" for alias in (name, *aliases)]
        best = next((rank for rank, one in enumerate(names) if all(f" {word}" in one for word in words)), None)
        if best is not None:
            found.append((not names[0].startswith(f" {words[0]}"), best > 0, name, slug))
    return [Item(name, _search_url(**{parameter: slug})) for *_order, name, slug in sorted(found)[:limit]]


def _in_use(model: type[Practice] | type[Theme]) -> dict[str, object]:
    """Only what leads to somebody: a suggestion that finds nothing is a false promise."""
    if model is Practice:
        return {
            "practitioner_links__certificate_checked_at__isnull": False,
            "practitioner_links__practitioner__search_entry__isnull": False,
        }
    return {"practitioners__search_entry__isnull": False}


def _practitioners(words: list[str], limit: int) -> list[Item]:
    spaced = Concat(Value(" "), F("sort_name"), output_field=TextField())
    condition = Q()
    for word in words:
        condition &= Q(spaced__contains=f" {word}")
    found = Practitioner.objects.filter(search_entry__isnull=False).alias(spaced=spaced).filter(condition)
    rows = found.order_by("search_entry__rank").values_list(
        "first_name", "last_name", "slug", "search_entry__card__practices"
    )
    return [
        Item(f"{first} {last}" + (f", {practices[0].lower()}" if practices else ""), f"/praticiens/{slug}/")
        for first, last, slug, practices in rows[:limit]
    ]


def pages(text: str, limit: int = 3, prefix: bool = False) -> list[PageEntry]:
    """Published pages in which every word is found, those that say it in their title first."""
    tokens = terms.tokens(text)[: terms.MAX_TOKENS]
    if not tokens:
        return []
    condition = Q(terms__contains=tokens)
    if prefix:
        condition |= Q(folded__startswith=fold(text))
    found = PageEntry.objects.filter(condition)
    return sorted(
        found[:50], key=lambda page: (not set(tokens) <= set(page.title_terms), page.kind != "theme", page.folded)
    )[:limit]
