"""The embedded background: the départements and the countries around, as paths of a window, simplified to its pixels.

The files also serve the browser's map (`site/assets/basemap/`, see its NOTICE).
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from django.conf import settings

from search.mercator import Box, Window, unproject

Points = np.ndarray[Any, np.dtype[np.float64]]
Pixel = tuple[int, int]
# What is drawn beyond the edge, so that the line along it stays out of sight.
BLEED = 6
# Parts of a pixel: whole ones where a country is in view, with its many coasts; halves closer by, smooth on any screen.
FINENESS_FAR, FINENESS_NEAR = 1, 2
NEAR_ZOOM = 6.5
# In square pixels.
SMALL_CORNER = 1.5


@dataclass(frozen=True, slots=True)
class Shape:
    """`code` is a département's; empty for a country. Rings are (n, 2) in the unit square, holes among them (even-odd)."""

    code: str
    rings: tuple[Points, ...]
    bounds: tuple[float, float, float, float]


def _polygons(geometry: dict[str, Any]) -> Iterator[list[list[list[float]]]]:
    if geometry["type"] == "Polygon":
        yield geometry["coordinates"]
    elif geometry["type"] == "MultiPolygon":
        yield from geometry["coordinates"]
    elif geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _polygons(part)


def _project(ring: list[list[float]]) -> Points:
    degrees = np.array(ring, dtype=np.float64)
    sine = np.sin(np.radians(degrees[:, 1]))
    return np.column_stack(((degrees[:, 0] + 180) / 360, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)))


@cache
def _shapes(name: str) -> tuple[Shape, ...]:
    text = (settings.SITE_DIR / "assets" / "basemap" / f"{name}.geojson").read_text()
    shapes = []
    for feature in json.loads(text)["features"]:
        rings = tuple(_project(ring) for polygon in _polygons(feature["geometry"]) for ring in polygon)
        low, high = np.min([r.min(axis=0) for r in rings], axis=0), np.max([r.max(axis=0) for r in rings], axis=0)
        bounds = float(low[0]), float(low[1]), float(high[0]), float(high[1])
        shapes.append(Shape(feature["properties"].get("code", ""), rings, bounds))
    return tuple(shapes)


def box_of(codes: frozenset[str]) -> Box | None:
    """West, south, east, north of these départements together."""
    bounds = [shape.bounds for shape in _shapes("departments") if shape.code in codes]
    if not bounds:
        return None
    north, west = unproject(min(b[0] for b in bounds), min(b[1] for b in bounds))
    south, east = unproject(max(b[2] for b in bounds), max(b[3] for b in bounds))
    return west, south, east, north


def nearest_of(place: tuple[float, float], codes: Iterable[str]) -> str:
    """Which of these départements a point is nearest to, by the middle of their boxes: they are oceans apart."""
    x, y = _project([[place[1], place[0]]])[0]
    wanted = set(codes)
    middles = {
        shape.code: ((shape.bounds[0] + shape.bounds[2]) / 2, (shape.bounds[1] + shape.bounds[3]) / 2)
        for shape in _shapes("departments")
        if shape.code in wanted
    }
    return min(middles, key=lambda code: math.hypot(middles[code][0] - x, middles[code][1] - y))


@dataclass(frozen=True, slots=True)
class Background:
    """Values of SVG's `d`, in units of `1 / fineness` pixel."""

    fineness: int
    land: str
    around: str
    chosen: str

    @property
    def transform(self) -> str:
        return f"scale({1 / self.fineness:g})"


@lru_cache(maxsize=256)
def background(window: Window, chosen: frozenset[str] = frozenset()) -> Background:
    """The land in view, the countries around, and the départements that were asked for."""
    departments = _shapes("departments")
    return Background(
        fineness=fineness_of(window),
        land="".join(_path(shape, window) for shape in departments if shape.code not in chosen),
        around="".join(_path(shape, window) for shape in _shapes("neighbours")),
        chosen="".join(_path(shape, window) for shape in departments if shape.code in chosen),
    )


def fineness_of(window: Window) -> int:
    return FINENESS_NEAR if window.zoom >= NEAR_ZOOM else FINENESS_FAR


def _path(shape: Shape, window: Window) -> str:
    left, top, right, bottom = (bound * window.scale for bound in shape.bounds)
    if not (left < window.left + window.width and right > window.left):
        return ""
    if not (top < window.top + window.height and bottom > window.top):
        return ""
    return "".join(_ring(ring, window) for ring in shape.rings)


def _ring(ring: Points, window: Window) -> str:
    fineness = fineness_of(window)
    pixels = np.rint((_smoothed(ring * window.scale) - (window.left, window.top)) * fineness).astype(np.int64)
    moved = np.ones(len(pixels), dtype=bool)
    moved[1:] = (pixels[1:] != pixels[:-1]).any(axis=1)
    points: list[Pixel] = [(int(x), int(y)) for x, y in pixels[moved]]
    if points and points[0] == points[-1]:
        points.pop()
    points = _straightened(_clipped(points, window, fineness))
    if len(points) < 3:
        return ""
    parts = [f"M{points[0][0]} {points[0][1]}l"]
    parts += [
        f"{b[0] - a[0]} {b[1] - a[1]}" if not number else f"{_signed(b[0] - a[0])}{_signed(b[1] - a[1])}"
        for number, (a, b) in enumerate(pairwise(points))
    ]
    return "".join(parts) + "z"


def _smoothed(ring: Points) -> Points:
    """Without the corners that are too small to be seen, the smallest of their neighbourhood first.

    Which way round a ring goes does not matter: two départements keep the same border.
    """
    for _round in range(8):
        if len(ring) < 8:
            return ring
        before, after = np.roll(ring[:-1], 1, axis=0), np.roll(ring[:-1], -1, axis=0)
        (ax, ay), (bx, by) = (ring[:-1] - before).T, (after - ring[:-1]).T
        corner = np.abs(ax * by - ay * bx) / 2
        drop = (corner < SMALL_CORNER) & (corner < np.roll(corner, 1)) & (corner < np.roll(corner, -1))
        if not drop.any():
            return ring
        kept = ring[:-1][~drop]
        ring = np.vstack((kept, kept[:1]))
    return ring


def _signed(number: int) -> str:
    """A minus sign separates numbers as well as a space does."""
    return str(number) if number < 0 else f" {number}"


def _straightened(points: list[Pixel]) -> list[Pixel]:
    """Without the points that lie on the line between their neighbours."""
    kept: list[Pixel] = []
    for point in points:
        while len(kept) >= 2 and _turn(kept[-2], kept[-1], point) == 0:
            kept.pop()
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept


def _turn(a: Pixel, b: Pixel, c: Pixel) -> int:
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _clipped(points: list[Pixel], window: Window, fineness: int) -> list[Pixel]:
    """The part of a polygon inside the window and its bleed (Sutherland and Hodgman)."""
    low = -BLEED * fineness
    right, bottom = ((side + BLEED) * fineness for side in (window.width, window.height))
    for axis, edge, keep_above in ((0, low, True), (0, right, False), (1, low, True), (1, bottom, False)):
        if not points:
            return points
        values = [point[axis] for point in points]
        if min(values) >= edge if keep_above else max(values) <= edge:
            continue
        points = _half(points, axis, edge, 1 if keep_above else -1)
    return points


def _half(points: list[Pixel], axis: int, edge: int, side: int) -> list[Pixel]:
    kept: list[Pixel] = []
    before = points[-1]
    for point in points:
        inside, was_inside = (point[axis] - edge) * side >= 0, (before[axis] - edge) * side >= 0
        if inside != was_inside:
            share = (edge - before[axis]) / (point[axis] - before[axis])
            other = round(before[1 - axis] + share * (point[1 - axis] - before[1 - axis]))
            kept.append((edge, other) if axis == 0 else (other, edge))
        if inside:
            kept.append(point)
        before = point
    return kept
