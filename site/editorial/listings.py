"""Practitioners as editorial pages show them: always what the search engine answers, in the Contract's order.

Editorial never ranks: it asks, and turns results into cards.
"""

import datetime as dt
import statistics
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils.translation import gettext

from common.clock import today
from places.lookup import of_commune
from places.models import Commune
from practitioners.models import Practice, PracticePlace, Practitioner, Service, Theme
from search import finding, listing
from search.listing import Card
from search.query import Parsed, Query, parse

LONGEST_PLACE = 120
FEWEST_PRICES = 20
HOME_CACHE_SECONDS = 300
MOST_PRACTICES = 8
MOST_TOWNS = 8
# INSEE prefixes of the arrondissements of Paris, Marseille and Lyon, and the code of their town.
ARRONDISSEMENTS = {"751": "75056", "132": "13055", "6938": "69123"}


@dataclass(frozen=True)
class Listing:
    """What a search found: its cards, how many there are in all, and the place it understood."""

    cards: list[Card] = field(default_factory=list)
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
    """The first practitioners of a theme (of all, when empty), around a place as typed or by its exact form."""
    parsed = parse(_Typed({"theme": [theme] if theme else [], "lieu": [place] if place else []}), today=today())
    where = parsed.query.place
    results = finding.find(parsed.query, facets=False, size=count)
    exact = [("theme", theme)] if theme else []
    return Listing(
        cards=listing.cards(results.hits, first=1),
        total=results.count,
        place_label=where.label if where else "",
        message=_problem(parsed, place),
        search_url=f"/recherche/?{urlencode([*exact, *([('lieu', where.id)] if where else [])])}",
        video_url=f"/recherche/?{urlencode([*exact, ('mode', 'visio')])}",
    )


class _Typed(dict[str, list[str]]):
    def getlist(self, key: str) -> list[str]:
        return self.get(key, [])


def _problem(parsed: Parsed, place: str) -> str:
    if not place or parsed.query.place:
        return ""
    if parsed.ambiguous:
        names = ", ".join(choice.label for choice in parsed.ambiguous.choices[:6])
        return gettext("Several places have this name: %(names)s. Add the postal code.") % {"names": names}
    return next((str(problem.message) for problem in parsed.problems if problem.parameter == "lieu"), "")


def for_home() -> dict[str, Any]:
    """Counts and links are kept a few minutes; the practitioner with times this week is read anew at each view."""
    kept = cache.get_or_set("editorial.home", _counts, HOME_CACHE_SECONDS)
    return {**(kept or _counts()), "sample": _free_this_week()}


def _counts() -> dict[str, Any]:
    results = finding.find(Query(), size=1)
    by_slug = dict(results.facets.get("pratique", []))
    named = Practice.objects.filter(slug__in=by_slug).values("slug", "name", "folded")
    found = sorted(named, key=lambda row: (-by_slug[row["slug"]], row["folded"]))[:MOST_PRACTICES]
    practices = [{"slug": row["slug"], "name": row["name"], "count": by_slug[row["slug"]]} for row in found]
    return {"total": results.count, "practices": practices, "towns": _towns()}


def _towns() -> list[dict[str, str]]:
    """The towns where most practitioners receive, arrondissements counted with their town."""
    rows = (
        PracticePlace.objects.filter(practitioner__status=Practitioner.Status.LISTED)
        .values("commune")
        .annotate(n=Count("practitioner", distinct=True))
    )
    people: Counter[str] = Counter()
    for row in rows:
        people[_town_of(row["commune"])] += row["n"]
    largest = [insee for insee, _n in sorted(people.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_TOWNS]]
    communes = Commune.objects.select_related("department").in_bulk(largest)
    return [
        {"id": f"commune:{insee}", "name": of_commune(communes[insee]).name} for insee in largest if insee in communes
    ]


def _town_of(insee: str) -> str:
    return next((town for prefix, town in ARRONDISSEMENTS.items() if insee.startswith(prefix)), insee)


def _free_this_week() -> Card | None:
    """The first of the Contract's order who has times within the week: the strip on the home page is a real one."""
    first = today()
    hits = finding.find(Query(days=(first, first + dt.timedelta(days=6))), facets=False, size=1).hits
    return next(iter(listing.cards(hits)), None)
