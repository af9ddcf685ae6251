"""What can be said in figures of those a landing page shows: counted from their digests, in one query."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from django.core.cache import cache
from django.db import connection

from places.lookup import Place
from search import digest, terms
from search.landing.subjects import Subject

# Below it a median says more of somebody than of the place.
FEWEST_PRICES = 20
CACHE_SECONDS = 300


@dataclass(frozen=True)
class Figures:
    """Cents of the cheapest session of the one in the middle and of the cheapest of all; the first free instant."""

    median_cents: int | None = None
    from_cents: int | None = None
    next_free: dt.datetime | None = None


def figures(subject: Subject, place: Place | None) -> Figures:
    """Kept a few minutes: they are an introduction; counts and times of the list itself are read anew."""
    wanted = [subject.term, *([place_term(place)] if place else [])]
    key = f"landing-figures-{subject.kind}-{subject.pk}-{place.id if place else ''}"
    kept: Figures | None = cache.get(key)
    if kept is None:
        kept = _read(wanted)
        cache.set(key, kept, CACHE_SECONDS)
    return kept


def place_term(place: Place) -> str:
    """What the entries of those found in a place hold: for a commune, that it is within the usual distance."""
    made = {"commune": terms.served, "department": terms.department, "region": terms.region}
    return made[place.kind](place.code)


def _read(wanted: list[str]) -> Figures:
    with connection.cursor() as cursor:
        cursor.execute(
            "select string_agg(substring(digest from %s for %s), '') from search_searchentry where terms @> %s",
            [_FROM + 1, _LAYOUT.itemsize, wanted],
        )
        blob = cursor.fetchone()[0]
    if not blob:
        return Figures()
    rows = np.frombuffer(blob, dtype=_LAYOUT)
    prices = rows["price"][rows["price"] != digest.NEVER]
    soonest = int(rows["next"].min())
    return Figures(
        median_cents=round(float(np.median(prices))) if len(prices) >= FEWEST_PRICES else None,
        from_cents=int(prices.min()) if len(prices) else None,
        next_free=dt.datetime.fromtimestamp(soonest * 60, dt.UTC) if soonest != digest.NEVER else None,
    )


# Only this of each digest travels: the next free instants and the price.
_FROM = digest.LAYOUT.fields["next"][1]  # type: ignore[index]
_LAYOUT = np.dtype([("next", ">u4", len(digest.MODES)), ("price", ">u4")])
