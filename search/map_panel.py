"""The map beside a list of results: what its template draws, and the addresses that its script asks."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from common import clock
from search import mercator, paper_map, query
from search.addresses import SEARCH, Address
from search.engines import clusters as gathering
from search.engines import engine
from search.engines.base import PAGE_SIZE, Box, Cluster, Hit, Results
from search.paper_map import PaperMap
from search.pins import Line, Pin, codes_of, lines_of
from search.query import Parsed, Query

# The visitor's choice, kept in a cookie so that the page comes as it was left.
COOKIE, HIDDEN = "carte", "non"
WORLD: Box = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True, slots=True)
class Tiles:
    """Where tiles come from. `host` is named to the visitor before it is asked; empty when the tiles are our own."""

    url: str
    host: str
    attribution: str
    max_zoom: int


@dataclass(frozen=True, slots=True)
class Panel:
    """`view` is west, south, east, north; `area_prefix` waits for its `bbox`; `elsewhere` those of the page without a place, `others` those of other pages."""

    alone: bool
    paper: PaperMap
    lines: list[Line]
    hidden: bool
    elsewhere: int
    others: int
    points_url: str
    towns_url: str
    area_prefix: str
    map_url: str
    list_url: str
    view: str
    center: str
    radius_m: int
    chosen: str
    tiles: Tiles | None


def panel(request: HttpRequest, parsed: Parsed, results: Results, *, alone: bool = False) -> Panel:
    """`alone`: the map has the page for itself; it then also shows who is on other pages, gathered."""
    asked = parsed.query
    lines = lines_of(asked, results.hits, first=first_of(asked))
    pins = [line for line in lines if isinstance(line, Pin)]
    drawn = paper_map.sheets(asked, pins)
    zoom = round(drawn[0].window.zoom)
    others: list[Cluster] = []
    if alone and results.count > len(results.hits):
        box = WORLD if len(drawn) > 1 else drawn[0].window.box
        others = others_in(as_answered(parsed, results), results.hits, box, zoom)
    address = Address.of(parsed.raw)
    page = {"page": str(asked.page)} if asked.page > 1 else {}
    search = address.setting(**page).query
    return Panel(
        paper=paper_map.draw(asked, pins, others, drawn, zoom),
        lines=lines,
        alone=alone,
        hidden=not alone and request.COOKIES.get(COOKIE) == HIDDEN,
        elsewhere=len(results.hits) - len(pins),
        others=results.count - len(results.hits),
        points_url=_with(reverse("search_map_points"), search),
        towns_url=reverse("search_map_towns"),
        area_prefix=_open_ended(reverse("search_map") if alone else SEARCH, anywhere(parsed, address).query),
        map_url=_with(reverse("search_map"), search),
        list_url=_with(SEARCH, search),
        view=",".join(f"{side:.4f}" for side in _seen(drawn)),
        center=",".join(f"{angle:.5f}" for angle in asked.center) if asked.center and not asked.bbox else "",
        radius_m=asked.radius_km * 1000,
        chosen=",".join(sorted(codes_of(asked))),
        tiles=tiles(),
    )


def first_of(asked: Query) -> int:
    return (asked.page - 1) * PAGE_SIZE + 1


def tiles() -> Tiles | None:
    """Nothing where the background is the embedded one."""
    url = settings.MAP_TILE_URL
    if not url:
        return None
    return Tiles(url, urlsplit(url).netloc, settings.MAP_TILE_ATTRIBUTION, settings.MAP_TILE_MAX_ZOOM)


def as_answered(parsed: Parsed, results: Results) -> Query:
    """The question that the results answer: with its words corrected, where they had to be."""
    if not results.corrected:
        return parsed.query
    words = Address.of(parsed.raw).setting(q=results.corrected)
    return replace(query.parse(_Values(words), today=clock.today()).query, page=parsed.query.page)


def others_in(asked: Query, hits: list[Hit], box: Box, zoom: int) -> list[Cluster]:
    """Whoever else is found within the box, gathered by tiles."""
    places = [[(p[0], p[1]) for p in hit.card.get("points", []) if p[2]] for hit in hits]
    return gathering.without(engine().clusters(asked, box, zoom), places, box, zoom)


def anywhere(parsed: Parsed, address: Address) -> Address:
    """The same question without its place: an area of the map stands for it."""
    rest = address.without("lieu", "autour", "rayon", "bbox")
    if address.get("tri") == "distance":
        rest = rest.without("tri")
    for piece in getattr(parsed, "pieces", ()):
        if piece.kind in {"place", "around"}:
            rest = rest.setting(q=piece.rest)
    return rest


def _seen(drawn: list[paper_map.Sheet]) -> Box:
    """What the browser's map shows first: all of France has its overseas départements far away, the list tells of them."""
    return paper_map.METROPOLE if len(drawn) > 1 else drawn[0].window.box


def _with(path: str, query_string: str) -> str:
    return f"{path}?{query_string}" if query_string else path


def _open_ended(path: str, query_string: str) -> str:
    """An address that takes one more parameter."""
    return f"{path}?{query_string}&" if query_string else f"{path}?"


class _Values:
    """An address read as parameters."""

    def __init__(self, address: Address) -> None:
        self.address = address

    def getlist(self, key: str) -> list[str]:
        return [value for name, value in self.address.values if name == key]


def precision_allows(box: Box, zoom: int, most: int) -> bool:
    return mercator.tiles_across(box, mercator.precision_of(zoom)) <= most
