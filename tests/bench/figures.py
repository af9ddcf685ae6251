# ruff: noqa: E402, T201 (scripts: settings first, and their output is their purpose)
"""What the bench scripts share: questions, the milliseconds they take, and the table of what must be reached.

Questions are those of the issue: half are practices by their weight, a fifth themes, the rest words of the profiles; towns are
drawn by population. They are read by the site's own parser, so that synonyms and everything understood are in them.
"""

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

import django

django.setup()

from django.http import QueryDict

from common import clock
from demo import corpus
from demo.corpus_words import lexicon, practices, themes
from places.models import Commune
from search import query
from search.query import Query

PASSES = 3


@dataclass(frozen=True)
class Target:
    """A line of the table: the figure's key, in words, and what it must not pass (or must, when `least`)."""

    key: str
    label: str
    limit: float
    unit: str = "ms"
    least: bool = False


TARGETS = (
    Target("embedded 100000 keyword + town p95", "embedded, 100 000, keyword + town, p95", 8),
    Target("embedded 100000 keyword p95", "embedded, 100 000, keyword, whole country, p95", 25),
    Target("embedded 100000 nothing p95", "embedded, 100 000, no filter, p95", 10),
    Target("embedded growth", "embedded, growth of the p95 of keyword + town, 1 000 → 1 000 000", 8, "×"),
    Target("engine / bare", "engine call / the same question asked bare, 100 000", 1.5, "×"),
    Target("wagtail / ours", "Wagtail's database backend / ours, 100 000", 20, "×", least=True),
    Target("page / empty page", "result page over HTTP, 100 000 / an empty page of the same template", 2.5, "×"),
    Target("correction p95", "a correction found (“naturopate”, before its results), p95", 10),
    Target("suggest p95", "suggestions while typing, p95", 50),
    Target("elasticsearch 100000 keyword + town p95", "Elasticsearch, 100 000, keyword + town, p95", 8),
    Target("elasticsearch 100000 keyword, country p95", "Elasticsearch, 100 000, keyword, whole country, p95", 20),
    Target("elasticsearch growth", "Elasticsearch, growth of the p95 of keyword + town, 1 000 → 1 000 000", 3, "×"),
    Target("elasticsearch rebuild", "rebuild of 100 000 entries into Elasticsearch, a second", 3000, "/s", least=True),
    Target("agenda month computed", "a month of slots, 2 000 appointments, HTTP, computed", 400, "/s", least=True),
    Target("agenda month p95 / p50", "the same, p95 / p50", 3, "×"),
    Target("agenda month unchanged", "the same, unchanged since the last answer", 1500, "/s", least=True),
    Target("agenda first of 100", "first free time among 100 practitioners, HTTP", 600, "/s", least=True),
    Target("agenda growth", "slot time, from 0 to 20 000 past appointments", 1.3, "×"),
    Target("hold to confirmed", "hold → confirmed, HTTP, without online payment", 150, "/s", least=True),
    Target(
        "hold to confirmed / its rows by bare SQL",
        "the same / its rows by bare SQL, two transactions",
        0.25,
        "×",
        least=True,
    ),
    Target("webhook intake", "Stripe's notifications stored and answered, HTTP, two cores", 500, "/s", least=True),
    Target("webhook intake lost", "of these, lost or stored twice", 0, ""),
    Target("ledger verified", "a ledger of 1 000 000 lines verified", 60, "s"),
    Target("ledger memory", "the same, memory more than for an empty one", 20, "MB"),
    Target("simulated histories", "histories of clients, banks and a hostile Stripe", 2000, "", least=True),
    Target("simulated kinds never reached", "kinds of things that none of them reached", 0, ""),
    Target("simulated wrong", "of these, one in which a cent is not where it should be", 0, ""),
    Target(
        "acceptances verified",
        "1 000 000 acceptances with details and anchors verified (in proportion, of fewer)",
        120,
        "s",
    ),
    Target("acceptances memory", "the same, memory more than for an empty chain", 40, "MB"),
    Target("retention beside the site", "retention over millions of rows, a page beside it / without it", 1.5, "×"),
    Target("attempts wrong", "64 clients on 5 000 times, what must never happen", 0, ""),
    Target("registers slowest", "the slowest page of a register with 100 000 rows", 300),
    Target("structures first", "1 000 000 lines of SIRENE, all kept, first import (in proportion, of fewer)", 300, "s"),
    Target("structures again", "the same file again, unchanged", 300, "s"),
    Target("structures changed", "the same, one line in ten changed, one in fifty closed", 300, "s"),
    Target("structures memory", "the same, peak memory of the import's process", 300, "MB"),
    Target("structures found p95", "centres by a word of the name and a town, among them, p95", 50),
    Target("claims precision", "claims check, precision on the written set", 0.95, "", least=True),
    Target("claims recall", "claims check, recall on the written set", 0.90, "", least=True),
    Target("claims held precision", "claims check, precision on the third held out", 0.95, "", least=True),
    Target("claims held recall", "claims check, recall on the third held out", 0.90, "", least=True),
    Target("claims 2000 words", "claims check, a profile of 2 000 words, p50", 10),
)


def keep(key: str, value: float) -> None:
    """For the table at the end of `make bench`; alone, a script only prints."""
    path = os.environ.get("BENCH_FIGURES")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, value]) + "\n")


def kept(path: Path) -> dict[str, float]:
    return dict(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()) if path.exists() else {}


class Questions:
    """The same seed asks the same."""

    def __init__(self, seed: int = 5) -> None:
        self.chance = random.Random(seed)
        self.towns = list(Commune.objects.order_by("insee").values_list("insee", "population"))

    def word(self) -> str:
        kind = self.chance.random()
        if kind < 0.5:
            return self._drawn(practices(), 3.0).name
        if kind < 0.7:
            return self._drawn(themes(), 3.0).name
        return self._drawn(lexicon(), 30.0)

    def _drawn(self, values, offset):  # type: ignore[no-untyped-def]
        return self.chance.choices(values, cum_weights=corpus._weights(len(values), offset))[0]

    def town(self) -> str:
        return "commune:" + self.chance.choices(self.towns, [people for _insee, people in self.towns])[0][0]

    def of(self, kind: str, count: int) -> list[Query]:
        make: dict[str, Callable[[], dict[str, str]]] = {
            "keyword + town": lambda: {"q": self.word(), "lieu": self.town()},
            "keyword + town, 2 selected": lambda: {"q": self.word(), "lieu": self.town(), "mode": "cabinet", "langue": "en"},
            "keyword + town, this week": lambda: {"q": self.word(), "lieu": self.town(), "disponible": "semaine"},
            "keyword + town, 50 km": lambda: {"q": self.word(), "lieu": self.town(), "rayon": "50"},
            "keyword + town, by distance": lambda: {"q": self.word(), "lieu": self.town(), "tri": "distance"},
            "keyword + town, by next time": lambda: {"q": self.word(), "lieu": self.town(), "tri": "horaire"},
            "town": lambda: {"lieu": self.town()},
            "keyword": lambda: {"q": self.word()},
            "keyword, page 50": lambda: {"q": self.word(), "page": "50"},
            "practice alone": lambda: {"pratique": self._drawn(practices(), 3.0).slug},
            "practice and theme": lambda: {"pratique": self._drawn(practices(), 3.0).slug, "theme": self._drawn(themes(), 3.0).slug},
            "nothing": dict,
            "nothing, page 500": lambda: {"page": "500"},
            "nothing, by next time": lambda: {"tri": "horaire"},
        }  # fmt: skip
        return [self.parsed(make[kind]()) for _n in range(count)]

    @staticmethod
    def parsed(address: dict[str, str]) -> Query:
        parameters = QueryDict(mutable=True)
        parameters.update(address)
        return query.parse(parameters, today=clock.today()).query


def milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def timed(asked: Iterable[Query], ask: Callable[[Query], object]) -> list[float]:
    """Of each question, once warm, the middle of three: another process's turn on the machine is not the engine's time."""
    asked = list(asked)
    for one in asked:
        ask(one)
    passes = [[milliseconds(lambda one=one: ask(one)) for one in asked] for _n in range(PASSES)]  # type: ignore[misc]
    return [statistics.median(taken) for taken in zip(*passes, strict=True)]


def p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]


def show(what: str, taken: list[float]) -> None:
    print(
        f"{what:32} p50 {statistics.median(taken):8.2f}   p95 {p95(taken):8.2f}   worst {max(taken):8.2f} ms",
        flush=True,
    )


def table(figures: dict[str, float]) -> str:
    lines = []
    for target in TARGETS:
        value = figures.get(target.key)
        if value is None:
            verdict, shown = "not measured", "–"
        else:
            met = value >= target.limit if target.least else value <= target.limit
            verdict, shown = ("met" if met else "MISSED"), f"{value:.{1 if target.unit else 3}f} {target.unit}"
        sign = "≥" if target.least else "≤"
        lines.append(f"{target.label:72} {shown:>12}   {sign} {target.limit:g} {target.unit:3} {verdict}")
    return "\n".join(lines)
