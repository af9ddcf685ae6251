"""What pages show of favourites: which cards are saved, and one's own list."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.template.loader import render_to_string

from practitioners.models import Practitioner
from search import listing
from search.engines.embedded import hits_of
from search.listing import Card
from search.models import Favourite
from search.query import Query

PAGE_SIZE = 20


@dataclass(frozen=True)
class Line:
    """A favourite as its owner sees it; without a card, the practitioner is no longer listed and nothing else is told."""

    practitioner_id: int
    saved_at: dt.datetime
    card: Card | None


def marked(user: Any, cards: list[Card]) -> list[Card]:
    """The cards, each saying whether this person saved it: one query, none for who is not signed in."""
    saved = saved_among(user, [card.practitioner_id for card in cards])
    return [replace(card, saved=card.practitioner_id in saved) for card in cards]


def saved_among(user: Any, practitioner_ids: list[int]) -> set[int]:
    if not user.is_authenticated or not practitioner_ids:
        return set()
    mine = Favourite.objects.filter(user=user, practitioner__in=practitioner_ids)
    return set(mine.values_list("practitioner_id", flat=True))


def page_of(user: Any, number: str) -> tuple[Page[Any], list[Line]]:
    """A page of one's own, the last saved first; a bounded number of queries."""
    rows = (
        Favourite.objects.filter(user=user).order_by("-created_at", "-pk").values_list("practitioner_id", "created_at")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(
        number if number.isascii() and number.isdigit() and len(number) < 8 else 1
    )
    mine = list(page.object_list)
    hits = hits_of(Query(), [practitioner_id for practitioner_id, _at in mine])
    # Nobody is ranked here: the reason of a place in results has no sense.
    cards = {card.practitioner_id: replace(card, saved=True, why=[]) for card in listing.cards(hits)}
    return page, [Line(practitioner_id, saved_at, cards.get(practitioner_id)) for practitioner_id, saved_at in mine]


def profile_panel(context: dict[str, object]) -> str:
    """The button on a practitioner's own page; not in a preview, nor where nobody asks."""
    request, practitioner = context.get("request"), context.get("practitioner")
    if not isinstance(request, HttpRequest) or not isinstance(practitioner, Practitioner) or context.get("is_preview"):
        return ""
    if not practitioner.is_listed:
        return ""
    saved = practitioner.pk in saved_among(request.user, [practitioner.pk])
    values = button_context(practitioner.pk, practitioner.full_name, saved, request.get_full_path())
    return render_to_string("search/favourite_panel.html", values, request=request)


def button_context(practitioner_id: int, name: str, saved: bool, back: str) -> dict[str, object]:
    return {"practitioner_id": practitioner_id, "name": name, "saved": saved, "back": back}
