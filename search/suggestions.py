"""Suggestions while typing: what is done, what for, practitioners, pages and places, by the start of any word.

Only what leads to somebody is suggested: a suggestion that finds nothing is a false promise. docs/search.md says the rules.
"""

from dataclasses import dataclass

from django.db.models import Q, TextField, Value
from django.db.models.functions import Concat

from common.text import fold
from places import lookup, wording
from places.lookup import Place
from search import names, phrases, presence, terms
from search.addresses import Address
from search.models import PageEntry
from search.phrases import Phrase
from search.query import Clause

FEWEST_LETTERS = 2
MAX_TYPED = 80
MAX_WORDS = 8
# All kinds together: more than a person reads while typing.
MOST = 8
# What stands between a practice and its place.
LINKS = frozenset({"a", "au", "aux", "en", "dans", "de", "du", "pres", "sur", "vers"})
FEWEST_LETTERS_OF_WHAT = 3
SPLITS = 6


@dataclass(frozen=True, slots=True)
class Item:
    """`detail` tells namesakes apart: the postal code of a place, the town of a practitioner."""

    label: str
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Offer:
    """An item that is only made when `question` finds somebody."""

    kind: str
    item: Item
    question: tuple[Clause, ...]


def suggest(typed: str, limit: int = 4) -> list[tuple[str, list[Item]]]:
    """(kind, items) groups without the empty ones, `MOST` items in all; a bounded number of queries."""
    typed = typed[:MAX_TYPED]
    words = fold(typed).split()[:MAX_WORDS]
    if sum(map(len, words)) < FEWEST_LETTERS:
        return []
    offers = [_alone(phrase) for found in phrases.starting_with(words).values() for phrase in found[: 2 * limit]]
    offers = offers or _combined(words)
    groups: dict[str, list[Item]] = {"practice": [], "theme": [], "need": []}
    for offer, finds in zip(offers, presence.found([offer.question for offer in offers]), strict=True):
        if finds:
            groups[offer.kind].append(offer.item)
    groups["practitioner"] = [_practitioner(one) for one in names.starting_with(words, limit)]
    groups["place"] = [_place(place) for place in lookup.autocomplete(typed, limit)]
    groups["page"] = [Item(page.title, page.url) for page in pages(typed, limit=2, prefix=True)]
    return _shared_out({kind: items[:limit] for kind, items in groups.items() if items})


def _shared_out(groups: dict[str, list[Item]]) -> list[tuple[str, list[Item]]]:
    """One of each kind, then a second of each, until there are enough; no kind hides another."""
    taken = dict.fromkeys(groups, 0)
    left = MOST
    for depth in range(MOST):
        for kind, items in groups.items():
            if left and depth < len(items):
                taken[kind], left = depth + 1, left - 1
    return [(kind, items[: taken[kind]]) for kind, items in groups.items() if taken[kind]]


def _alone(phrase: Phrase) -> _Offer:
    name, value = phrase.parameter
    return _Offer(phrase.kind, Item(phrase.label, str(Address(((name, value),)))), (phrase.clause,))


def _practitioner(found: names.Named) -> Item:
    label = f"{found.name}, {found.practice.lower()}" if found.practice else found.name
    return Item(label, f"/praticiens/{found.slug}/", found.place)


def _place(place: Place) -> Item:
    return Item(place.label, str(Address((("lieu", place.id),))), next(iter(place.postal_codes), ""))


# “sophro lyon”: something to ask for, somewhere


def _combined(words: list[str]) -> list[_Offer]:
    """The practices, themes or needs and the places that the words begin, in either order; the first way to read them."""
    for what, where in _splits(words):
        asked = [phrase for found in phrases.starting_with(what).values() for phrase in found][:2]
        places = lookup.autocomplete(" ".join(where), limit=3) if asked else []
        if places:
            return [_in_place(phrase, place) for phrase in asked for place in places]
    return []


def _splits(words: list[str]) -> list[tuple[list[str], list[str]]]:
    found = []
    for cut in range(len(words) - 1, 0, -1):
        for what, where in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
            what, where = _without_links(what), _without_links(where)
            if len("".join(what)) >= FEWEST_LETTERS_OF_WHAT and len("".join(where)) >= FEWEST_LETTERS:
                found.append((what, where))
    return found[:SPLITS]


def _without_links(words: list[str]) -> list[str]:
    start = next((n for n, word in enumerate(words) if word not in LINKS), len(words))
    end = next((n for n in range(len(words), start, -1) if words[n - 1] not in LINKS), start)
    return words[start:end]


def _in_place(phrase: Phrase, place: Place) -> _Offer:
    within = {"commune": terms.served, "department": terms.department, "region": terms.region}[place.kind](place.code)
    name, value = phrase.parameter
    item = Item(
        f"{phrase.label} {wording.in_place(place)}",
        str(Address(((name, value), ("lieu", place.id)))),
        next(iter(place.postal_codes), ""),
    )
    return _Offer(phrase.kind, item, (phrase.clause, (frozenset([within]),)))


# Editorial pages


def pages(text: str, limit: int = 3, prefix: bool = False) -> list[PageEntry]:
    """Published pages in which every word is found, those that say it in their title first."""
    tokens = terms.tokens(text)[: terms.MAX_TOKENS]
    if not tokens:
        return []
    condition = Q(terms__contains=tokens)
    found = PageEntry.objects.all()
    if prefix:
        found = found.alias(spaced=Concat(Value(" "), "folded", output_field=TextField()))
        begun = Q()
        for word in fold(text).split():
            begun &= Q(spaced__contains=f" {word}")
        condition |= begun
    return sorted(
        found.filter(condition)[:50],
        key=lambda page: (not set(tokens) <= set(page.title_terms), page.kind != "theme", page.folded),
    )[:limit]
