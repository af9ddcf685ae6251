"""Questions of every kind, generated: words, alternatives, places, boxes, each facet, each order, any page."""

import datetime as dt
import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from places.lookup import Place
from search import terms, vocabulary
from search.digest import MODES, PARTS
from search.query import Query
from tests.search.conformance.country import TOWNS
from tests.search.conformance.people import FIRST, LANGUAGES, LAST, PAYMENTS, PRACTICES, THEMES, WORDS

QUICK, FULL = 60, 1500
BOUNDED = settings(
    max_examples=FULL if os.environ.get("HYPOTHESIS_PROFILE") == "full" else QUICK,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    derandomize=os.environ.get("HYPOTHESIS_PROFILE") != "full",
)


def _tuples(values: Any, most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(list(values)), unique=True, max_size=most).map(tuple)


def _seldom(strategy: st.SearchStrategy[Any], otherwise: Any, odds: int = 4) -> st.SearchStrategy[Any]:
    """The value itself once in `odds`: questions with everything at once find nobody."""
    return st.integers(1, odds).flatmap(lambda n: strategy if n == 1 else st.just(otherwise))


def tokens(words: tuple[str, ...]) -> list[str]:
    """What can be asked of the index: stems, exact practices and themes, names, areas, and what nobody has."""
    stems = {stem for word in words for stem in terms.tokens(word)}
    exact = {terms.practice(p) for p in PRACTICES} | {terms.theme(t) for t in THEMES}
    names = {terms.name(word) for name in (*FIRST, *LAST) for word in terms.fold(name).split()}
    return sorted(stems | exact | names | {terms.department("69"), "introuvable", "p:", "z:69123", "*:*"})


_alternative = st.frozensets(st.sampled_from(tokens(WORDS)), min_size=1, max_size=2)
_clause = st.lists(_alternative, min_size=1, max_size=3).map(tuple)
_near_town = st.tuples(
    st.sampled_from(list(TOWNS.values())), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.sampled_from((0, 3, 12))
).map(lambda drawn: (round(drawn[0][2] + drawn[1], drawn[3]), round(drawn[0][3] + drawn[2], drawn[3])))
_centre = st.sampled_from([(row[2], row[3]) for row in TOWNS.values()])


@st.composite
def boxes(draw: st.DrawFn) -> tuple[float, float, float, float]:
    """Of a town, of a région, of the world, of a point."""
    latitude, longitude = draw(st.one_of(_near_town, _centre))
    height, width = draw(st.sampled_from(((0.0, 0.0), (0.02, 0.03), (0.3, 0.4), (3.0, 4.0), (160.0, 340.0))))
    south, west = max(-90.0, latitude - height / 2), max(-180.0, longitude - width / 2)
    return west, south, min(180.0, longitude + width / 2), min(90.0, latitude + height / 2)


@st.composite
def queries(draw: st.DrawFn, places: list[Place], today: dt.date) -> Query:
    fields: dict[str, Any] = {
        "must": draw(_seldom(st.lists(_clause, min_size=1, max_size=3).map(tuple), (), 2)),
        "place": draw(_seldom(st.sampled_from(places), None, 2)),
        "around": draw(_seldom(st.one_of(_near_town, _centre), None, 6)),
        "radius_km": draw(st.sampled_from((20, *vocabulary.RADII))),
        "bbox": draw(_seldom(boxes(), None, 8)),
        "practices": draw(_seldom(_tuples((*PRACTICES, "inconnue")), ())),
        "themes": draw(_seldom(_tuples(THEMES), ())),
        "languages": draw(_seldom(_tuples((*LANGUAGES, "ja")), ())),
        "modes": draw(_seldom(_tuples(MODES), (), 3)),
        "payments": draw(_seldom(_tuples(PAYMENTS), ())),
        "days": draw(_seldom(_days(today), None, 3)),
        "parts": draw(_seldom(_tuples((*PARTS, "samedi")), (), 3)),
        "price_max": draw(_seldom(st.sampled_from((0, 3999, 4000, 6000, 7550, 1_000_000)), None)),
        "score_min": draw(_seldom(st.sampled_from((10, 40, 43, 45, 46, 50)), None)),
        "step_free": draw(_seldom(st.just(True), False, 6)),
        "page": draw(st.sampled_from((1, 1, 1, 2, 3, 40))),
    }
    # Words were typed; now and then such that there is nothing in them to search for.
    fields["text"] = "quelque chose" if fields["must"] else draw(_seldom(st.just("de la"), "", 10))
    query = Query(**fields)
    sorts = ("classement", "classement", "horaire") + (("distance", "distance") if query.center else ())
    return Query(**fields, sort=draw(st.sampled_from(sorts)))


def _days(today: dt.date) -> st.SearchStrategy[tuple[dt.date, dt.date]]:
    """Today, this week, one day, at the end of the horizon and beyond it."""
    week = st.just((today, today + dt.timedelta(days=6)))
    one = st.sampled_from((0, 1, 2, 6, 7, 30, 59, 60, 70, 366)).map(lambda n: (today + dt.timedelta(days=n),) * 2)
    return st.one_of(week, one)
