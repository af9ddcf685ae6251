"""Landing pages: a practice, and a practice in a place. They exist only where there is somebody."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from places import lookup
from places.lookup import Place
from places.models import Commune
from practitioners.models import Practice, PracticePlace
from search import query, terms
from search.presentation import result_page

OFFERED = Q(
    practitioner_links__certificate_checked_at__isnull=False,
    practitioner_links__practitioner__search_entry__isnull=False,
)


@login_not_required
@require_safe
def practices(request: HttpRequest) -> HttpResponse:
    counted = Practice.objects.annotate(listed=Count("practitioner_links", filter=OFFERED)).filter(listed__gt=0)
    return render(request, "search/practices.html", {"practices": counted})


@login_not_required
@require_safe
def practice(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Practice, slug=slug)
    return _page(request, found, None)


@login_not_required
@require_safe
def practice_in_place(request: HttpRequest, slug: str, place_slug: str) -> HttpResponse:
    found = get_object_or_404(Practice, slug=slug)
    place = lookup.by_slug(place_slug)
    if place is None:
        raise Http404("no such place")
    return _page(request, found, place)


def _page(request: HttpRequest, found: Practice, place: Place | None) -> HttpResponse:
    """The same list as the search's, under an address of its own; only the page is read from the query string."""
    parameters = QueryDict(mutable=True)
    parameters["pratique"] = found.slug
    if place:
        parameters["lieu"] = place.id
    if request.GET.get("page"):
        parameters["page"] = request.GET["page"]
    parsed = query.parse(parameters, today=clock.today())
    context: dict[str, Any] = result_page(request, parsed)
    if place and not context["results"].count:
        raise Http404("nobody there")
    context |= {"practice": found, "place": place, "heading": heading(found, place), "neighbours": _towns(found, place)}
    context["canonical"] = f"/pratiques/{found.slug}/{place.slug + '/' if place else ''}"
    return render(request, "search/practice.html", context)


def heading(found: Practice, place: Place | None) -> str:
    """`Sophrologie à Lyon`, `… au Mans`, `… : Rhône (69)`."""
    if place is None:
        return found.name
    if place.kind != "commune":
        return f"{found.name}{_(': ')}{place.label}"
    if not (get_language() or "fr").startswith("fr"):
        return f"{found.name} in {place.name}"
    for article, contracted in (("Le ", "au "), ("Les ", "aux ")):
        if place.name.startswith(article):
            return f"{found.name} {contracted}{place.name.removeprefix(article)}"
    return f"{found.name} à {place.name}"


def _towns(found: Practice, place: Place | None, limit: int = 12) -> list[tuple[str, str]]:
    """The most populated towns where this practice is offered, those of the same région when a place is given."""
    offering = PracticePlace.objects.filter(practitioner__search_entry__terms__contains=[terms.practice(found.slug)])
    towns = Commune.objects.filter(pk__in=offering.values("commune")).exclude(pk=place.code if place else "")
    if place:
        towns = towns.filter(department__region=place.region)
    rows = towns.order_by("-population").values_list("name", "slug")[:limit]
    return [(name.removesuffix(" Arrondissement"), f"/pratiques/{found.slug}/{slug}/") for name, slug in rows]
