"""Thousands of generated questions over generated corpora: both engines against a plain reading of the rule, so against each other.

`HYPOTHESIS_PROFILE=full make test PYTEST_ARGS="tests/search/conformance"` asks 25 times as many, drawn anew each time.
"""

import datetime as dt
import os
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from search import ranking
from search.digest import PARTS
from search.engines.base import Engine, Hit, Results
from search.query import Query
from tests.search.conformance import country
from tests.search.conformance.questions import BOUNDED, boxes, queries
from tests.search.conformance.world import World

# Marked for the tables to be made; everything lies in the transaction of the module (`world`).
pytestmark = pytest.mark.django_db
SIZE = 7


def ids(results: Results) -> tuple[int, ...]:
    return tuple(hit.practitioner_id for hit in results.hits)


def agree(engine: Engine, world: World, query: Query, size: int = SIZE) -> Results:
    wanted, given = world.oracle.answer(query, size), engine.search(query, size=size)
    note(f"{engine.name}: {query}")
    assert given.count == wanted.total, engine.name
    assert ids(given) == wanted.ids, engine.name
    assert given.facets == wanted.facets, engine.name
    return given


@pytest.fixture(scope="module")
def places(world: World) -> list:
    return country.places()


def test_both_engines_give_the_same_ids_order_total_and_counts(world: World, places: list):
    @BOUNDED
    @given(query=queries(places, world.today))
    def check(query: Query) -> None:
        answers = [agree(engine, world, query) for engine in world.engines]
        for answer in answers[1:]:
            assert [shown(hit) for hit in answer.hits] == [shown(hit) for hit in answers[0].hits]

    check()


def shown(hit: Hit) -> tuple[object, ...]:
    """What a card shows, its distance and next free time with it, whichever engine found it."""
    return hit.standing, hit.card, hit.next_free, hit.distance_km


def test_both_engines_put_the_same_people_in_the_same_tiles(world: World, places: list):
    @BOUNDED
    @given(query=queries(places, world.today), box=boxes(), zoom=st.integers(0, 17))
    def check(query: Query, box: tuple[float, float, float, float], zoom: int) -> None:
        wanted = world.oracle.clusters(query, box, zoom)
        for engine in world.engines:
            found = engine.clusters(query, box, zoom)
            note(f"{engine.name}: {query}, {box}, {zoom}: {found}")
            assert [(c.count, c.practitioner_id) for c in found] == [(row[0], row[3]) for row in wanted]
            middles = [middle for c in found for middle in (c.latitude, c.longitude)]
            assert middles == pytest.approx([middle for row in wanted for middle in row[1:3]], abs=1e-6)

    check()


def test_pages_follow_one_another_without_overlap_or_gap(world: World, places: list):
    @BOUNDED
    @given(query=queries(places, world.today))
    def check(query: Query) -> None:
        for engine in world.engines:
            pages = [engine.search(replace(query, page=page), facets=False, size=SIZE) for page in (1, 2, 3)]
            seen = [pk for page in pages for pk in ids(page)]
            whole = ids(engine.search(replace(query, page=1), facets=False, size=3 * SIZE))
            assert tuple(seen) == whole
            assert len(seen) == len(set(seen)) == min(pages[0].count, 3 * SIZE)

    check()


def test_the_order_agrees_with_the_rule_on_every_pair(world: World, places: list):
    @BOUNDED
    @given(query=queries(places, world.today))
    def check(query: Query) -> None:
        for engine in world.engines:
            hits = engine.search(replace(query, sort="classement", page=1), facets=False, size=300).hits
            keys = [ranking.sort_key(hit.standing) for hit in hits]
            assert all(before < after for before, after in pairwise(keys))

    check()


def test_filters_only_remove(world: World, places: list):
    narrower = (
        {"practices": ("hypnose",)},
        {"modes": ("visio",)},
        {"step_free": True},
        {"price_max": 4000},
        {"score_min": 45},
        {"languages": ("en",)},
        {"payments": ("carte",)},
        {"themes": ("stress",)},
        {"parts": ("soir",)},
    )

    @BOUNDED
    @given(query=queries(places, world.today), fields=st.sampled_from(narrower))
    def check(query: Query, fields: dict) -> None:
        (name,) = fields
        wide = replace(query, page=1, **{name: getattr(Query(), name)})
        for engine in world.engines:
            kept = ids(engine.search(replace(wide, **fields), facets=False, size=400))
            everyone = ids(engine.search(wide, facets=False, size=400))
            remaining = set(kept)
            if wide.sort == "horaire" and name == "modes":
                # The next free time is then that of the way to meet: another order, of the same people.
                assert remaining <= set(everyone)
            else:
                assert kept == tuple(pk for pk in everyone if pk in remaining)

    check()


def test_each_count_is_what_choosing_the_value_alone_gives(world: World, places: list):
    """Asked again, value by value, of the engine itself: independent of the oracle."""
    week = world.today, world.today + dt.timedelta(days=6)
    choices = {
        "pratique": lambda v: {"practices": (v,)},
        "theme": lambda v: {"themes": (v,)},
        "langue": lambda v: {"languages": (v,)},
        "mode": lambda v: {"modes": (v,)},
        "paiement": lambda v: {"payments": (v,)},
        "acces": lambda v: {"step_free": True},
        "disponible": lambda v: {"days": week if v == "semaine" else (world.today, world.today)},
        "moment": lambda v: {"parts": (v,)},
        "prix_max": lambda v: {"price_max": int(v) * 100},
        "note_min": lambda v: {"score_min": round(float(v) * 10)},
    }

    @BOUNDED
    @given(query=queries(places, world.today), facet=st.sampled_from(list(choices)), data=st.data())
    def check(query: Query, facet: str, data: st.DataObject) -> None:
        for engine in world.engines:
            counts = engine.search(query, size=1).facets[facet]
            for value, count in counts[:3]:
                chosen = replace(query, page=1, **choices[facet](value))
                assert engine.search(chosen, facets=False, size=1).count == count, (engine.name, facet, value)

    check()


def test_one_corpus_is_not_too_kind(world: World, places: list):
    """What makes the comparison worth something: results, equals, empty answers, every part of the day."""
    assert [engine.name for engine in world.engines] == [
        "embedded",
        *["elasticsearch"] * ("ELASTICSEARCH_URL" in os.environ),
    ]
    if len(world.people) < 200:
        return
    found = world.oracle.answer(Query(), 20)
    assert found.total == len(world.people)
    assert {part for facts in world.people for _m, _d, part in facts.availability.cells} == set(PARTS)
    assert any(facts.home_radius_km for facts in world.people)
    assert any(sum(point.receives for point in facts.points) > 1 for facts in world.people)
    assert any(not facts.points for facts in world.people)
