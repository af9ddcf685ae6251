"""Practitioners as editorial pages show them: always what the search engine answers, in the Contract's order.

Editorial never ranks: it asks, and turns results into cards.
"""

import datetime as dt
import statistics
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Q

from common.clock import today
from practitioners.models import Practice, Practitioner, Service, Theme

LONGEST_PLACE = 120
FEWEST_PRICES = 20
HOME_CACHE_SECONDS = 300


@dataclass(frozen=True)
class Listing:
    """What a search found: its cards, how many there are in all, and the place it understood."""

    cards: list[Any] = field(default_factory=list)
    total: int = 0
    place_label: str = ""
    message: str = ""
    search_url: str = "/recherche/"
    video_url: str = "/recherche/?mode=visio"


@dataclass(frozen=True)
class Prices:
    practice: str
    median: int
    practitioners: int
    day: dt.date


def prices_seen(practice_slug: str) -> Prices | None:
    """Median price of a session over listed practitioners; None below 20, where the figure would mislead."""
    practice = Practice.objects.filter(slug=practice_slug).first()
    if practice is None:
        return None
    rows = Service.objects.filter(practice=practice, practitioner__status=Practitioner.Status.LISTED, price_cents__gt=0)
    lowest: dict[int, int] = {}
    for practitioner_id, cents in rows.values_list("practitioner_id", "price_cents"):
        lowest[practitioner_id] = min(cents, lowest.get(practitioner_id, cents))
    if len(lowest) < FEWEST_PRICES:
        return None
    return Prices(practice.name, round(statistics.median(lowest.values())), len(lowest), today())


def counts_by_theme() -> dict[str, int]:
    listed = Count("practitioners", filter=Q(practitioners__status=Practitioner.Status.LISTED))
    return dict(Theme.objects.annotate(n=listed).values_list("slug", "n"))


def find(*, theme: str = "", place: str = "", count: int = 6) -> Listing:
    return Listing()


def for_home() -> dict[str, Any]:
    return {"sample": None, "practices": [], "towns": [], "total": 0}
