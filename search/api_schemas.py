"""What `/api/v1/` takes and gives for the search, as its own description says it (docs/api.md)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from ninja import Schema
from pydantic import Field

from search import vocabulary
from search.engines.base import PAGE_SIZE

# Deeper pages are not given: the directory is there to be searched, not to be copied (P5).
MOST_PAGES = 50


def _parameter(description: str, example: Any, *, several: bool = False) -> Any:
    extra: dict[str, Any] = {"example": example}
    if several:
        return Field(
            default_factory=list, description=f"{description} Repeatable: any of them.", json_schema_extra=extra
        )
    return Field("", description=description, json_schema_extra=extra)


def _one_of(values: Iterable[object]) -> str:
    return ", ".join(f"`{value}`" for value in values)


class Filters(Schema):
    """The search's parameters, as in the pages' addresses. Read as text: a refusal names the parameter (422)."""

    q: str = _parameter(
        "What a person would type, at most 200 characters: a practice, a need, a name, a town, “visio”. French; case, accents, "
        "hyphens, plurals and word order do not matter.",
        "sophrologie à lyon",
    )
    exact: str = _parameter(
        "`1`: every word of `q` is searched as it is, nothing is understood in it or corrected.", "1"
    )
    lieu: str = _parameter(
        "A place as typed (town, postal code, département, région) or exactly: `commune:69123`, `departement:974`, `region:53`. "
        "A name that several places bear is refused with the exact forms.",
        "Lyon",
    )
    autour: str = _parameter("Around a point: latitude,longitude in degrees.", "45.76,4.83")
    rayon: str = _parameter(
        f"Within so many km of the town or the point: {_one_of(vocabulary.RADII)} ({vocabulary.DEFAULT_RADIUS} unless given).",
        "20",
    )
    bbox: str = _parameter("In an area: west,south,east,north in degrees.", "4.7,45.6,5.0,45.9")
    pratique: list[str] = _parameter("Slug of a practice.", ["sophrologie"], several=True)
    theme: list[str] = _parameter("Slug of a theme.", ["sommeil"], several=True)
    langue: list[str] = _parameter("Language spoken, ISO 639-1.", ["en"], several=True)
    mode: list[str] = _parameter(f"How to meet: {_one_of(vocabulary.MODES)}.", ["visio"], several=True)
    disponible: str = _parameter(
        f"A time can be booked online: {_one_of(vocabulary.WHEN)} or a day such as `2026-11-24`.", "semaine"
    )
    moment: list[str] = _parameter(
        f"Part of the day of that time: {_one_of(vocabulary.PARTS)}.", ["soir"], several=True
    )
    prix_max: str = _parameter("The cheapest session costs at most so many euros.", "60")
    note_min: str = _parameter("Review score from, out of 5.", "4.5")
    paiement: list[str] = _parameter(f"Means of payment: {_one_of(vocabulary.PAYMENTS)}.", ["carte"], several=True)
    acces: str = _parameter("`fauteuil`: step-free access.", "fauteuil")
    tri: str = _parameter(
        f"Order: {_one_of(vocabulary.SORTS)}. The first, the default, is the Contract's; `distance` needs a town or a point.",
        "horaire",
    )
    page: str = _parameter(
        f"From 1, {PAGE_SIZE} results each; at most {MOST_PAGES}. One past the end is an empty list.", "1"
    )


class Ranking(Schema):
    """The columns that decided the place, in their order: the score is out of 5, completeness in percent."""

    online_booking: bool
    review_score: float
    completeness: int
    partner: bool
    listed_on: dt.date


class ResultOut(Schema):
    slug: str
    name: str
    url: str = Field(description="Address of the profile on this site.")
    practices: list[str]
    place: str
    distance_km: float | None = Field(description="To the nearest place of practice, when the question has a centre.")
    next_slot: dt.datetime | None = Field(description="First time that can be booked, in the ways to meet asked for.")
    ranking: Ranking
    why: str = Field(description="The reason of the place in the order, in words.")


class FacetValue(Schema):
    value: str
    label: str
    count: int


class Understood(Schema):
    """A piece of `q`: `kind` is practice, theme, need, name, place, mode, around, radius or word; `typed` the words it came from."""

    kind: str
    label: str
    typed: str


class PractitionersOut(Schema):
    count: int = Field(description="How many match in all; exact.")
    page: int
    pages: int = Field(description=f"How many pages can be read: at most {MOST_PAGES}.")
    next: str | None = Field(description="Address of the next page, if there is one.")
    previous: str | None
    engine: str = Field(description="Which engine answered; the answer does not depend on it.")
    corrected: str | None = Field(
        description="What was searched instead of `q`, because nobody matches `q` and it holds words that are likely typing errors."
    )
    understood: list[Understood]
    results: list[ResultOut]
    facets: dict[str, list[FacetValue]] = Field(
        description="By parameter: how many one would get by choosing that value alone in it, with the rest of the question."
    )


class Suggestion(Schema):
    label: str
    url: str
    detail: str | None = Field(None, description="Tells namesakes apart: a postal code, the town of a practitioner.")


class Group(Schema):
    kind: str = Field(description="`practice`, `theme`, `need`, `practitioner`, `place` or `page`.")
    items: list[Suggestion]


class SuggestionsOut(Schema):
    groups: list[Group]
