# ruff: noqa: T201 (a script: its output is its purpose)
"""What the engine adds to the same question asked bare: `python tests/bench/bare.py`.

Bare is a connection of its own, the statement, the fewest numpy calls that give the count, the first 20 and every facet count,
and the cards as PostgreSQL sends them. Each question is put to both, one after the other.
"""

import statistics

import numpy as np
import psycopg
from django.db import connection
from figures import Questions, keep, milliseconds, show

from common import clock
from search import bits, digest
from search.engines.embedded import EmbeddedEngine
from search.engines.matching import Matching
from search.query import Query

BITS = np.array([[byte >> bit & 1 for bit in range(8)] for byte in range(256)], dtype=np.int64)
WORDS = digest.HEAD.itemsize // 8
PASSES = 3


class Bare:
    def __init__(self) -> None:
        parameters = connection.get_connection_params()
        self.connection = psycopg.connect(
            host=parameters.get("host"), port=parameters.get("port"), user=parameters.get("user"),
            password=parameters.get("password"), dbname=parameters.get("dbname"), autocommit=True,
        )  # fmt: skip
        self.today = digest.day_number(clock.today())
        self.moments = [digest.mask(place + 4 * mode for mode in range(3)) for place in range(4)]
        self.used = [len(bits.numbers().by_value[facet]) for facet in digest.CAPACITY]

    def __call__(self, matching: Matching) -> int:
        with self.connection.cursor(binary=True) as cursor:
            cursor.execute(
                f"SELECT string_agg(substring(digest FROM 1 FOR {8 * WORDS}), '') FROM {matching.source} WHERE {matching.where}",
                matching.params,
            )  # type: ignore[arg-type]
            blob = cursor.fetchone()[0] or b""  # type: ignore[index]
            words = np.frombuffer(blob, ">u8").reshape(-1, WORDS).T.astype(np.uint64, order="C")
            counts: list[object] = []
            for column, used in ((1, self.used[0]), (3, self.used[1]), (5, self.used[2]), (6, 8)):
                octets = words[column].view(np.uint8).reshape(-1, 8)
                counts += [np.bincount(octets[:, byte], minlength=256) @ BITS for byte in range(-(-min(used, 64) // 8))]
            days = [words[9] >> np.uint64(shift) & np.uint64(2**16 - 1) for shift in (48, 32, 16)]
            for last in (self.today, self.today + 6):
                soon = [(day >= self.today) & (day <= last) for day in days]
                counts.append(int(np.count_nonzero(soon[0] | soon[1] | soon[2])))
            counts += [int(np.count_nonzero(words[9] & np.uint64(mask))) for mask in self.moments]
            price = words[8] & np.uint64(2**32 - 1)
            counts += [int(np.count_nonzero(price <= limit)) for limit in (4000, 6000, 8000, 10_000)]
            score = words[0] >> np.uint64(55) & np.uint64(63)
            counts += [int(np.count_nonzero(score <= limit)) for limit in (10, 5)]
            ranks = words[0]
            if len(ranks) > 20:
                ranks = np.partition(ranks, 19)[:20]
            ids = [int(rank) & 2**32 - 1 for rank in np.sort(ranks)]
            cursor.execute(
                "SELECT practitioner_id, online, score, completeness, partner, listed_on, card FROM search_searchentry "
                "WHERE practitioner_id = ANY(%s)",
                [ids],
            )
            cursor.fetchall()
            return words.shape[1]


def main() -> None:
    engine, bare = EmbeddedEngine(), Bare()
    for kind, count in (("keyword + town", 200), ("keyword", 60)):
        ours, theirs = [], []
        for query in Questions().of(kind, count):
            matching = Matching(query)
            assert engine.search(query).count == bare(matching)
            pairs = [_both(engine, bare, query, matching) for _n in range(PASSES)]
            ours.append(statistics.median(pair[0] for pair in pairs))
            theirs.append(statistics.median(pair[1] for pair in pairs))
        show(f"{kind}, the engine", ours)
        show(f"{kind}, bare", theirs)
        ratio = sum(ours) / sum(theirs)
        print(
            f"{kind}: {ratio:.2f} × in all, {statistics.median(ours) / statistics.median(theirs):.2f} × in the middle"
        )
        if kind == "keyword + town":
            keep("engine / bare", ratio)


def _both(engine: EmbeddedEngine, bare: Bare, query: Query, matching: Matching) -> tuple[float, float]:
    return milliseconds(lambda: engine.search(query)), milliseconds(lambda: bare(matching))


if __name__ == "__main__":
    main()
