"""`/api/v1/practitioners/` and `/api/v1/suggest/`, open to everyone."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Query as Parameters
from ninja import Router, Schema, Status

from common import clock
from search import finding, listing, query, ranking, suggestions
from search.engines.base import Hit

router = Router(tags=["search"])


class Filters(Schema):
    """The search's parameters, as in the pages' addresses. Read as text: a refusal names the parameter (422)."""

    q: str = ""
    lieu: str = ""
    autour: str = ""
    rayon: str = ""
    bbox: str = ""
    pratique: list[str] = []
    theme: list[str] = []
    langue: list[str] = []
    mode: list[str] = []
    disponible: str = ""
    moment: list[str] = []
    prix_max: str = ""
    note_min: str = ""
    paiement: list[str] = []
    acces: str = ""
    tri: str = ""
    page: str = ""


class Ranking(Schema):
    """The columns that decided the place: the score out of 5, completeness in percent."""

    online_booking: bool
    review_score: float
    completeness: int
    partner: bool
    listed_on: dt.date


class ResultOut(Schema):
    slug: str
    name: str
    url: str
    practices: list[str]
    place: str
    distance_km: float | None
    next_slot: dt.datetime | None
    ranking: Ranking
    why: str


class FacetValue(Schema):
    value: str
    label: str
    count: int


class PractitionersOut(Schema):
    count: int
    page: int
    pages: int
    engine: str
    corrected: str | None
    results: list[ResultOut]
    facets: dict[str, list[FacetValue]]


class Refused(Schema):
    detail: list[dict[str, Any]]


class Suggestion(Schema):
    label: str
    url: str


class Group(Schema):
    kind: str
    items: list[Suggestion]


class SuggestionsOut(Schema):
    groups: list[Group]


@router.get("/practitioners/", response={200: PractitionersOut, 422: Refused}, summary="Search practitioners")
def practitioners(request: HttpRequest, filters: Parameters[Filters]) -> Status[Any]:
    """Those who match everything asked, in the Contract's order, with the count of each facet's values."""
    parsed = query.parse(request.GET, today=clock.today())
    if parsed.problems:
        detail = [
            {
                "type": "value_error",
                "loc": ["query", problem.parameter],
                "msg": str(problem.message),
                "input": problem.value,
            }
            for problem in parsed.problems
        ]
        return Status(422, {"detail": detail})
    results = finding.find(parsed.query)
    labels = listing.facet_labels(results)
    body = {
        "count": results.count,
        "page": results.page,
        "pages": results.pages,
        "engine": results.engine,
        "corrected": results.corrected,
        "results": [_result(hit) for hit in results.hits],
        "facets": {
            name: [{"value": value, "label": labels[name].get(value, value), "count": count} for value, count in values]
            for name, values in results.facets.items()
        },
    }
    return Status(200, body)


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


@router.get("/suggest/", response=SuggestionsOut, summary="Suggestions while typing")
def suggest(request: HttpRequest, q: str = Parameters("", max_length=200)) -> dict[str, Any]:
    groups = suggestions.suggest(q)
    return {
        "groups": [
            {"kind": kind, "items": [{"label": item.label, "url": item.url} for item in items]}
            for kind, items in groups
        ]
    }
