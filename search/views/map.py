"""The map: a page of its own for small screens, and what its script asks while it moves. Public, and whole without JavaScript."""

import math
import re
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from common import clock
from search import finding, map_panel, query, towns
from search.addresses import Address
from search.engines.base import PAGE_SIZE, Box, Cluster
from search.mercator import TILE, Window, in_address, project, tile_around
from search.models import SearchEntry
from search.pins import Pin, pins_of
from search.presentation.chips import chips
from search.presentation.words import counted

MAX_ZOOM = 19
ZOOM = re.compile(r"[0-9]{1,2}(\.[0-9])?")
# More than a large screen shows: 64 pixels are a tile.
MAX_TILES = 4_000
# A name for so many square pixels: a calm map.
PIXELS_A_NAME = 8_000
MINUTE, DAY = 60, 86_400


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    parsed = query.parse(request.GET, today=clock.today())
    if parsed.ambiguous or parsed.unknown_place:
        return redirect(f"/recherche/?{request.GET.urlencode()}")
    asked = parsed.query
    results = finding.find(asked, facets=False)
    address = Address.of(parsed.raw)
    context = {
        "map": map_panel.panel(request, parsed, results, alone=True),
        "chips": [chip for chip in chips(parsed, address) if not chip.fixed],
        "problems": parsed.problems,
        "corrected": results.corrected or "",
        "count_in_words": counted(results.count),
        "page_object": Paginator(range(results.count), PAGE_SIZE).get_page(asked.page),
    }
    return render(request, "search/map.html", context)


@login_not_required
@require_safe
def points(request: HttpRequest) -> JsonResponse:
    """The pins of a page of results, and whoever else the question finds in view, gathered by tiles."""
    parsed = query.parse(request.GET, today=clock.today())
    problems = [(problem.parameter, str(problem.message)) for problem in parsed.problems]
    box, exact = _view(request, problems)
    zoom = round(exact)
    if box and not map_panel.precision_allows(box, zoom, MAX_TILES):
        problems.append(("vue", _("This view is too wide for its zoom.")))
    if problems or box is None:
        return _refused(problems)
    results = finding.find(parsed.query, facets=False)
    asked = map_panel.as_answered(parsed, results)
    others = map_panel.others_in(asked, results.hits, box, zoom)
    pins = pins_of(asked, results.hits, first=map_panel.first_of(asked))
    body = {"count": results.count, "pins": [_pin(pin) for pin in pins], "clusters": _clusters(others, zoom)}
    return _kept(JsonResponse(body), MINUTE)


@login_not_required
@require_safe
def towns_in_view(request: HttpRequest) -> JsonResponse:
    """The names of the most populated towns in view: the embedded background has none of its own."""
    problems: list[tuple[str, str]] = []
    box, zoom = _view(request, problems)
    window = _window(box, zoom) if box else None
    if window and max(window.width, window.height) > 5_000:
        problems.append(("vue", _("This view is too wide for its zoom.")))
    if problems or window is None:
        return _refused(problems)
    found = towns.shown(window, limit=min(window.width * window.height // PIXELS_A_NAME, 60), kept=False)
    body = {"towns": [[town.name, town.latitude, town.longitude, town.size, town.before] for town in found]}
    return _kept(JsonResponse(body), DAY)


def _pin(pin: Pin) -> dict[str, Any]:
    return {
        "number": pin.number,
        "name": pin.name,
        "title": pin.title,
        "url": pin.url,
        "practices": pin.practices,
        "place": pin.place,
        "price": pin.price,
        "next": pin.next_time[:1].upper() + pin.next_time[1:],
        "lat": pin.latitude,
        "lng": pin.longitude,
        "home": pin.home,
    }


def _clusters(clusters: list[Cluster], zoom: int) -> list[dict[str, Any]]:
    """Whoever stands alone is named."""
    alone = [cluster.practitioner_id for cluster in clusters if cluster.practitioner_id]
    rows = SearchEntry.objects.filter(pk__in=alone).values_list("pk", "card__name", "card__url", "card__practices")
    known = {pk: {"name": name, "url": url, "practices": ", ".join(names)} for pk, name, url, names in rows}
    return [
        {
            "count": cluster.count,
            "lat": round(cluster.latitude, 6),
            "lng": round(cluster.longitude, 6),
            "bbox": in_address(tile_around(cluster.latitude, cluster.longitude, zoom)),
            "title": known.get(cluster.practitioner_id or 0, {}).get("name", "") or others_in_words(cluster.count),
            **known.get(cluster.practitioner_id or 0, {}),
        }
        for cluster in clusters
    ]


def others_in_words(count: int) -> str:
    return ngettext("%(n)s other practitioner here", "%(n)s other practitioners here", count) % {"n": count}


def _view(request: HttpRequest, problems: list[tuple[str, str]]) -> tuple[Box | None, float]:
    """`vue` (west, south, east, north) and `zoom`, as the script gives them; what is wrong joins the problems."""
    box = _degrees(request.GET.get("vue", ""))
    if box is None:
        problems.append(("vue", _("Give west, south, east and north in degrees.")))
    typed = request.GET.get("zoom", "")
    sound = ZOOM.fullmatch(typed) is not None and float(typed) <= MAX_ZOOM
    if not sound:
        problems.append(("zoom", _("Give a number from 0 to %(most)s.") % {"most": MAX_ZOOM}))
    return box, float(typed) if sound else 0.0


def _degrees(typed: str) -> Box | None:
    parts = typed[:120].split(",")
    if len(parts) != 4 or not typed.isascii():
        return None
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        return None
    finite = all(map(math.isfinite, (west, south, east, north)))
    return (west, south, east, north) if finite and -180 <= west < east <= 180 and -90 <= south < north <= 90 else None


def _window(box: Box, zoom: float) -> Window:
    west, south, east, north = box
    scale = round(TILE * 2**zoom)
    left, top = project(north, west)
    right, bottom = project(south, east)
    return Window(
        round(left * scale), round(top * scale), scale, round((right - left) * scale), round((bottom - top) * scale)
    )


def _refused(problems: list[tuple[str, str]]) -> JsonResponse:
    detail = [{"type": "value_error", "loc": ["query", name], "msg": message} for name, message in problems]
    return JsonResponse({"detail": detail}, status=422)


def _kept(response: JsonResponse, seconds: int) -> JsonResponse:
    patch_cache_control(response, public=True, max_age=seconds)
    return response
