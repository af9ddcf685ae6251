"""Kilometres between two points, on the same sphere as the search's, so that what it finds within a radius is within it here."""

import math

EARTH_M = 6_371_008.7714


def km_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance between two points given as (latitude, longitude) in degrees."""
    (lat1, lng1), (lat2, lng2) = ((math.radians(lat), math.radians(lng)) for lat, lng in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lng2 - lng1) / 2) ** 2
    return 2 * math.asin(math.sqrt(min(1.0, half))) * EARTH_M / 1000
