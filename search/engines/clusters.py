"""The same question on a map: whoever it finds, gathered by tiles of the geotile grid, in one statement."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection

from search import geo, mercator
from search.engines.base import Box, Cluster

# The column and the row of a place: the same arithmetic as `mercator.tile`, in double precision like Elasticsearch's.
_SINE = "sin(radians(greatest(-%(most)s, least(%(most)s, p.latitude))))"
_COLUMN = "least(greatest(floor((p.longitude + 180) / 360 * %(across)s), 0), %(across)s - 1)"
_ROW = f"least(greatest(floor((0.5 - ln((1 + {_SINE}) / (1 - {_SINE})) / (4 * pi())) * %(across)s), 0), %(across)s - 1)"
_WITHIN = (
    "p.receives AND point(p.longitude, p.latitude) <@ box(point(%(map_w)s, %(map_s)s), point(%(map_e)s, %(map_n)s)) "
    "AND p.latitude BETWEEN %(map_s)s AND %(map_n)s AND p.longitude BETWEEN %(map_w)s AND %(map_e)s"
)


def of_matching(matching: str, parameters: dict[str, Any], box: Box, zoom: int) -> list[Cluster]:
    """`matching` is a condition on `p.entry_id` (or TRUE) with its `parameters`: what the question finds.

    An entry counts once a tile, however many places it has there; tiles come from north-west to south-east.
    """
    west, south, east, north = geo.stored_box(box)
    values = parameters | {
        "map_w": west, "map_s": south, "map_e": east, "map_n": north,
        "across": float(1 << mercator.precision_of(zoom)), "most": mercator.MAX_LATITUDE,
    }  # fmt: skip
    sql = (
        "SELECT count(DISTINCT entry_id), avg(latitude), avg(longitude), min(entry_id) FROM "  # noqa: S608
        f"(SELECT p.entry_id, p.latitude, p.longitude, {_ROW} AS tile_row, {_COLUMN} AS tile_column "
        f"FROM search_searchpoint p WHERE {_WITHIN} AND {matching}) placed "
        "GROUP BY tile_row, tile_column ORDER BY tile_row, tile_column"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return [Cluster(count, lat, lng, entry if count == 1 else None) for count, lat, lng, entry in rows]


def of_ids(ids: Sequence[int], box: Box, zoom: int) -> list[Cluster]:
    """The same for a list of entries."""
    return of_matching("p.entry_id = ANY(%(map_ids)s)", {"map_ids": list(ids)}, box, zoom) if ids else []


def without(clusters: list[Cluster], shown: list[list[tuple[float, float]]], box: Box, zoom: int) -> list[Cluster]:
    """Clusters less the entries that the map shows as pins of their own; `shown` are the receiving places of each, in degrees.

    Whoever is left alone in a tile then is not known by name.
    """
    west, south, east, north = geo.stored_box(box)
    precision = mercator.precision_of(zoom)
    taken: Counter[tuple[int, int]] = Counter()
    for places in shown:
        inside = [(lat, lng) for lat, lng in places if south <= lat <= north and west <= lng <= east]
        taken.update({mercator.tile(lat, lng, precision) for lat, lng in inside})
    left = []
    for cluster in clusters:
        gone = taken[mercator.tile(cluster.latitude, cluster.longitude, precision)]
        if cluster.count > gone:
            known = None if gone else cluster.practitioner_id
            left.append(Cluster(cluster.count - gone, cluster.latitude, cluster.longitude, known))
    return left
