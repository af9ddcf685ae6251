"""Distances on the sphere as dot products of unit vectors, with the sphere and the precision of Lucene.

Both engines thus agree to the micrometre: same radius, same 32-bit rounding of degrees before anything is computed.
"""

import math

EARTH_M = 6_371_008.7714
_LAT_UNIT, _LNG_UNIT = 180 / 2**32, 360 / 2**32


def quantise(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees as a Lucene index stores them."""
    return math.floor(latitude / _LAT_UNIT) * _LAT_UNIT, math.floor(longitude / _LNG_UNIT) * _LNG_UNIT


def stored_box(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """West, south, east, north on the grid of what is stored: a place on an edge is inside, for every engine."""
    west, south, east, north = box
    low, high = quantise(south, west), quantise(north, east)
    return low[1], low[0], high[1], high[0]


def unit_vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    lat, lng = math.radians(latitude), math.radians(longitude)
    return math.cos(lat) * math.cos(lng), math.cos(lat) * math.sin(lng), math.sin(lat)


def cos_of(km: float) -> float:
    """Cosine of the angle that `km` subtend at the centre of the Earth."""
    return math.cos(km * 1000 / EARTH_M)


def km_of(dot: float) -> float:
    """Kilometres between two points whose unit vectors have this dot product."""
    return math.acos(max(-1.0, min(1.0, dot))) * EARTH_M / 1000


def box(latitude: float, longitude: float, km: float) -> tuple[float, float, float, float]:
    """South, west, north, east of a box that holds the circle: wider by a hair, since the test that follows is exact.

    France's territories are far from the poles and from the 180th meridian; elsewhere the box takes every longitude.
    """
    angle = math.degrees(km * 1000 / EARTH_M) * 1.001
    south, north = latitude - angle, latitude + angle
    if abs(latitude) + angle >= 89:
        return south, -180.0, north, 180.0
    width = math.degrees(math.asin(min(1.0, math.sin(math.radians(angle)) / math.cos(math.radians(latitude))))) * 1.001
    west, east = longitude - width, longitude + width
    return (south, -180.0, north, 180.0) if west < -180 or east > 180 else (south, west, north, east)
