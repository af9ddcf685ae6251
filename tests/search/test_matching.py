"""Whatever the plan that alternatives are spread into, who matches is who the clauses say."""

from random import Random

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import clock
from search import digest
from search.engines.matching import MAX_BRANCHES, Matching
from search.models import SearchEntry
from search.query import Query
from tests.search.strategies import TODAY

TERMS = [f"mot{n}" for n in range(7)]
ALTERNATIVES = st.frozensets(st.sampled_from(TERMS), max_size=3)
CLAUSES = st.lists(st.lists(ALTERNATIVES, max_size=4).map(tuple), max_size=4).map(tuple)


@pytest.fixture
def everyone(db: None):
    """Forty entries, each with terms of its own."""
    chance = Random(3)
    terms = {pk: {term for term in TERMS if chance.random() < 0.6} for pk in range(1, 41)}
    SearchEntry.objects.bulk_create(
        SearchEntry(
            practitioner_id=pk, rank=pk, digest=bytes(digest.SIZE), terms=sorted(mine), online=True, score=40, completeness=50,
            partner=False, listed_on=TODAY, card={}, refreshed_at=clock.now(),
        )
        for pk, mine in terms.items()
    )  # fmt: skip
    yield terms
    # These have no practitioner: the foreign keys are looked at when the test ends.
    SearchEntry.objects.all().delete()


def matched(query: Query) -> set[int]:
    matching = Matching(query)
    with connection.cursor() as cursor:
        cursor.execute(matching.ids, matching.params)
        return {pk for (pk,) in cursor.fetchall()}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(clauses=CLAUSES)
def test_who_matches_satisfies_every_clause(everyone, clauses):
    expected = {pk for pk, mine in everyone.items() if all(any(one <= mine for one in clause) for clause in clauses)}
    assert matched(Query(must=clauses)) == expected


def test_too_many_alternatives_are_tested_apart(everyone):
    pairs = tuple(frozenset({one, other}) for one in TERMS for other in TERMS if one < other)
    clauses = (pairs, pairs[:10], pairs[5:])
    assert len(pairs) ** 2 > MAX_BRANCHES
    expected = {pk for pk, mine in everyone.items() if all(any(one <= mine for one in c) for c in clauses)}
    assert matched(Query(must=clauses)) == expected


def test_terms_are_looked_for_in_the_index_however_frequent(everyone):
    """The planner is not told what is asked: it would otherwise read the table and the terms of every row."""
    matching = Matching(
        Query(must=((frozenset({TERMS[0]}),), (frozenset({TERMS[1]}), frozenset({TERMS[2], TERMS[3]}))))
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # Forty rows are one page.
        cursor.execute(f"EXPLAIN {matching.ids}", matching.params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert plan.count("Bitmap Index Scan on entry_terms") == 2, plan
    assert "Filter" not in plan
