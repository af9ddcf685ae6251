"""Counting and ordering digests, against brute force over the facts that they were made of."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from search import digest, ranking, vocabulary
from search.facts import Facts
from search.query import Query
from tests.search.strategies import PEOPLE, choosing, counting, kept, questions

some_examples = settings(max_examples=60, deadline=None)


def brute(people: list[Facts], query: Query) -> set[int]:
    return {facts.standing.practitioner_id for facts in people if kept(facts, query)}


@some_examples
@given(PEOPLE, questions())
def test_those_kept_are_those_whose_facts_say_so(people, query):
    counted = counting(people, query)
    assert set(counted.ids().tolist()) == brute(people, query)
    assert counted.total == len(brute(people, query))


@some_examples
@given(PEOPLE, questions())
def test_each_count_is_what_choosing_that_value_alone_gives(people, query):
    counts = counting(people, query).facets()
    for facet, values in counts.items():
        for value, count in values:
            assert count == len(brute(people, choosing(query, facet, value))), (facet, value)


@some_examples
@given(PEOPLE, questions())
def test_values_that_the_code_knows_are_all_there_and_the_others_when_somebody_has_them(people, query):
    counts = {facet: dict(values) for facet, values in counting(people, query).facets().items()}
    assert set(counts) == set(vocabulary.FACETS)
    assert list(counts["mode"]) == list(vocabulary.MODES)
    assert list(counts["moment"]) == list(vocabulary.PARTS)
    assert list(counts["prix_max"]) == [str(price) for price in vocabulary.PRICES]
    for facet in digest.CAPACITY:
        assert all(counts[facet].values()), facet


@some_examples
@given(PEOPLE, questions(), questions())
def test_a_further_filter_only_removes(people, query, other):
    both = replace(
        query,
        themes=query.themes or other.themes,
        payments=query.payments or other.payments,
        step_free=query.step_free or other.step_free,
        score_min=query.score_min or other.score_min,
        days=query.days or other.days,
    )
    assert set(counting(people, both).ids().tolist()) <= set(counting(people, query).ids().tolist())


@some_examples
@given(PEOPLE, questions())
def test_the_order_is_the_rules_on_every_pair(people, query):
    order = counting(people, replace(query, sort="classement")).page(100)
    standings = {facts.standing.practitioner_id: facts.standing for facts in people}
    assert order == sorted(order, key=lambda pk: ranking.sort_key(standings[pk]))


@some_examples
@given(PEOPLE, questions())
def test_by_next_free_time_is_that_of_the_wanted_modes_then_the_rules_order(people, query):
    order = counting(people, replace(query, sort="horaire")).page(100)
    by_id = {facts.standing.practitioner_id: facts for facts in people}

    def key(pk: int) -> tuple[object, ...]:
        times = [m for mode, m in by_id[pk].availability.next_free.items() if mode in query.modes_asked]
        return min(map(digest.minutes, times), default=digest.NEVER), ranking.sort_key(by_id[pk].standing)

    assert order == sorted(order, key=key)
    assert len(order) == len(brute(people, query))


@some_examples
@given(PEOPLE, questions(), st.integers(1, 7))
def test_pages_follow_one_another_without_overlap(people, query, size):
    whole = counting(people, query).page(100)
    pages = [counting(people, replace(query, page=n)).page(size) for n in range(1, len(whole) // size + 3)]
    assert [pk for page in pages for pk in page] == whole
    assert pages[-1] == []
