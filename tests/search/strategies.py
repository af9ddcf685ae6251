"""Facts and questions of any shape, small enough that brute force can say what the answer is."""

import datetime as dt
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from search import digest, vocabulary
from search.bits import Numbers
from search.counting import Counting
from search.entry_of import digest_of
from search.facts import Availability, Facts
from search.query import Query
from search.ranking import Standing, pack

TODAY = dt.date(2026, 10, 22)  # A Thursday: the week ahead has a Saturday.
# Numbers at the edges of words of 64 bits.
NUMBERS = Numbers(
    {
        "pratique": {"sophrologie": 0, "hypnose": 63, "reiki": 64, "shiatsu": 127},
        "theme": {"stress": 7, "sommeil": 8, "dos": 100},
        "langue": {"fr": 0, "en": 5, "de": 63},
    }
)
MODES, PARTS, PAYMENTS = tuple(vocabulary.MODES), digest.PARTS, tuple(vocabulary.PAYMENTS)
DAYS = st.integers(0, digest.HORIZON_DAYS - 1).map(lambda n: TODAY + dt.timedelta(days=n))


def some(values: Any, most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(sorted(values)), max_size=most, unique=True).map(tuple)


def moments() -> st.SearchStrategy[dt.datetime]:
    return st.integers(0, 60 * 24 * 6).map(
        lambda n: dt.datetime(2026, 10, 22, tzinfo=dt.UTC) + dt.timedelta(minutes=10 * n)
    )


AGENDAS = st.builds(
    Availability,
    online=st.booleans(),
    cells=st.frozensets(st.tuples(st.sampled_from(MODES), DAYS, st.sampled_from(PARTS)), max_size=6),
    next_free=st.dictionaries(st.sampled_from(MODES), moments(), max_size=3),
)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    return Standing(
        draw(st.booleans()), draw(st.sampled_from((35, 40, 44, 45, 50))), draw(st.sampled_from((50, 99, 100))), draw(st.booleans()),
        draw(st.dates(dt.date(2020, 1, 1), TODAY)), draw(st.integers(1, 2**32 - 1)),
    )  # fmt: skip


FACTS = st.builds(
    Facts,
    standing=standings(),
    names=st.just(("Claire", "Morel")),
    practices=some(NUMBERS.by_value["pratique"]),
    themes=some(NUMBERS.by_value["theme"]),
    languages=some(NUMBERS.by_value["langue"]),
    modes=some(MODES),
    payments=some(PAYMENTS),
    step_free=st.booleans(),
    price_min_cents=st.sampled_from((None, 0, 3999, 4000, 6000, 10_001)),
    availability=AGENDAS,
)
PEOPLE = st.lists(FACTS, max_size=25, unique_by=lambda facts: facts.standing.practitioner_id)


def questions() -> st.SearchStrategy[Query]:
    """Selections only: what must match is not counting's."""
    days = st.tuples(DAYS, DAYS).map(lambda pair: (min(pair), max(pair)))
    return st.builds(
        Query,
        practices=some([*NUMBERS.by_value["pratique"], "inconnue"], 2),
        themes=some(NUMBERS.by_value["theme"], 1),
        languages=some(NUMBERS.by_value["langue"], 1),
        modes=some(MODES, 2),
        payments=some(PAYMENTS, 2),
        step_free=st.booleans(),
        days=st.none() | days,
        parts=some(vocabulary.PARTS, 2),
        price_max=st.none() | st.sampled_from((0, 4000, 6000)),
        score_min=st.none() | st.sampled_from((40, 45)),
        sort=st.sampled_from(("classement", "horaire")),
    )


def counting(people: list[Facts], query: Query) -> Counting:
    blob = b"".join(digest_of(facts, NUMBERS, pack(facts.standing)) for facts in people)
    return Counting(digest.decode(blob), NUMBERS, query, TODAY)


def kept(facts: Facts, query: Query) -> bool:
    """What the selections mean, read from the facts themselves."""
    price, score = facts.price_min_cents, facts.standing.score
    pairs = (
        (query.practices, facts.practices), (query.themes, facts.themes), (query.languages, facts.languages),
        (query.modes, facts.modes), (query.payments, facts.payments),
    )  # fmt: skip
    return (
        all(not asked or set(asked) & set(has) for asked, has in pairs)
        and (not query.step_free or facts.step_free)
        and (query.price_max is None or (price is not None and price <= query.price_max))
        and (query.score_min is None or score >= query.score_min)
        and (not (query.days or query.parts) or any(_fits(cell, query) for cell in facts.availability.cells))
    )


def _fits(cell: tuple[str, dt.date, str], query: Query) -> bool:
    mode, day, part = cell
    first, last = query.days or (TODAY, TODAY + dt.timedelta(days=digest.HORIZON_DAYS))
    wanted = not query.parts or part in query.parts or ("samedi" in query.parts and day.weekday() == 5)
    return mode in query.modes_asked and first <= day <= last and wanted


def choosing(query: Query, facet: str, value: str) -> Query:
    """The same question with this value alone chosen in its facet."""
    week = {"aujourdhui": 0, "semaine": 6}
    changes: dict[str, Any] = {
        "pratique": {"practices": (value,)},
        "theme": {"themes": (value,)},
        "langue": {"languages": (value,)},
        "mode": {"modes": (value,)},
        "paiement": {"payments": (value,)},
        "acces": {"step_free": True},
        "moment": {"parts": (value,)},
        "disponible": {"days": (TODAY, TODAY + dt.timedelta(days=week.get(value, 0)))},
        "prix_max": {"price_max": 100 * int(value) if value.isdigit() else 0},
        "note_min": {"score_min": round(10 * float(value)) if facet == "note_min" else 0},
    }[facet]
    return replace(query, **changes)
