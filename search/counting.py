"""Counting and ordering digests: what a question selects, the counts of every facet, the page in order. Numbers only, no SQL.

A facet's selection never limits its own counts: each is what one would get by choosing that value alone in its facet.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from search import digest, vocabulary
from search.bits import Numbers
from search.digest import FIXED, FIXED_BIT, MODES, NEVER, PARTS, Rows
from search.query import Query

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Counts = dict[str, list[tuple[str, int]]]
_BITS_OF_BYTE = np.array([[byte >> bit & 1 for bit in range(8)] for byte in range(256)], dtype=np.int64)
_WEEK = dt.timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Cells:
    """Days as ring bits, for each part of day: what has to be free."""

    parts: tuple[int, int, int]

    @classmethod
    def of(cls, days: tuple[dt.date, dt.date] | None, parts: tuple[str, ...], today: dt.date) -> "Cells":
        first, last = days or (today, today + dt.timedelta(days=digest.HORIZON_DAYS - 1))
        every = digest.days_mask(max(first, today), min(last, today + dt.timedelta(days=digest.HORIZON_DAYS - 1)))
        saturdays = 0
        if "samedi" in parts:
            start = max(first, today)
            count = min((last - start).days + 1, digest.HORIZON_DAYS)
            some = (start + dt.timedelta(days=number) for number in range(count))
            saturdays = digest.mask(day.toordinal() % digest.RING for day in some if day.weekday() == 5) & every
        wanted = [every if not parts or part in parts else saturdays for part in PARTS]
        return cls((wanted[0], wanted[1], wanted[2]))


class Counting:
    """One pass over the digests of what the base of a question (words, place, box) has left.

    >>> counting = Counting(digest.decode(blob), bits.numbers(), query, today)
    >>> counting.total, counting.facets(), counting.page(20)
    """

    def __init__(self, rows: Rows, numbers: Numbers, query: Query, today: dt.date) -> None:
        self.rows, self.numbers, self.query, self.today = rows, numbers, query, today
        self._free = rows["free"].astype(np.uint64)
        self._fixed = rows["fixed"].astype(np.uint64)
        self.flags = self._selections()
        self.selected = self._all()
        self.total = int(self.selected.sum()) if self.flags else len(rows)

    # Which rows each selection keeps

    def _selections(self) -> dict[str, Flags]:
        query = self.query
        flags: dict[str, Flags] = {}
        for facet, values in (("pratique", query.practices), ("theme", query.themes), ("langue", query.languages)):
            if values:
                flags[facet] = self._has_any(facet, values)
        if query.payments:
            flags["paiement"] = self._has_fixed([("paiement", value) for value in query.payments])
        if query.step_free:
            flags["acces"] = self._has_fixed([("acces", "fauteuil")])
        if query.price_max is not None:
            flags["prix_max"] = self._costs(query.price_max)
        if query.score_min is not None:
            flags["note_min"] = self._scores(query.score_min)
        # Ways to meet and availability are one condition in two facets: free *in* a chosen mode. See `_free_in`.
        if query.modes:
            flags["mode"] = self._has_fixed([("mode", mode) for mode in query.modes])
        if query.days or query.parts:
            flags["disponible"] = self._free_in(query.modes_asked, Cells.of(query.days, query.parts, self.today))
        return flags

    def _all(self, *but: str) -> Flags:
        kept = np.ones(len(self.rows), dtype=bool)
        for facet, flags in self.flags.items():
            if facet not in but:
                kept &= flags
        return kept

    def _has_any(self, facet: str, values: tuple[str, ...]) -> Flags:
        column = self.rows[facet]
        if column.ndim == 1:
            column = column[:, np.newaxis]
        found = np.zeros(len(self.rows), dtype=bool)
        for place, word in enumerate(digest.words(digest.mask(self.numbers.of(facet, values)), column.shape[1])):
            if word:
                found |= (column[:, place].astype(np.uint64) & np.uint64(word)) != 0
        return found

    def _has_fixed(self, pairs: list[tuple[str, str]]) -> Flags:
        return (self._fixed & np.uint64(digest.mask(FIXED_BIT[pair] for pair in pairs))) != 0

    def _free_in(self, modes: tuple[str, ...], cells: Cells) -> Flags:
        """A free time in one of the modes, on one of the days at one of its parts."""
        found = np.zeros(len(self.rows), dtype=bool)
        for mode in modes:
            for place, days in enumerate(cells.parts):
                if days:
                    found |= (self._free[:, MODES.index(mode), place] & np.uint64(days)) != 0
        return found

    def _costs(self, cents: int) -> Flags:
        price = self.rows["price"].astype(np.uint32)
        return (price <= cents) & (price != NEVER)

    def _scores(self, tenths: int) -> Flags:
        return self._score() >= tenths

    def _score(self) -> Any:
        """In tenths, out of the packed rank (`search.ranking.pack`)."""
        return 50 - ((self.rows["rank"].astype(np.uint64) >> np.uint64(55)) & np.uint64(63)).astype(np.int64)

    # Counts

    def facets(self) -> Counts:
        query, today = self.query, self.today
        counts: Counts = {}
        for facet in ("pratique", "theme", "langue"):
            counts[facet] = self._by_value(facet, self._all(facet))
        counts["mode"] = self._modes()
        counts["paiement"] = self._fixed_values("paiement", self._all("paiement"))
        counts["acces"] = self._fixed_values("acces", self._all("acces"))
        rest = self._all("disponible")
        by_day = {
            "aujourdhui": (today, today),
            "semaine": (today, today + _WEEK),
        }
        counts["disponible"] = [
            (value, self._count(rest, lambda d=days: self._free_in(query.modes_asked, Cells.of(d, query.parts, today))))
            for value, days in by_day.items()
        ]
        counts["moment"] = [
            (
                part,
                self._count(rest, lambda p=part: self._free_in(query.modes_asked, Cells.of(query.days, (p,), today))),
            )
            for part in vocabulary.PARTS
        ]
        rest = self._all("prix_max")
        counts["prix_max"] = [
            (str(euros), self._count(rest, lambda e=euros: self._costs(e * 100))) for euros in vocabulary.PRICES
        ]
        rest = self._all("note_min")
        counts["note_min"] = [
            (score, self._count(rest, lambda s=score: self._scores(round(float(s) * 10))))
            for score in vocabulary.SCORES
        ]
        return counts

    @staticmethod
    def _count(rest: Flags, condition: Callable[[], Flags]) -> int:
        return int(np.count_nonzero(rest & condition()))

    def _modes(self) -> list[tuple[str, int]]:
        """Each mode counted alone, with its own free times."""
        rest = self._all("mode", "disponible")
        asked = self.query.days or self.query.parts
        cells = Cells.of(self.query.days, self.query.parts, self.today)
        counts = []
        for mode in MODES:
            kept = rest & self._has_fixed([("mode", mode)])
            if asked:
                kept &= self._free_in((mode,), cells)
            counts.append((mode, int(np.count_nonzero(kept))))
        return counts

    def _fixed_values(self, facet: str, rest: Flags) -> list[tuple[str, int]]:
        column = self._fixed[rest]
        return [
            (value, int(np.count_nonzero(column & np.uint64(1 << FIXED_BIT[name, value]))))
            for name, value in FIXED
            if name == facet
        ]

    def _by_value(self, facet: str, rest: Flags) -> list[tuple[str, int]]:
        """By decreasing count, then value: values that nobody has are left out."""
        counts = self._bit_counts(self.rows[facet] if rest.all() else self.rows[facet][rest])
        names = self.numbers.values(facet)
        pairs = [(names[bit], int(number)) for bit, number in enumerate(counts) if number and bit in names]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    @staticmethod
    def _bit_counts(column: Any) -> Any:
        """How many rows have each bit of a column of big-endian 64-bit words, by tables of bytes."""
        column = np.ascontiguousarray(column)
        if not len(column):
            return np.zeros(64 * (column.shape[1] if column.ndim > 1 else 1), dtype=np.int64)
        octets = column.view(np.uint8).reshape(len(column), -1)
        counts = []
        for word in range(octets.shape[1] // 8):
            for byte in range(8):
                place = word * 8 + 7 - byte
                counts.append(np.bincount(octets[:, place], minlength=256) @ _BITS_OF_BYTE)
        return np.concatenate(counts)

    # Order

    def ids(self) -> Any:
        """The practitioners selected, in no order."""
        ranks = self.rows["rank"].astype(np.uint64)
        return ((ranks[self.selected] if self.flags else ranks) & np.uint64(2**32 - 1)).astype(np.int64)

    def page(self, size: int) -> list[int]:
        """The ids of the page asked for, in the order asked for (the Contract's, or the next free time then the Contract's)."""
        start = (self.query.page - 1) * size
        if start >= self.total:
            return []
        ranks = self.rows["rank"].astype(np.uint64)
        if self.flags:
            ranks = ranks[self.selected]
        if self.query.sort == "horaire":
            nexts = self.next_free()
            order = np.lexsort((ranks, nexts))[start : start + size]
            ranks = ranks[order]
        elif start + size < len(ranks):
            ranks = np.sort(np.partition(ranks, start + size - 1)[: start + size])[start:]
        else:
            ranks = np.sort(ranks)[start:]
        return [int(rank) & 2**32 - 1 for rank in ranks]

    def next_free(self) -> Any:
        """Minutes since 1970 of the next free time in the modes asked for, NEVER where there is none, of the rows selected."""
        columns = self.rows["next"][:, [MODES.index(mode) for mode in self.query.modes_asked]]
        nexts = columns.astype(np.uint32).min(axis=1)
        return nexts[self.selected] if self.flags else nexts
