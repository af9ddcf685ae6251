"""The names of towns on the map: the most populated of what is in view, none over another."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache

from places.models import Commune
from search.mercator import Window

# Below this zoom, a town needs so many inhabitants to be named.
POPULATION = ((5.5, 150_000), (7.0, 40_000), (8.5, 10_000), (10.0, 2_500), (11.5, 500))
# The three cities give their names, or closer by those of their arrondissements.
ARRONDISSEMENTS_FROM = 12
CANDIDATES = 150
LETTER, LINE, DOT, AIR = 6.4, 18, 8, 5
KEPT_SECONDS = 600

# Left, top, right, bottom in pixels.
Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Town:
    """`before`: the name stands to the left of the dot. `size` is 1 for a village, 2 for a town, 3 for a city."""

    name: str
    latitude: float
    longitude: float
    size: int
    x: int = 0
    y: int = 0
    before: bool = False


def shown(window: Window, *, taken: Iterable[Rectangle] = (), limit: int = 12, kept: bool = True) -> list[Town]:
    """As many as there is room for, beside what is `taken`.

    `kept`: the window comes back for others (a place's, a page's). The views of a map that moves are each another: kept by
    whoever asks, they would fill the cache, which is also the broker.
    """
    occupied = list(taken)
    found: list[Town] = []
    for name, latitude, longitude, population in _candidates(window) if kept else _read(window):
        x, y = window.at(latitude, longitude)
        if not LINE / 2 <= y <= window.height - LINE / 2:
            continue
        size = 3 if population >= 100_000 else 2 if population >= 15_000 else 1
        length = len(name) * LETTER
        for before in (False, True):
            left, right = (x - DOT - length, x + 3) if before else (x - 3, x + DOT + length)
            box = left - AIR, y - LINE / 2, right + AIR, y + LINE / 2
            if left >= 2 and right <= window.width - 2 and not any(_overlap(box, other) for other in occupied):
                occupied.append(box)
                found.append(Town(name, latitude, longitude, size, round(x), round(y), before))
                break
        if len(found) >= limit:
            break
    return found


def _candidates(window: Window) -> list[tuple[str, float, float, int]]:
    """Of the gazetteer, which changes with an import only: read once in ten minutes for each view."""
    key = f"map-towns:{window.left}:{window.top}:{window.scale}:{window.width}:{window.height}"
    rows: list[tuple[str, float, float, int]] | None = cache.get(key)
    if rows is None:
        rows = _read(window)
        cache.set(key, rows, KEPT_SECONDS)
    return rows


def _read(window: Window) -> list[tuple[str, float, float, int]]:
    west, south, east, north = window.box
    least = next((people for zoom, people in POPULATION if window.zoom < zoom), 0)
    found = Commune.objects.filter(
        latitude__range=(south, north), longitude__range=(west, east), population__gte=least
    ).order_by("-population", "insee")
    if window.zoom < ARRONDISSEMENTS_FROM:
        found = found.exclude(name__endswith=" Arrondissement")
    else:
        found = found.exclude(name__in=["Paris", "Lyon", "Marseille"])
    return [
        (commune.short_name, commune.latitude, commune.longitude, commune.population)
        for commune in found.only("name", "latitude", "longitude", "population")[:CANDIDATES]
    ]


def _overlap(a: Rectangle, b: Rectangle) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
