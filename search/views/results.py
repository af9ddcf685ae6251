"""The result page, the choice of a place, and how results are ranked: public, and whole without JavaScript."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from common import clock
from places import lookup
from search import query, ranking, vocabulary
from search.actions import prior
from search.addresses import ORDER, Address, tidied
from search.presentation import result_page
from search.presentation.chips import chips, without_pieces
from search.query import Parsed


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    tidy = tidied(request.GET)
    if tidy is not None:
        # Only a form without a script sends empty fields: what is shared and kept has none.
        return redirect(str(tidy))
    parsed = query.parse(request.GET, today=clock.today())
    if parsed.ambiguous or parsed.unknown_place:
        return _choose_place(request, parsed)
    return render(request, "search/results.html", result_page(request, parsed))


def _choose_place(request: HttpRequest, parsed: Parsed) -> HttpResponse:
    """Several places, or none, bear the name typed: a page of its own, which keeps the rest of the question."""
    rest = Address(tuple(pair for pair in _given(request) if pair[0] not in {"lieu", "page"}))
    if parsed.ambiguous and not parsed.place_text:
        # Said in the words: once chosen, it stands in its own field.
        rest = without_pieces(parsed, rest, "place")
    choices = list(parsed.ambiguous.choices) if parsed.ambiguous else _closest(parsed.unknown_place)
    context = {
        "typed": parsed.place_text or (parsed.ambiguous.typed if parsed.ambiguous else ""),
        "ambiguous": parsed.ambiguous is not None,
        "choices": [(place, str(rest.setting(lieu=place.id))) for place in choices],
        "kept": rest.values,
        "in_words": [chip.label for chip in chips(parsed, Address.of(parsed.raw)) if chip.kind != "place"],
        "parameter_order": " ".join(ORDER),
        "anywhere": str(rest),
    }
    return render(request, "search/choose_place.html", context)


def _given(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.GET.lists() for value in values if value.strip()]


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
        "other_orders": [label for value, label in vocabulary.SORTS.items() if value != "classement"],
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
