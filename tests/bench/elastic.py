# ruff: noqa: E402, T201 (a script: settings first, and its output is its purpose)
"""Elasticsearch on the corpus that is loaded: `python tests/bench/elastic.py [questions [repeats]]`, 200 of each kind by default,
asked once. On a machine that does other things too, ask three times: the quickest of each question is then counted.

Needs ELASTICSEARCH_URL, and DATABASE_URL with a corpus (`manage.py search_corpus`). Builds the index anew as `rebuild_search`
does, prints its pace and the memory of this process, warms the node up, then prints milliseconds (p50, p95) of the public search
function, whole and bare: the same body posted by the same client, and the cards as they are sent, without reading the question or
the counts. Each figure is an exact count, the first 20 in the Contract's order and all facet counts. Not a test.
"""

import os
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import accumulate
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

import django

django.setup()

import psutil
from django.conf import settings
from django.db import connection
from figures import keep

from common import clock
from demo.corpus_words import lexicon, practices, themes
from places.lookup import Place, of_commune, of_department
from places.models import Commune
from search import agenda, elastic, finding, indices, terms
from search.actions import rebuild
from search.engines import elastic_query as asked
from search.models import IndexReport, SearchEntry
from search.query import Clause, Query

WARM_UP = int(os.environ.get("WARM_UP", "2000"))
MEGABYTE = 2**20


class Questions:
    """Half the keywords are practices, by their weight, a fifth themes, the others words; towns by population."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.towns = list(Commune.objects.select_related("department"))
        self.people = list(accumulate(town.population for town in self.towns))

    def town(self) -> Place:
        return of_commune(self.chance.choices(self.towns, cum_weights=self.people)[0])

    def department(self) -> Place:
        return of_department(self.chance.choices(self.towns, cum_weights=self.people)[0].department)

    def keyword(self) -> tuple[Clause, ...]:
        among = self.chance.random()
        words = (
            [p.name for p in practices()] if among < 0.5 else [t.name for t in themes()] if among < 0.7 else lexicon()
        )
        start = 3.0 if among < 0.7 else 2.0
        (text,) = self.chance.choices(words, [1 / (n + start) for n in range(len(words))])
        return tuple((frozenset([token]),) for token in terms.tokens(text))

    def kinds(self) -> dict[str, Callable[[], Query]]:
        week = (clock.today(), clock.today().fromordinal(clock.today().toordinal() + 6))
        return {
            "keyword + town": lambda: Query(text="x", must=self.keyword(), place=self.town()),
            "keyword + town, 2 selected": lambda: Query(
                text="x", must=self.keyword(), place=self.town(), languages=("fr",), modes=("cabinet",)
            ),
            "keyword + town, this week": lambda: Query(text="x", must=self.keyword(), place=self.town(), days=week),
            "keyword + town, 10 km": lambda: Query(text="x", must=self.keyword(), place=self.town(), radius_km=10),
            "keyword + around a point": lambda: Query(text="x", must=self.keyword(), around=self.point()),
            "keyword + town, by distance": lambda: Query(text="x", must=self.keyword(), place=self.town(), sort="distance"),
            "keyword + département": lambda: Query(text="x", must=self.keyword(), place=self.department()),
            "town": lambda: Query(place=self.town()),
            "2 keywords, country": lambda: Query(text="x", must=self.keyword() + self.keyword()),
            "keyword, country": lambda: Query(text="x", must=self.keyword()),
            "no filter": Query,
        }  # fmt: skip

    def point(self) -> tuple[float, float]:
        town = self.town()
        return round(town.latitude + 0.003, 4), round(town.longitude - 0.002, 4)


def p95(taken: list[float]) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * 0.95))]


def build() -> None:
    with _memory() as samples:
        report = rebuild.rebuild(cause=IndexReport.Cause.COMMAND, with_entries=False)
    figures = report.figures
    quarter = max(1, len(samples) // 4)
    print(
        f"index of {figures['documents']} documents built in {figures['index_seconds']} s: {figures['documents_a_second']} a second; "
        f"memory of this process {max(samples[:quarter])} MB in the first quarter, {max(samples[-quarter:])} MB in the last"
    )
    keep("elasticsearch rebuild", float(figures["documents_a_second"]))
    stats = elastic.keeper().indices.stats(index=indices.alias(), metric="store,docs")["_all"]["primaries"]
    print(f"store {stats['store']['size_in_bytes'] / MEGABYTE:.0f} MB for {stats['docs']['count']} documents")


@contextmanager
def _memory() -> Iterator[list[int]]:
    """Megabytes held, twice a second."""
    samples, over, process = [], threading.Event(), psutil.Process()

    def sample() -> None:
        while not over.wait(0.5):
            samples.append(round(process.memory_info().rss / MEGABYTE))

    watcher = threading.Thread(target=sample)
    watcher.start()
    try:
        yield samples
    finally:
        over.set()
        watcher.join()
        samples.append(round(process.memory_info().rss / MEGABYTE))


def bare(query: Query) -> Callable[[], object]:
    """The same request, written beforehand, and the cards of its page as PostgreSQL sends them, as `bare.py` reads them too."""
    chosen = asked.selections(query, clock.today())
    body = {
        "query": asked.both(asked.matching(query)), "sort": asked.order(query), "size": 20, "track_total_hits": True,
        "_source": False, "stored_fields": "_none_", "aggs": asked.aggregations(query, chosen, clock.today(), one_day=agenda.is_one_day(clock.now())),
    } | ({"post_filter": asked.both(list(chosen.values()))} if chosen else {})  # fmt: skip
    client, alias = elastic.keeper(), indices.alias()

    def ask() -> None:
        found = client.search(index=alias, body=body, allow_partial_search_results=False)
        ids = [hit["sort"][-1] & 2**32 - 1 for hit in found["hits"]["hits"]]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT practitioner_id, card FROM search_searchentry WHERE practitioner_id = ANY(%s)", [ids]
            )
            cursor.fetchall()

    return ask


def _found(query: Query, engines: list[str]) -> None:
    engines.append(finding.find(query).engine)


def milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    settings.ELASTICSEARCH_INDEX = "bench"
    print(f"{SearchEntry.objects.count()} entries")
    build()
    warm = list(Questions(1).kinds().values())
    for number in range(WARM_UP):
        finding.find(warm[number % len(warm)]())
    print(f"{'':28} {'whole p50':>9} {'p95':>7} {'bare p50':>9} {'p95':>7}  whole/bare   by Elasticsearch")
    for name, make in Questions(2).kinds().items():
        whole, without, engines = [], [], []
        for number in range(count if name != "no filter" else min(count, 50)):
            query = make()
            answers, times = [], {True: [], False: []}
            ask = {True: partial(_found, query, answers), False: bare(query)}
            for turn in range(2 * repeats):
                # In turns, the first one too: neither finds what the other has warmed up.
                one = (turn + number) % 2 == 0
                times[one].append(milliseconds(ask[one]))
            whole.append(min(times[True]))
            without.append(min(times[False]))
            engines += answers
        median, plain = statistics.median(whole), statistics.median(without)
        keep(f"elasticsearch {SearchEntry.objects.count()} {name} p95", p95(whole))
        print(
            f"{name:28} {median:9.1f} {p95(whole):7.1f} {plain:9.1f} {p95(without):7.1f} {median / plain:11.2f} "
            f"{engines.count('elasticsearch'):8} of {len(engines)}",
            flush=True,
        )
    indices.drop(elastic.keeper(), indices.known(elastic.keeper()).live)


if __name__ == "__main__":
    main()
