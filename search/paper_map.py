"""The map as a drawing made here: background, names, scale, pins and clusters placed so that none hides another.

It is what everyone sees first and what stays without JavaScript; asking nobody, it tells nobody.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from search import basemap, geo, mercator, towns
from search.basemap import Background
from search.engines.base import Cluster
from search.mercator import Box, Window
from search.pins import Pin, codes_of
from search.query import Query
from search.towns import Town

WIDTH, HEIGHT = 360, 420
# Half of what a pin takes, the room it keeps from the edges of the drawing.
PIN, MARGIN = 15, 18
METROPOLE: Box = (-5.3, 41.25, 9.75, 51.2)
# The overseas départements have a drawing each below the country: (code, name).
OVERSEAS = {"971": "Guadeloupe", "972": "Martinique", "973": "Guyane", "974": "La Réunion", "976": "Mayotte"}
INSET_WIDTH, INSET_HEIGHT = 64, 62
LENGTHS_KM = (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class Mark:
    """A pin or a cluster as it is drawn: at (x, y), `spot` being the true place when it had to move aside."""

    x: int
    y: int
    spot: tuple[int, int] | None
    pin: Pin | None = None
    cluster: Cluster | None = None
    radius: int = 12
    tile: Box | None = None

    @property
    def bbox(self) -> str:
        """The tile of a cluster, as addresses take it."""
        return mercator.in_address(self.tile) if self.tile else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One drawing: the whole map, or an overseas département in a corner of the country's."""

    x: int
    y: int
    window: Window
    background: Background
    name: str = ""


@dataclass(frozen=True, slots=True)
class Circle:
    x: int
    y: int
    radius: int


@dataclass(frozen=True, slots=True)
class Scale:
    """`length` pixels are `label` long."""

    length: int
    label: str


@dataclass(frozen=True, slots=True)
class PaperMap:
    sheets: list[Sheet]
    marks: list[Mark]
    towns: list[Town]
    circle: Circle | None
    scale: Scale
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def window(self) -> Window:
        return self.sheets[0].window


def box_of(query: Query, pins: list[Pin]) -> Box | None:
    """What the question is about, with its pins; nothing when it is about the whole country."""
    if query.bbox:
        return query.bbox
    places = [(pin.latitude, pin.longitude) for pin in pins]
    if query.center:
        latitude, longitude = query.center
        south, west, north, east = geo.box(latitude, longitude, query.radius_km)
        return around([*places, (south, west), (north, east)])
    if query.place:
        return basemap.box_of(codes_of(query)) or around(places)
    overseas = {basemap.nearest_of(place, OVERSEAS) for place in places if not _inside(METROPOLE, place)}
    if len(overseas) == 1 and not any(_inside(METROPOLE, place) for place in places):
        return basemap.box_of(frozenset(overseas))
    return None


def around(places: Iterable[tuple[float, float]]) -> Box | None:
    """The box of these points."""
    known = list(places)
    if not known:
        return None
    latitudes, longitudes = [p[0] for p in known], [p[1] for p in known]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _inside(box: Box, place: tuple[float, float]) -> bool:
    return box[1] <= place[0] <= box[3] and box[0] <= place[1] <= box[2]


def sheets(query: Query, pins: list[Pin]) -> list[Sheet]:
    """The windows to draw, the main one first."""
    box = box_of(query, pins)
    if box:
        chosen = codes_of(query)
        margin = 0 if query.bbox else MARGIN
        window = mercator.fit(box, WIDTH, HEIGHT, margin=margin)
        return [Sheet(0, 0, window, basemap.background(window, chosen))]
    country = mercator.fit(METROPOLE, WIDTH, HEIGHT - INSET_HEIGHT - 8, margin=2)
    country = Window(country.left, country.top, country.scale, WIDTH, HEIGHT)
    found = [Sheet(0, 0, country, basemap.background(country))]
    for number, (code, name) in enumerate(OVERSEAS.items()):
        window = mercator.fit(basemap.box_of(frozenset([code])) or METROPOLE, INSET_WIDTH, INSET_HEIGHT - 14, margin=4)
        window = Window(window.left, window.top, window.scale, INSET_WIDTH, INSET_HEIGHT)
        x = 8 + number * (INSET_WIDTH + 6)
        found.append(Sheet(x, HEIGHT - INSET_HEIGHT - 8, window, basemap.background(window), name))
    return found


def draw(query: Query, pins: list[Pin], clusters: list[Cluster], drawn: list[Sheet], zoom: int) -> PaperMap:
    """Pins in the order of the list, then clusters; what lies outside every window is left to the list."""
    layout = Layout()
    marks = []
    for pin in pins:
        at = _placed(drawn, pin.latitude, pin.longitude)
        if at:
            x, y, spot = layout.place(*at, PIN)
            marks.append(Mark(x, y, spot, pin=pin))
    for cluster in clusters:
        at = _placed(drawn, cluster.latitude, cluster.longitude)
        if at:
            radius = cluster_radius(cluster.count)
            x, y, spot = layout.place(*at, radius + 2)
            tile = mercator.tile_around(cluster.latitude, cluster.longitude, zoom)
            marks.append(Mark(x, y, spot, cluster=cluster, radius=radius, tile=tile))
    window = drawn[0].window
    taken = [*layout.rectangles(), (0, HEIGHT - 26, 130, HEIGHT)]
    taken += [(s.x, s.y, s.x + INSET_WIDTH, s.y + INSET_HEIGHT) for s in drawn[1:]]
    limit = 9 if len(drawn) > 1 else 14
    return PaperMap(
        drawn, marks, towns.shown(window, taken=taken, limit=limit), _circle(query, window), scale_of(window)
    )


def _placed(drawn: list[Sheet], latitude: float, longitude: float) -> tuple[float, float] | None:
    for sheet in drawn:
        if sheet.window.holds(latitude, longitude):
            x, y = sheet.window.at(latitude, longitude)
            return x + sheet.x, y + sheet.y
    return None


def cluster_radius(count: int) -> int:
    """From 13 pixels for one to 24 for thousands."""
    return min(13 + round(3 * math.log10(count)), 24)


@dataclass(slots=True)
class Layout:
    """Gives each mark the free room nearest to its place."""

    taken: list[tuple[float, float, float]] = field(default_factory=list)

    def place(self, x: float, y: float, radius: float) -> tuple[int, int, tuple[int, int] | None]:
        """Where to draw, and the true place when it is not there."""
        true_x, true_y = x, y
        x, y = self._kept_in(x, y, radius)
        for step in range(1, 400):
            if all(math.hypot(x - ox, y - oy) >= radius + other - 1 for ox, oy, other in self.taken):
                break
            # A spiral, by the golden angle: no direction is preferred.
            distance, angle = 6 * math.sqrt(step), step * 2.399963
            x, y = self._kept_in(true_x + distance * math.cos(angle), true_y + distance * math.sin(angle), radius)
        self.taken.append((x, y, radius))
        moved = math.hypot(x - true_x, y - true_y) > 5
        return round(x), round(y), (round(true_x), round(true_y)) if moved else None

    @staticmethod
    def _kept_in(x: float, y: float, radius: float) -> tuple[float, float]:
        return min(max(x, radius), WIDTH - radius), min(max(y, radius), HEIGHT - radius)

    def rectangles(self) -> list[towns.Rectangle]:
        return [(x - r, y - r, x + r, y + r) for x, y, r in self.taken]


def _circle(query: Query, window: Window) -> Circle | None:
    """The distance asked for."""
    if not query.center or query.bbox:
        return None
    x, y = window.at(*query.center)
    return Circle(round(x), round(y), round(window.pixels(query.radius_km, query.center[0])))


def scale_of(window: Window) -> Scale:
    _west, south, _east, north = window.box
    middle = (south + north) / 2
    fitting = [km for km in LENGTHS_KM if window.pixels(km, middle) <= 96]
    km = fitting[-1] if fitting else LENGTHS_KM[0]
    label = f"{km:g}\u00a0km" if km >= 1 else f"{km * 1000:g}\u00a0m"
    return Scale(round(window.pixels(km, middle)), label)
