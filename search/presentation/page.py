"""All that the result page says, gathered for its template."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from places.wording import in_place
from search import alerts, centres, favourites, finding, listing, map_panel, ranking, suggestions, vocabulary
from search.addresses import ORDER, SEARCH, Address
from search.engines.base import PAGE_SIZE, Results
from search.presentation.chips import chips, filters
from search.presentation.facets import facets
from search.presentation.ways_out import Nearest, nearest, ways_out
from search.presentation.words import counted, quoted
from search.query import Parsed


def result_page(request: HttpRequest, parsed: Parsed) -> dict[str, Any]:
    """Everything that `search/list.html` reads."""
    asked = parsed.query
    results = finding.find(asked)
    address = Address.of(parsed.raw)
    first = (asked.page - 1) * PAGE_SIZE + 1
    shown = chips(parsed, address)
    empty = not results.count
    near = nearest(asked) if empty else Nearest([])
    ways = ways_out(parsed, address) if empty else []
    cards = listing.cards(results.hits, first=first, asked=asked)
    return {
        "asked": asked,
        "results": results,
        "cards": favourites.marked(request.user, cards),
        "facets": facets(results, parsed),
        "chips": shown,
        "filter_count": len(filters(parsed, address)),
        "clear_url": SEARCH if len([chip for chip in shown if not chip.fixed]) > 1 else "",
        "problems": parsed.problems,
        "place_text": parsed.place_text,
        "where": in_place(asked.place) if asked.place else "",
        "in_words": [chip.label for chip in shown],
        "count_in_words": counted(results.count),
        "page_object": Paginator(range(results.count), PAGE_SIZE).get_page(asked.page),
        "past_the_end": asked.page > 1 and not results.hits and not empty,
        "first_url": str(address),
        "last_url": f"{address}{'&' if address.query else '?'}page={results.pages}",
        "ways_out": ways,
        "only_the_time_is_missing": any(way.another_time for way in ways),
        "nearest": favourites.marked(request.user, near.cards),
        "nearest_corrected": quoted(near.corrected) if near.corrected else "",
        "nearest_another_time": near.another_time,
        "pages": suggestions.pages(_subject(parsed), limit=2) if asked.page == 1 and _subject(parsed) else [],
        "centres": centres.beside(parsed, _subject(parsed)),
        "sorts": _sorts(parsed, address),
        "ranking_line": ranking.in_one_sentence(asked.sort),
        "exact_url": str(address.setting(exact="1")),
        "understood_url": str(address.without("exact")),
        "is_exact": address.get("exact") == "1",
        "around": address.get("autour"),
        "bbox": address.get("bbox"),
        "parameter_order": " ".join(ORDER),
        "indexable": not request.GET,
        "alert_offer": alerts.offer(request, parsed, count=results.count),
        "map": map_panel.panel(request, parsed, results),
        **_wording(parsed, results),
    }


def _wording(parsed: Parsed, results: Results) -> dict[str, Any]:
    """What was done with the words typed: understood, corrected, or neither; and whether a position is waited for."""
    typed = next(iter(parsed.raw.get("q", [])), "")
    return {
        "typed": typed,
        "typed_quoted": quoted(typed),
        "corrected": results.corrected or "",
        "corrected_quoted": quoted(results.corrected or ""),
        "can_be_exact": any(piece.kind != "word" for piece in parsed.pieces),
        "wants_position": parsed.around_me and not parsed.query.center,
        "set_aside": quoted(parsed.set_aside) if parsed.set_aside else "",
    }


def _subject(parsed: Parsed) -> str:
    """What editors' pages are looked for by: the words, else the first theme or practice chosen."""
    if parsed.query.text:
        return parsed.query.text
    named = [("theme", slug) for slug in parsed.query.themes] + [("pratique", slug) for slug in parsed.query.practices]
    return next((parsed.labels[pair] for pair in named if pair in parsed.labels), "")


def _sorts(parsed: Parsed, address: Address) -> list[tuple[str, str, bool]]:
    """(address, label, chosen) of the orders on offer: distance only where there is a point to measure from."""
    return [
        (str(address.setting(tri=value)), str(label), value == parsed.query.sort)
        for value, label in vocabulary.SORTS.items()
        if value != "distance" or parsed.query.center
    ]
