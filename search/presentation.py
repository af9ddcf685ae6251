"""What the result page says around the list: the question in words, chips, counts, and what to try when nothing was found."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from common import wording
from search import listing, suggestions, vocabulary
from search.engines import engine
from search.engines.base import PAGE_SIZE
from search.query import Parsed, Query

# Those of the question itself are edited in the bar at the top; the others are filters with a chip each.
_ASKED = {"q", "lieu", "tri", "page"}
FAR_KM = 2_000


@dataclass(frozen=True)
class Chip:
    label: str
    url: str


@dataclass(frozen=True)
class WayOut:
    """Something to try when nothing was found, with how many it finds."""

    label: str
    url: str


def result_page(request: HttpRequest, parsed: Parsed, base: str = "/recherche/") -> dict[str, Any]:
    """Everything the list's template reads; `base` is the address filters lead to."""
    asked = parsed.query
    results = listing.find(asked)
    first = (asked.page - 1) * PAGE_SIZE + 1
    parameters = _canonical(parsed)
    paginator = Paginator(range(results.count), PAGE_SIZE)
    chips = _chips(parsed, parameters)
    return {
        "asked": asked,
        "results": results,
        "cards": listing.cards(results.hits, first=first),
        "facets": listing.facets(results, parsed),
        "chips": chips,
        "clear_url": "/recherche/?" + _only(parameters, {"q", "lieu"}) if len(chips) > 1 else "",
        "problems": parsed.problems,
        "place_text": parsed.place_text,
        "in_words": in_words(parsed),
        "count_in_words": _counted(results.count),
        "page_object": paginator.get_page(asked.page),
        "past_the_end": asked.page > 1 and not results.hits and results.count > 0,
        "ways_out": _ways_out(asked, parameters) if not results.count else [],
        "nearest": _nearest(asked) if not results.count else [],
        "pages": suggestions.pages(asked.text, limit=2) if asked.text and asked.page == 1 else [],
        "sorts": _sorts(parsed, parameters),
        "radii": [(km, km == asked.radius_km) for km in vocabulary.RADII],
        "parts": [(value, label, value in asked.parts) for value, label in vocabulary.PARTS.items()],
        "whens": [
            (value, label, value in parsed.raw.get("disponible", [])) for value, label in vocabulary.WHEN.items()
        ],
        "day": next((v for v in parsed.raw.get("disponible", []) if v not in vocabulary.WHEN), ""),
        "price_max": next(iter(parsed.raw.get("prix_max", [])), ""),
        "score_min": next(iter(parsed.raw.get("note_min", [])), ""),
        "around": next(iter(parsed.raw.get("autour", [])), ""),
        "bbox": next(iter(parsed.raw.get("bbox", [])), ""),
        "base": base,
        "indexable": not request.GET,
    }


def address_without(parameters: QueryDict, *names: str) -> str:
    """The query string without these parameters, without the page and without empty values."""
    kept = QueryDict(mutable=True)
    for name, values in parameters.lists():
        if name not in {*names, "page"}:
            kept.setlist(name, [value for value in values if value.strip()])
    return kept.urlencode()


def in_words(parsed: Parsed) -> list[str]:
    """The question as short phrases: `Sophrologie`, `Lyon (69), 20 km`, `This week`."""
    asked, words = parsed.query, []
    if asked.text:
        words.append(f"« {asked.text} »".replace("« ", "«\u00a0").replace(" »", "\u00a0»"))
    words += [parsed.labels.get(("pratique", slug), slug) for slug in asked.practices]
    words += [parsed.labels.get(("theme", slug), slug) for slug in asked.themes]
    if asked.place:
        near = asked.place.kind == "commune"
        words.append(f"{asked.place.label}, {asked.radius_km}\u00a0km" if near else asked.place.label)
    elif asked.around:
        words.append(_("Around you, %(km)s km") % {"km": asked.radius_km})
    words += [str(vocabulary.MODES[mode]) for mode in asked.modes]
    if asked.days:
        words.append(_when(parsed))
    return words


def _when(parsed: Parsed) -> str:
    value = parsed.raw["disponible"][0]
    if value in vocabulary.WHEN:
        return str(vocabulary.WHEN[value])
    return wording.short_date(parsed.query.days[0]) if parsed.query.days else ""


def _counted(count: int) -> str:
    number = f"{count:,}".replace(",", "\u00a0") if (get_language() or "fr").startswith("fr") else f"{count:,}"
    return ngettext("%(n)s practitioner", "%(n)s practitioners", count) % {"n": number}


def _canonical(parsed: Parsed) -> QueryDict:
    """What was understood, as an address: unknown values and the page are not carried along."""
    kept = QueryDict(mutable=True)
    for name, values in parsed.raw.items():
        if name != "page":
            kept.setlist(name, values)
    return kept


def _only(parameters: QueryDict, names: Iterable[str]) -> str:
    kept = QueryDict(mutable=True)
    for name in names:
        if name in parameters:
            kept.setlist(name, parameters.getlist(name))
    return kept.urlencode()


def _chips(parsed: Parsed, parameters: QueryDict) -> list[Chip]:
    chips = []
    for name, values in parsed.raw.items():
        if name in _ASKED:
            continue
        for value in values:
            rest = parameters.copy()
            rest.setlist(name, [other for other in rest.getlist(name) if other != value])
            if name == "rayon" and int(value) == vocabulary.DEFAULT_RADIUS:
                continue
            chips.append(Chip(_chip_label(parsed, name, value), f"/recherche/?{rest.urlencode()}"))
    return chips


def _chip_label(parsed: Parsed, name: str, value: str) -> str:
    if name in {"pratique", "theme"}:
        return parsed.labels.get((name, value), value)
    if name == "langue":
        return vocabulary.language_name(value)
    if name == "disponible":
        return _when(parsed)
    fixed = {"mode": vocabulary.MODES, "paiement": vocabulary.PAYMENTS, "moment": vocabulary.PARTS}
    if name in fixed:
        return str(fixed[name][value])
    texts = {
        "rayon": _("Within %(value)s km"),
        "prix_max": _("At most %(value)s €"),
        "note_min": _("Score from %(value)s"),
        "acces": _("Step-free access"),
        "autour": _("Around a point"),
        "bbox": _("In an area of the map"),
    }
    return texts[name] % {"value": value} if "%(" in texts[name] else texts[name]


def _sorts(parsed: Parsed, parameters: QueryDict) -> list[tuple[str, str, bool]]:
    """(address, label, chosen) of the orders on offer: distance only where there is a point to measure from."""
    offered = []
    for value, label in vocabulary.SORTS.items():
        if value == "distance" and not parsed.query.center:
            continue
        address = parameters.copy()
        address["tri"] = value
        if value == "classement":
            del address["tri"]
        offered.append((f"/recherche/?{address.urlencode()}", str(label), value == parsed.query.sort))
    return offered


def _ways_out(asked: Query, parameters: QueryDict) -> list[WayOut]:
    """Searches close to this one that do find somebody; each is counted, none is a guess."""
    tries: list[tuple[str, Query, dict[str, str]]] = []
    if asked.center and asked.radius_km < max(vocabulary.RADII):
        widest = max(vocabulary.RADII)
        tries.append(
            (_("Within %(km)s km") % {"km": widest}, replace(asked, radius_km=widest, page=1), {"rayon": str(widest)})
        )
    if asked.days or asked.parts:
        tries.append((_("At any time"), replace(asked, days=None, parts=(), page=1), {"disponible": "", "moment": ""}))
    if asked.center or asked.place:
        anywhere = replace(asked, place=None, around=None, bbox=None, sort="classement", page=1)
        video = replace(anywhere, modes=("visio",))
        gone = {"lieu": "", "autour": "", "rayon": "", "bbox": "", "tri": ""}
        tries.append((_("By video"), video, {**gone, "mode": "visio"}))
        tries.append((_("Everywhere"), anywhere, gone))
    if asked.text and (asked.place or asked.around):
        tries.append(
            (_("Without “%(text)s”") % {"text": asked.text}, replace(asked, text="", tokens=(), page=1), {"q": ""})
        )
    ways = []
    for label, other, changes in tries:
        count = engine().search(other, facets=False, size=1).count
        if count:
            rest = parameters.copy()
            for name, value in changes.items():
                rest.pop(name, None)
                if value:
                    rest[name] = value
            ways.append(WayOut(f"{label}{_(': ')}{_counted(count)}", f"/recherche/?{rest.urlencode()}"))
    return ways


def _nearest(asked: Query) -> list[listing.Card]:
    """The three nearest who match everything but the distance."""
    if not asked.center:
        return []
    hits = engine().search(replace(asked, radius_km=FAR_KM, sort="distance", page=1), facets=False, size=3).hits
    return listing.cards(hits)
