"""Which communes a practitioner serves: computed once when an entry is written, so that a town is one exact term to ask for.

A commune is served when a place of practice lies within the default radius of it, or when the home radius covers it (S7).
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from django.db import connection

from places.models import Commune
from search import geo, vocabulary

# Communes never change while a process lives, but for the import of a new gazetteer: their number and last code tell.
_lock = threading.Lock()
_kept: dict[str, "_Communes"] = {}


@dataclass(frozen=True)
class _Communes:
    """`vectors` is (n, 3) float64, unit vectors of the communes of `codes`."""

    stamp: tuple[int, int]
    codes: list[str]
    vectors: "np.typing.NDArray[np.float64]"


def _communes() -> _Communes:
    # What may change them is seen from two cheap aggregates of a table of 35 000 rows, read at most once a batch.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(sum(hashtext(insee || latitude || longitude)), 0) FROM places_commune"
        )
        stamp = tuple(map(int, cursor.fetchone()))
    with _lock:
        kept = _kept.get(connection.alias)
        if kept is None or kept.stamp != stamp:
            rows = list(Commune.objects.order_by("insee").values_list("insee", "latitude", "longitude"))
            vectors = np.array([geo.unit_vector(lat, lng) for _insee, lat, lng in rows], dtype=np.float64).reshape(
                -1, 3
            )
            kept = _kept[connection.alias] = _Communes((stamp[0], stamp[1]), [row[0] for row in rows], vectors)
    return kept


class Reach:
    """A reader of the gazetteer for one batch of entries."""

    def __init__(self) -> None:
        self._communes = _communes()
        # Neighbours in a batch often share their town: 35 000 products once each.
        self._near: dict[tuple[float, float, float], list[str]] = {}

    def around(self, points: Iterable[tuple[float, float]], km: float) -> set[str]:
        """INSEE codes of the communes within `km` of one of the points (degrees, as the index stores them)."""
        found: set[str] = set()
        for latitude, longitude in points:
            found.update(self._around(latitude, longitude, km))
        return found

    def _around(self, latitude: float, longitude: float, km: float) -> list[str]:
        asked = latitude, longitude, km
        if asked not in self._near:
            dots = self._communes.vectors @ np.array(geo.unit_vector(latitude, longitude))
            codes = self._communes.codes
            self._near[asked] = [codes[place] for place in np.flatnonzero(dots >= geo.cos_of(km)).tolist()]
        return self._near[asked]


DEFAULT_KM = vocabulary.DEFAULT_RADIUS
