"""`/api/v1/practitioners/` and `/api/v1/suggest/`, open to everyone: docs/api.md."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query as Parameters
from ninja import Router, Status
from ninja.decorators import decorate_view
from ninja.throttling import BaseThrottle

from common import clock
from common.api import PerAddress, Refused, TooMany, cacheable
from search import finding, listing, query, ranking, suggestions
from search.api_schemas import MOST_PAGES, Filters, PractitionersOut, SuggestionsOut
from search.engines.base import Hit, Results
from search.query import Parsed, Problem

router = Router(tags=["search"])
# A person who pages and filters, several behind one address; and, over a day, not the whole directory.
SEARCHES: list[BaseThrottle] = [
    PerAddress("search", requests=300),
    PerAddress("search-day", requests=20_000, seconds=86_400),
]
SUGGESTIONS = PerAddress("suggest", requests=600)


@router.get(
    "/practitioners/",
    response={200: PractitionersOut, 422: Refused, 429: TooMany},
    summary="Search practitioners",
    throttle=SEARCHES,
)
@decorate_view(cacheable(15))
def practitioners(request: HttpRequest, filters: Parameters[Filters]) -> Status[Any]:
    """Those who match everything asked, in the Contract's order, with the count of each facet's values."""
    parsed = query.parse(request.GET, today=clock.today())
    problems = parsed.problems or _ambiguous(parsed)
    if problems:
        return _refused(problems)
    results = finding.find(parsed.query)
    if MOST_PAGES < results.page <= results.pages:
        return _refused(
            [Problem("page", str(results.page), _("At most %(n)s pages: narrow the search.") % {"n": MOST_PAGES})]
        )
    labels = listing.facet_labels(results)
    body = {
        "count": results.count,
        "page": results.page,
        **_pages(request, results),
        "engine": results.engine,
        "corrected": results.corrected,
        "understood": [{"kind": p.kind, "label": p.label, "typed": p.typed} for p in parsed.pieces],
        "results": [_result(hit) for hit in results.hits],
        "facets": {
            name: [{"value": value, "label": labels[name].get(value, value), "count": count} for value, count in values]
            for name, values in results.facets.items()
        },
    }
    return Status(200, body)


def _ambiguous(parsed: Parsed) -> list[Problem]:
    """A place said in the text that several bear: a page lets the person choose, a program has to say which."""
    if not parsed.ambiguous:
        return []
    choices = ", ".join(f"{place.label} = {place.id}" for place in parsed.ambiguous.choices[:5])
    return [Problem("q", parsed.query.text, _("Several places have this name: %(choices)s.") % {"choices": choices})]


def _refused(problems: list[Problem]) -> Status[Any]:
    detail = [
        {
            "type": "value_error",
            "loc": ["query", problem.parameter],
            "msg": str(problem.message),
            "input": problem.value,
        }
        for problem in problems
    ]
    return Status(422, {"detail": detail})


def _pages(request: HttpRequest, results: Results) -> dict[str, Any]:
    last = min(results.pages, MOST_PAGES)

    def address(page: int) -> str | None:
        if not 1 <= page <= last:
            return None
        parameters = request.GET.copy()
        parameters["page"] = str(page)
        return f"{request.path}?{parameters.urlencode(safe=':,')}"

    return {"pages": last, "next": address(results.page + 1), "previous": address(min(results.page - 1, last))}


def _result(hit: Hit) -> dict[str, Any]:
    standing, card = hit.standing, hit.card
    return {
        "slug": card["slug"],
        "name": card["name"],
        "url": card["url"],
        "practices": card["practices"],
        "place": card["place"],
        "distance_km": hit.distance_km,
        "next_slot": hit.next_free,
        "ranking": {
            "online_booking": standing.online,
            "review_score": standing.score / 10,
            "completeness": standing.completeness,
            "partner": standing.partner,
            "listed_on": standing.listed_on,
        },
        "why": ranking.why(standing, card["reviews"]),
    }


@router.get(
    "/suggest/",
    response={200: SuggestionsOut, 422: Refused, 429: TooMany},
    summary="Suggestions while typing",
    throttle=SUGGESTIONS,
    exclude_none=True,
)
@decorate_view(cacheable(60))
def suggest(
    request: HttpRequest,
    q: str = Parameters("", max_length=200, description="What is typed so far; from 2 letters on.", example="mar dup"),
) -> dict[str, Any]:
    """By the start of any word, in any order: what is done, what for, practitioners, places, pages; at most 8 in all.

    Only what leads to somebody is suggested.
    """
    groups = suggestions.suggest(q)
    return {
        "groups": [
            {
                "kind": kind,
                "items": [{"label": item.label, "url": item.url, "detail": item.detail or None} for item in items],
            }
            for kind, items in groups
        ]
    }
