"""The Elasticsearch engine: the embedded engine's answers to the last count, found by another machine.

Who matches, in what order, and all the counts come from one request; the cards are read from the database by number, so that a
withdrawal acts at once. docs/search-elasticsearch.md tells how, and `tests/search/conformance` holds both engines together.
"""

from collections import defaultdict
from typing import Any

from common import clock
from search import agenda, elastic, geo, mercator
from search.elastic import ElasticFailed
from search.engines import elastic_query as asked
from search.engines.base import PAGE_SIZE, Box, Cluster, Hit, Results
from search.engines.embedded import EmbeddedEngine, hits_of
from search.query import Query

# Elasticsearch keeps this many in order; whoever pages further is answered by the embedded engine, to the same order.
WINDOW = 10_000
ID_MASK = 2**32 - 1
# Distances are told apart to the micrometre by the embedded engine, less finely by Lucene: a page is put in order once more
# here, with a few neighbours on each side.
NEIGHBOURS = 5


class ElasticEngine:
    """Asks one alias. Raises `ElasticFailed` whenever the answer would not be whole and in time."""

    name = "elasticsearch"

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self._embedded = EmbeddedEngine()

    def search(self, query: Query, *, facets: bool = True, size: int = PAGE_SIZE) -> Results:
        if query.finds_nothing:
            return Results(self.name, 0, query.page, [], asked.counts({}) if facets else {})
        start = (query.page - 1) * size
        margin = NEIGHBOURS if query.sort == "distance" else 0
        if start + size + margin > WINDOW:
            return self._embedded.search(query, facets=facets, size=size)
        today = clock.today()
        chosen = asked.selections(query, today)
        before = min(start, margin)
        body: dict[str, Any] = {
            "query": asked.both(asked.matching(query)),
            "sort": asked.order(query),
            "from": start - before,
            "size": before + size + margin,
        }
        if chosen:
            body["post_filter"] = asked.both(list(chosen.values()))
        if facets:
            body["aggs"] = asked.aggregations(query, chosen, today, one_day=agenda.is_one_day(clock.now()))
        answer = self._ask(body, "hits.total.value,hits.hits.sort,aggregations")
        rows = [hit["sort"] for hit in answer["hits"].get("hits", ())]
        hits = hits_of(query, [int(row[-1]) & ID_MASK for row in rows])
        if query.sort == "distance":
            ranks = {int(row[-1]) & ID_MASK: int(row[-1]) for row in rows}
            hits = _nearest_first(query, hits, ranks)[before : before + size]
        counts = asked.counts(answer.get("aggregations", {})) if facets else {}
        return Results(self.name, answer["hits"]["total"]["value"], query.page, hits, counts)

    def clusters(self, query: Query, box: Box, zoom: int) -> list[Cluster]:
        """Those with one place are gathered by Elasticsearch. Those with several stand in several tiles, or with one foot
        outside the box, which its grid cannot tell: their places are put into tiles here.
        """
        if query.finds_nothing:
            return []
        chosen = asked.selections(query, clock.today())
        precision = mercator.precision_of(zoom)
        grid = {"field": "receiving", "precision": precision, "size": WINDOW}
        each = {"middle": {"geo_centroid": {"field": "receiving"}}, "who": {"min": {"field": "id"}}}
        body = {
            "query": asked.both([*asked.matching(query), *chosen.values(), asked.within(box)]),
            "post_filter": {"term": {"several": True}},
            "docvalue_fields": ["id", "receiving"],
            "size": WINDOW,
            "aggs": {
                "one": {"filter": {"term": {"several": False}}, "aggs": {"tiles": {"geotile_grid": grid, "aggs": each}}}
            },
        }
        answer = self._ask(body, "hits.total.value,hits.hits.fields,aggregations")
        tiles = answer["aggregations"]["one"]["tiles"]["buckets"]
        if len(tiles) >= WINDOW or answer["hits"]["total"]["value"] > WINDOW:
            return self._embedded.clusters(query, box, zoom)
        return _gathered(tiles, answer["hits"].get("hits", ()), box, precision)

    def is_available(self) -> bool:
        try:
            self._ask({"size": 0, "terminate_after": 1}, "hits.total.value", counted=False)
        except ElasticFailed:
            return False
        return True

    def _ask(self, body: dict[str, Any], wanted: str, *, counted: bool = True) -> dict[str, Any]:
        """One whole answer within the time allowed, or `ElasticFailed`."""
        patience = f"{round(elastic.QUESTION_SECONDS * 1000)}ms"
        shared = {"_source": False, "stored_fields": "_none_", "track_total_hits": counted, "timeout": patience}
        try:
            answer = elastic.client().search(
                index=self.alias,
                body=shared | body,
                allow_partial_search_results=False,
                filter_path=f"timed_out,_shards.failed,{wanted}",
            )
        except elastic.ERRORS as error:
            raise ElasticFailed(str(error)) from error
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise ElasticFailed("only a part of the index answered")
        return dict(answer)


def _nearest_first(query: Query, hits: list[Hit], ranks: dict[int, int]) -> list[Hit]:
    here = geo.unit_vector(*(query.center or (0.0, 0.0)))

    def nearness(hit: Hit) -> float:
        vectors = [geo.unit_vector(latitude, longitude) for latitude, longitude, *_rest in hit.card["points"]]
        return max((here[0] * x + here[1] * y + here[2] * z for x, y, z in vectors), default=-2.0)

    return sorted(hits, key=lambda hit: (-nearness(hit), ranks[hit.practitioner_id]))


def _gathered(tiles: list[dict[str, Any]], several: list[dict[str, Any]], box: Box, precision: int) -> list[Cluster]:
    """Both kinds in one list, from north-west to south-east. Middles are means of places, so each weighs what it counts."""
    west, south, east, north = geo.stored_box(box)
    who: dict[tuple[int, int], set[int]] = defaultdict(set)
    number: dict[tuple[int, int], int] = defaultdict(int)
    sums: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for tile in tiles:
        _zoom, column, row = map(int, tile["key"].split("/"))
        count, middle = tile["doc_count"], tile["middle"]["location"]
        number[row, column] += count
        if count == 1:
            who[row, column].add(int(tile["who"]["value"]))
        sums[row, column] = [count * middle["lat"], count * middle["lon"], count]
    for hit in several:
        practitioner = int(hit["fields"]["id"][0])
        touched = set()
        for place in hit["fields"]["receiving"]:
            latitude, longitude = map(float, place.split(","))
            if south <= latitude <= north and west <= longitude <= east:
                column, row = mercator.tile(latitude, longitude, precision)
                touched.add((row, column))
                sums[row, column] = [a + b for a, b in zip(sums[row, column], (latitude, longitude, 1), strict=True)]
        for place in touched:
            number[place] += 1
            who[place].add(practitioner)
    clusters = []
    for place in sorted(number):
        latitude, longitude, count = sums[place]
        known = min(who[place]) if number[place] == 1 else None
        clusters.append(Cluster(number[place], latitude / count, longitude / count, known))
    return clusters
