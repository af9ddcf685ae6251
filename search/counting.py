"""Counting and ordering digests: what a question selects, the counts of every facet, the page in order. Numbers only, no SQL.

A facet's selection never limits its own counts: each is what one would get by choosing that value alone in its facet.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from search import digest, vocabulary
from search.bits import Numbers
from search.digest import FIXED, FIXED_BIT, MODES, NEVER, PARTS, Rows
from search.query import Query
from search.ranking import score_of

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Words = np.ndarray[Any, np.dtype[np.uint64]]
Counts = dict[str, list[tuple[str, int]]]
_BITS_OF_BYTE = np.array([[byte >> bit & 1 for bit in range(8)] for byte in range(256)], dtype=np.int64)
_WEEK = dt.timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Cells:
    """Days as ring bits, for each part of day: what has to be free."""

    parts: tuple[int, int, int]

    @staticmethod
    @lru_cache(maxsize=256)
    def of(days: tuple[dt.date, dt.date] | None, parts: tuple[str, ...], today: dt.date) -> "Cells":
        first, last = days or (today, today + dt.timedelta(days=digest.HORIZON_DAYS - 1))
        every = digest.days_mask(max(first, today), min(last, today + dt.timedelta(days=digest.HORIZON_DAYS - 1)))
        saturdays = 0
        if "samedi" in parts:
            start = max(first, today)
            count = min((last - start).days + 1, digest.HORIZON_DAYS)
            some = (start + dt.timedelta(days=number) for number in range(count))
            saturdays = digest.mask(day.toordinal() % digest.RING for day in some if day.weekday() == 5) & every
        wanted = [every if not parts or part in parts else saturdays for part in PARTS]
        return Cells((wanted[0], wanted[1], wanted[2]))


class Counting:
    """One pass over the digests of what the base of a question (words, place, box) has left; their heads do without a date.

    >>> counting = Counting(digest.decode(blob), bits.numbers(), query, today)
    >>> counting.total, counting.facets(), counting.page(20)
    """

    def __init__(self, rows: Rows, numbers: Numbers, query: Query, today: dt.date) -> None:
        self.numbers, self.query, self.today, self.size = numbers, query, today, len(rows)
        self.whole = rows.dtype == digest.LAYOUT
        # Once by columns, in this machine's order of bytes: everything below then reads memory in a straight line.
        self.words: Words = rows.view(">u8").reshape(self.size, rows.itemsize // 8).T.astype(np.uint64, order="C")
        self.flags = self._selections()
        self.selected = self._all()
        self.total = self.size if self.selected is None else int(np.count_nonzero(self.selected))

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

    def _all(self, *but: str) -> Flags | None:
        """What every selection keeps, but for those of some facets; nothing when there is none: all of it is kept."""
        kept: Flags | None = None
        for facet, flags in self.flags.items():
            if facet not in but:
                kept = flags if kept is None else kept & flags
        return kept

    def _has_any(self, facet: str, values: tuple[str, ...]) -> Flags:
        found = np.zeros(self.size, dtype=bool)
        wanted = digest.mask(self.numbers.of(facet, values))
        for column, word in zip(_COLUMNS[facet], digest.words(wanted, len(_COLUMNS[facet])), strict=True):
            if word:
                found |= (self.words[column] & np.uint64(word)) != 0
        return found

    def _has_fixed(self, pairs: list[tuple[str, str]]) -> Flags:
        return (self.words[_FIXED] & np.uint64(digest.mask(FIXED_BIT[pair] for pair in pairs))) != 0

    def _free_in(self, modes: tuple[str, ...], cells: Cells) -> Flags:
        """A free time in one of the modes, on one of the days at one of its parts."""
        found = np.zeros(self.size, dtype=np.uint64)
        for mode in modes:
            for column, days in zip(_FREE[mode], cells.parts, strict=True):
                if days:
                    found |= self.words[column] & np.uint64(days)
        return found != 0

    def _free_until(self, last: dt.date) -> Flags:
        """From today to this day, at the parts asked for. Of heads, the first free day of each mode tells."""
        query = self.query
        if self.whole:
            return self._free_in(query.modes_asked, Cells.of((self.today, last), query.parts, self.today))
        found = np.zeros(self.size, dtype=bool)
        for mode in query.modes_asked:
            day = self.words[_SUMMARY] >> np.uint64(48 - 16 * MODES.index(mode)) & _DAY
            found |= (day >= digest.day_number(self.today)) & (day <= digest.day_number(last))
        return found

    def _free_at(self, moment: str) -> Flags:
        """At this moment of the days asked for. Of heads, whether there is any such time was noted."""
        query = self.query
        if self.whole:
            return self._free_in(query.modes_asked, Cells.of(query.days, (moment,), self.today))
        return (self.words[_SUMMARY] & np.uint64(digest.moments_mask(query.modes_asked, moment))) != 0

    def _costs(self, cents: int) -> Flags:
        price = self.words[_PRICE] & _LOW
        return (price <= np.uint64(max(cents, 0))) & (price != NEVER)

    def _scores(self, tenths: int) -> Flags:
        return np.asarray(score_of(self.words[_RANK]) >= tenths)  # type: ignore[arg-type]

    # Counts

    def facets(self) -> Counts:
        today = self.today
        counts: Counts = {}
        for facet in ("pratique", "theme", "langue"):
            counts[facet] = self._by_value(facet)
        counts["mode"] = self._modes()
        counts["paiement"] = self._fixed_values("paiement")
        counts["acces"] = self._fixed_values("acces")
        rest = self._all("disponible")
        by_day = {"aujourdhui": today, "semaine": today + _WEEK}
        counts["disponible"] = [(value, _count(rest, self._free_until(last))) for value, last in by_day.items()]
        counts["moment"] = [(moment, _count(rest, self._free_at(moment))) for moment in vocabulary.PARTS]
        rest = self._all("prix_max")
        counts["prix_max"] = [(str(euros), _count(rest, self._costs(euros * 100))) for euros in vocabulary.PRICES]
        rest = self._all("note_min")
        counts["note_min"] = [(s, _count(rest, self._scores(round(float(s) * 10)))) for s in vocabulary.SCORES]
        return counts

    def _modes(self) -> list[tuple[str, int]]:
        """Each mode counted alone, with its own free times."""
        rest = self._all("mode", "disponible")
        asked = self.query.days or self.query.parts
        cells = Cells.of(self.query.days, self.query.parts, self.today)
        counts = []
        for mode in MODES:
            kept = self._has_fixed([("mode", mode)])
            if asked:
                kept &= self._free_in((mode,), cells)
            counts.append((mode, _count(rest, kept)))
        return counts

    def _fixed_values(self, facet: str) -> list[tuple[str, int]]:
        rest = self._all(facet)
        return [(value, _count(rest, self._has_fixed([(name, value)]))) for name, value in FIXED if name == facet]

    def _by_value(self, facet: str) -> list[tuple[str, int]]:
        """By decreasing count, then value: values that nobody has are left out."""
        rest, names = self._all(facet), self.numbers.values(facet)
        highest = max(names, default=-1)
        pairs = []
        for place, column in enumerate(_COLUMNS[facet]):
            used = min(highest - 64 * place + 1, 64)
            if used > 0:
                words = self.words[column] if rest is None else self.words[column][rest]
                counts = enumerate(_bit_counts(words, used), start=64 * place)
                pairs += [(names[bit], int(number)) for bit, number in counts if number and bit in names]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    # Order

    def ids(self) -> Any:
        """The practitioners selected, in no order."""
        return (self._ranks() & _LOW).astype(np.int64)

    def _ranks(self) -> Words:
        ranks = self.words[_RANK]
        return ranks if self.selected is None else ranks[self.selected]

    def page(self, size: int) -> list[int]:
        """The ids of the page asked for, in the order asked for (the Contract's, or the next free time then the Contract's)."""
        start = (self.query.page - 1) * size
        end = min(start + size, self.total)
        if start >= end:
            return []
        ranks = self._ranks()
        if self.query.sort == "horaire":
            ranks = by_next_time(self.next_free(), ranks, end)
        elif end < len(ranks):
            ranks = np.sort(np.partition(ranks, end - 1)[:end])
        else:
            ranks = np.sort(ranks)
        return [int(rank) & 2**32 - 1 for rank in ranks[start:end]]

    def next_free(self) -> Any:
        """Minutes since 1970 of the next free time in the modes asked for, NEVER where there is none, of the rows selected."""
        nexts = np.full(self.size, NEVER, dtype=np.uint64)
        for mode in self.query.modes_asked:
            column, high = _NEXT[mode]
            nexts = np.minimum(nexts, self.words[column] >> np.uint64(32) if high else self.words[column] & _LOW)
        return nexts if self.selected is None else nexts[self.selected]


# Where each field of the digest lies, in words of 64 bits (`digest.LAYOUT`).
def word(field: str) -> int:
    assert digest.LAYOUT.fields is not None
    return int(digest.LAYOUT.fields[field][1]) // 8


_LOW = np.uint64(2**32 - 1)
_RANK, _FIXED = word("rank"), word("fixed")
_COLUMNS = {facet: range(word(facet), word(facet) + capacity // 64) for facet, capacity in digest.CAPACITY.items()}
_FREE = {
    mode: range(word("free") + place * len(PARTS), word("free") + (place + 1) * len(PARTS))
    for place, mode in enumerate(MODES)
}
# Two numbers of 32 bits in a word: the first of them is the high half.
_NEXT = {mode: (word("next") + place // 2, place % 2 == 0) for place, mode in enumerate(MODES)}
_PRICE = word("price")
# Three days of 16 bits, then the moments in the lowest 16.
_SUMMARY, _DAY = word("day"), np.uint64(2**16 - 1)


def _count(rest: Flags | None, condition: Flags) -> int:
    return int(np.count_nonzero(condition if rest is None else rest & condition))


def _bit_counts(words: Words, used: int) -> list[int]:
    """How many words have each of the first `used` bits, by tables of bytes."""
    octets = words.astype("<u8").view(np.uint8).reshape(len(words), 8)
    counts = [np.bincount(octets[:, byte], minlength=256) @ _BITS_OF_BYTE for byte in range(-(-used // 8))]
    return list(np.concatenate(counts))


def by_next_time(nexts: Any, ranks: Words, end: int) -> Words:
    """The first `end` ranks by next free time, then by rank: no more is sorted than what can be among them."""
    if end < len(nexts):
        kept = nexts <= np.partition(nexts, end - 1)[end - 1]
        nexts, ranks = nexts[kept], ranks[kept]
    return np.asarray(ranks[np.lexsort((ranks, nexts))[:end]])
