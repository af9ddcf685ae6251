"""The plane of web maps: degrees to the unit square and back, the tiles of the geotile standard, and a window on it."""

import math
from dataclasses import dataclass

# The square ends here; Elasticsearch's geotile grid cuts latitudes at the same place.
MAX_LATITUDE = 85.0511287798066
MAX_PRECISION = 29
TILE = 256
EQUATOR_M = 40_075_016.686

Box = tuple[float, float, float, float]


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Right and down from the north-west corner, both from 0 to 1."""
    sine = math.sin(math.radians(max(-MAX_LATITUDE, min(MAX_LATITUDE, latitude))))
    return (longitude + 180) / 360, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)


def unproject(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y)))), x * 360 - 180


def precision_of(zoom: int) -> int:
    """Two zooms finer than the map's: a cluster stands for a square of 64 pixels."""
    return min(max(zoom, 0) + 2, MAX_PRECISION)


def tile(latitude: float, longitude: float, precision: int) -> tuple[int, int]:
    """Column and row of the geotile that holds a point."""
    across = 1 << precision
    x, y = project(latitude, longitude)
    return min(max(int(x * across), 0), across - 1), min(max(int(y * across), 0), across - 1)


def box_of_tile(column: int, row: int, precision: int) -> Box:
    """West, south, east, north."""
    across = 1 << precision
    north, west = unproject(column / across, row / across)
    south, east = unproject((column + 1) / across, (row + 1) / across)
    return west, south, east, north


def tile_around(latitude: float, longitude: float, zoom: int) -> Box:
    """The box of the tile that gathers a point on a map at this zoom."""
    precision = precision_of(zoom)
    return box_of_tile(*tile(latitude, longitude, precision), precision)


def in_address(box: Box) -> str:
    """A box as addresses take it, rounded outwards to 10 metres."""
    west, south, east, north = box
    sides = math.floor(west * 1e4), math.floor(south * 1e4), math.ceil(east * 1e4), math.ceil(north * 1e4)
    return ",".join(f"{side / 1e4}" for side in sides)


def tiles_across(box: Box, precision: int) -> int:
    """How many tiles a box touches."""
    west, south, east, north = box
    left, top = tile(north, west, precision)
    right, bottom = tile(south, east, precision)
    return (right - left + 1) * (bottom - top + 1)


@dataclass(frozen=True, slots=True)
class Window:
    """A picture of `width` by `height` pixels whose north-west corner is (left, top), in pixels of the whole world at `scale`.

    `scale` is the world's width in pixels: 256 at zoom 0. All three are whole numbers, so that equal pictures are found again.
    """

    left: int
    top: int
    scale: int
    width: int
    height: int

    @property
    def zoom(self) -> float:
        return math.log2(self.scale / TILE)

    @property
    def box(self) -> Box:
        north, west = unproject(self.left / self.scale, self.top / self.scale)
        south, east = unproject((self.left + self.width) / self.scale, (self.top + self.height) / self.scale)
        return west, south, east, north

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        x, y = project(latitude, longitude)
        return x * self.scale - self.left, y * self.scale - self.top

    def holds(self, latitude: float, longitude: float) -> bool:
        x, y = self.at(latitude, longitude)
        return 0 <= x <= self.width and 0 <= y <= self.height

    def pixels(self, km: float, latitude: float) -> float:
        """How long `km` are on the picture, at this latitude."""
        return km * 1000 / (EQUATOR_M * math.cos(math.radians(latitude))) * self.scale


STEPS = 16  # Zooms go by sixteenths, so that nearly equal boxes give one window.


def fit(box: Box, width: int, height: int, *, margin: int = 0, max_zoom: float = 12) -> Window:
    """The closest window that shows the whole box with a margin around it."""
    west, south, east, north = box
    left, top = project(north, west)
    right, bottom = project(south, east)
    room = max((right - left) / (width - 2 * margin), (bottom - top) / (height - 2 * margin), 1e-12)
    zoom = min(math.floor(math.log2(1 / (TILE * room)) * STEPS) / STEPS, max_zoom)
    scale = round(TILE * 2 ** max(zoom, 0.0))
    center = (left + right) / 2 * scale, (top + bottom) / 2 * scale
    return Window(round(center[0] - width / 2), round(center[1] - height / 2), scale, width, height)
