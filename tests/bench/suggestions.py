# ruff: noqa: E402, T201 (a script: settings first, and its output is its purpose)
"""Suggestions and corrections on the corpus that is loaded: `python tests/bench/suggestions.py [words]`, 25 000 by default.

The corpus has entries without a file: names are written beside them, and as many words as asked, in a transaction that is rolled
back. Prints the milliseconds of the public functions, in process (p50, p95, worst), and the plans that names stand on.
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

import django

django.setup()

from django.db import connection, transaction
from django.http import QueryDict
from figures import keep

from common import clock
from common.text import sort_key
from demo.content import load
from practitioners.models import Practice, Practitioner
from search import corrections, finding, names, suggestions, terms
from search.models import SearchEntry, SearchWord
from search.query import Query, parse

SYLLABLES = ["ba", "be", "bi", "bo", "bra", "che", "co", "da", "de", "fa", "fer", "fon", "ga", "gi", "gra", "ha", "jo", "la", "le", "lou", "ma", "me", "mo", "na", "pa", "per", "pou", "ra", "ro", "sa", "si", "ta", "tho", "va", "vi"]  # fmt: skip
ENDINGS = ["rd", "nt", "ron", "lle", "rs", "nd", "l", "ud", "ux", "et", "ot", "in", "ain", "ier", "eau", "ez"]  # fmt: skip
TYPED = [
    "so", "ma", "le", "sa", "sop", "mar", "dup", "xav", "zz", "sophro", "marie", "martin", "mar dup", "jean ma", "mal de dos", "stress",
    "insom", "lyon", "69003", "saint", "sophro lyon", "lyon sophro", "naturo paris", "hypnose mar", "yoga à toulouse", "zzzz qqqq",
]  # fmt: skip


def invented(chance: random.Random, most: int = 3) -> str:
    return "".join(chance.choice(SYLLABLES) for _n in range(chance.randint(1, most))) + chance.choice(ENDINGS)


def name_everybody(chance: random.Random) -> None:
    """A file for each entry: known names by Zipf, and as many invented ones."""
    known = load.table("names")
    firsts = [*known["women"], *known["men"]]
    lasts = [*known["last"], *{invented(chance).capitalize() for _n in range(60_000)}]
    weights = [1 / (rank + 20) ** 0.8 for rank in range(len(lasts))]
    missing = SearchEntry.objects.exclude(pk__in=Practitioner.objects.values("pk")).values_list("pk", flat=True)
    ids = list(missing)
    drawn = zip(ids, chance.choices(firsts, k=len(ids)), chance.choices(lasts, weights, k=len(ids)), strict=True)
    Practitioner.objects.bulk_create(
        (
            Practitioner(
                pk=pk, user_id=pk, slug=f"bench-{pk}", first_name=first, last_name=last, sort_name=sort_key(last, first),
                status=Practitioner.Status.LISTED, listed_at=clock.now(),
            )
            for pk, first, last in drawn
        ),
        batch_size=2_000,
    )  # fmt: skip


def write_words(chance: random.Random, count: int) -> list[str]:
    """Words of practices, and invented ones; returns what may be mistyped."""
    real = {
        term
        for name in Practice.objects.values_list("name", flat=True)
        for term in name.lower().split()
        if len(term) > 6
    }
    made = set(SearchWord.objects.values_list("pk", flat=True))
    while len(made) < count:
        made.add(invented(chance, 4) + chance.choice(("", "", "ie", "eur", "age", "ique")))
    SearchWord.objects.bulk_create(
        [SearchWord(word=w, display=w, stem=(terms.tokens(w) or [w])[0], frequency=chance.randint(1, 500)) for w in made],
        ignore_conflicts=True, batch_size=2_000,
    )  # fmt: skip
    known = set(
        SearchWord.objects.filter(word__in=[word for word in real if word.isalpha()]).values_list("pk", flat=True)
    )
    return sorted(known) or ["naturopathe", "sophrologie"]


def mistyped(chance: random.Random, word: str) -> str:
    at = chance.randrange(1, len(word) - 1)
    return chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at] + word[at:],
        ]
    )


def asked(text: str) -> Query:
    address = QueryDict(mutable=True)
    address["q"] = text
    return parse(address, today=clock.today()).query


def milliseconds(call: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _n in range(times):
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def show(what: str, taken: list[float]) -> None:
    p95 = statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
    print(f"{what:28} p50 {statistics.median(taken):7.2f}   p95 {p95:7.2f}   worst {max(taken):7.2f} ms")


def plans() -> None:
    for typed in ("mar", "xav"):
        for name, statement in (("walk", names._WALK), ("look-up", names._LOOK_UP)):
            with connection.cursor() as cursor:
                cursor.execute(
                    "EXPLAIN (ANALYZE, COSTS OFF, SUMMARY ON) " + statement.format(likes=names.LIKE),
                    {"w0": f"% {typed}%", "walk": names.WALK, "limit": 4},
                )
                lines = [row[0] for row in cursor.fetchall()]
            print(f"\n{name} of {typed!r}\n" + "\n".join(lines))


def main() -> None:
    chance = random.Random(11)
    words = int(sys.argv[1]) if len(sys.argv) > 1 else 25_000
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        name_everybody(chance)
        real = write_words(chance, words)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = origin")
            cursor.execute("ANALYZE practitioners_practitioner, search_searchword")
        print(f"{SearchEntry.objects.count()} entries, {SearchWord.objects.count()} words\n")
        everything: list[float] = []
        for typed in TYPED:
            suggestions.suggest(typed)
            taken = milliseconds(lambda typed=typed: suggestions.suggest(typed), 15)  # type: ignore[misc]
            everything += taken
            show(f"suggest {typed!r}", taken)
        show("suggest, all of them", everything)
        keep("suggest p95", statistics.quantiles(everything, n=20)[-1])
        alone: list[float] = []
        for word in real * (200 // len(real) + 1):
            query = asked(mistyped(chance, word))
            alone += milliseconds(lambda query=query: list(corrections.of(query)), 1)  # type: ignore[misc]
        show("corrections offered", alone)
        query = asked("naturopate")
        keep("correction p95", statistics.quantiles(alone, n=20)[-1])
        show("find 'naturopate', corrected", milliseconds(lambda: finding.find(query), 50))
        print(f"corrected to {finding.find(query).corrected!r}")
        plans()
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
