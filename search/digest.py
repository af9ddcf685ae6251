"""An entry's digest: all that can be counted or ordered, in 152 bytes. docs/search-digest.md explains why.

Facets are bits. Its head of 80 bytes is enough for a question without a date: of the agenda it has each mode's next free instant
and day, and at which moments there is any free time. The rest is availability day by day: three parts of day for each way to
meet, each a ring of 64 days: the bit of a day is its number modulo 64, so that nothing shifts at midnight. With a horizon of 60
days, a day that has passed cannot be taken for a coming one before four days; the clock renews entries long before.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from search import vocabulary
from search.facts import Availability

MODES = ("cabinet", "visio", "domicile")
PARTS = ("matin", "apres-midi", "soir")
HORIZON_DAYS = 60
RING = 64
NEVER = 2**32 - 1
NO_DAY = 2**16 - 1
FIRST_DAY = dt.date(1970, 1, 1).toordinal()
MOMENTS = (*PARTS, "samedi")
# Values that the code knows have their bit from their place here: add at the end, never reorder.
FIXED = (
    *(("mode", mode) for mode in MODES),
    *(("paiement", payment) for payment in vocabulary.PAYMENTS),
    ("acces", "fauteuil"),
)
FIXED_BIT = {pair: bit for bit, pair in enumerate(FIXED)}
# Facets whose values are data: each value has a number in `FacetBit`, for good.
CAPACITY = {"pratique": 128, "theme": 128, "langue": 64}

LAYOUT = np.dtype(
    [
        ("rank", ">u8"),
        ("pratique", ">u8", 2),
        ("theme", ">u8", 2),
        ("langue", ">u8"),
        ("fixed", ">u8"),
        # Minutes since 1970 of the next free instant of each mode, cents of the cheapest session; NEVER when there is none.
        ("next", ">u4", len(MODES)),
        ("price", ">u4"),
        # The local day of the first free time of each mode, numbered since 1970; for each mode, a bit for each moment.
        ("day", ">u2", len(MODES)),
        ("moments", ">u2"),
        ("free", ">u8", (len(MODES), len(PARTS))),
    ]
)
SIZE = LAYOUT.itemsize
HEAD = np.dtype(LAYOUT.descr[:-1])
Rows = np.ndarray[Any, np.dtype[np.void]]


def mask(bits: Iterable[int]) -> int:
    whole = 0
    for bit in bits:
        whole |= 1 << bit
    return whole


def words(whole: int, count: int) -> list[int]:
    """A mask as 64-bit words, the low bits first."""
    return [whole >> 64 * place & 2**64 - 1 for place in range(count)]


def day_bit(day: dt.date) -> int:
    return 1 << day.toordinal() % RING


def days_mask(first: dt.date, last: dt.date) -> int:
    """The ring bits of the days from `first` to `last`, at most the horizon."""
    count = min((last - first).days + 1, HORIZON_DAYS)
    return mask((first.toordinal() + number) % RING for number in range(count))


def moment_bit(mode: str, moment: str) -> int:
    return 1 << MODES.index(mode) * len(MOMENTS) + MOMENTS.index(moment)


@lru_cache(maxsize=64)
def moments_mask(modes: tuple[str, ...], moment: str) -> int:
    """The bits of a moment in any of these modes."""
    return sum(moment_bit(mode, moment) for mode in modes)


def day_number(day: dt.date) -> int:
    return day.toordinal() - FIRST_DAY


def minutes(moment: dt.datetime | None) -> int:
    return NEVER if moment is None else int(moment.timestamp() // 60)


def encode(
    *,
    rank: int,
    bits: Mapping[str, Iterable[int]],
    fixed: Iterable[tuple[str, str]],
    availability: Availability,
    price_cents: int | None,
) -> bytes:
    """`bits` are the numbers of the values of the facets of `CAPACITY`; `fixed` (facet, value) pairs of `FIXED`."""
    row = np.zeros(1, dtype=LAYOUT)
    row["rank"] = rank
    row["pratique"] = words(mask(bits["pratique"]), 2)
    row["theme"] = words(mask(bits["theme"]), 2)
    row["langue"] = mask(bits["langue"])
    row["fixed"] = mask(FIXED_BIT[pair] for pair in fixed)
    free = [[0] * len(PARTS) for _mode in MODES]
    days, moments = [NO_DAY] * len(MODES), 0
    for mode, day, part in availability.cells:
        number = MODES.index(mode)
        free[number][PARTS.index(part)] |= day_bit(day)
        days[number] = min(days[number], day_number(day))
        moments |= moment_bit(mode, part) | (moment_bit(mode, "samedi") if day.weekday() == 5 else 0)
    row["free"], row["day"], row["moments"] = free, days, moments
    row["next"] = [min(minutes(availability.next_free.get(mode)), NEVER) for mode in MODES]
    row["price"] = NEVER if price_cents is None else min(price_cents, NEVER - 1)
    return row.tobytes()


def decode(blob: bytes | memoryview, layout: "np.dtype[np.void]" = LAYOUT) -> Rows:
    """Digests joined together, as rows of `LAYOUT`; their heads, as rows of `HEAD`."""
    return np.frombuffer(blob, dtype=layout)


def cells(row: Any, today: dt.date) -> set[tuple[str, dt.date, str]]:
    """The free (mode, day, part) that a digest says from `today` on: the inverse of `encode`, for the days of the horizon."""
    found = set()
    for number in range(HORIZON_DAYS):
        day = today + dt.timedelta(days=number)
        bit = day_bit(day)
        for m, mode in enumerate(MODES):
            for p, part in enumerate(PARTS):
                if int(row["free"][m][p]) & bit:
                    found.add((mode, day, part))
    return found


def renewed(blob: bytes | memoryview, *, rank: int, availability: Availability) -> bytes:
    """The same digest under another agenda, and the rank that goes with it."""
    row = decode(blob).copy()
    other = decode(
        encode(rank=rank, bits=dict.fromkeys(CAPACITY, ()), fixed=(), availability=availability, price_cents=None)
    )
    for field in ("rank", "next", "day", "moments", "free"):
        row[field] = other[field]
    return row.tobytes()
