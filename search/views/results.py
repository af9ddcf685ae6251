"""The result page, the choice of a place, and how results are ranked: public, and whole without JavaScript."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common import clock
from places import lookup
from search import query, ranking
from search.actions import prior
from search.presentation import address_without, result_page


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    parsed = query.parse(request.GET, today=clock.today())
    if parsed.ambiguous or parsed.unknown_place:
        choices = list(parsed.ambiguous.choices) if parsed.ambiguous else _closest(parsed.unknown_place)
        rest = address_without(request.GET, "lieu")
        context = {
            "typed": parsed.place_text,
            "ambiguous": parsed.ambiguous is not None,
            "choices": [(place, f"/recherche/?{rest}{'&' if rest else ''}lieu={place.id}") for place in choices],
            "kept": [
                (name, value)
                for name, values in request.GET.lists()
                for value in values
                if name not in {"lieu", "page"}
            ],
            "anywhere": f"/recherche/?{rest}" if rest else "/recherche/",
        }
        return render(request, "search/choose_place.html", context)
    return render(request, "search/results.html", result_page(request, parsed))


@login_not_required
@require_safe
def ranking_explained(request: HttpRequest) -> HttpResponse:
    """Generated from the rule's own declaration: it cannot tell another order than the one in force."""
    frozen = prior.current()
    context = {
        "criteria": ranking.CRITERIA,
        "prior": frozen,
        "prior_score": frozen.mean_milli / 1000,
        "prior_weight": ranking.PRIOR_WEIGHT,
    }
    return render(request, "search/ranking.html", context)


def _closest(typed: str) -> list[lookup.Place]:
    """Places that begin like what was typed, letting go of its end until something does."""
    text = typed
    while len(text) >= 3:
        found = lookup.autocomplete(text)
        if found:
            return found
        text = text[: min(len(text) - 1, 12) if len(text) > 12 else len(text) - 2]
    return []
