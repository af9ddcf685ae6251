"""The Contract's order: the packed integer is the rule itself, for any two practitioners."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import ranking
from search.ranking import CRITERIA, Standing, bayesian_score, pack, sort_key

DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2059, 1, 1))
STANDINGS = st.builds(
    Standing,
    online=st.booleans(),
    score=st.integers(10, 50),
    completeness=st.integers(0, 100),
    partner=st.booleans(),
    listed_on=DAYS,
    practitioner_id=st.integers(1, 2**32 - 1),
)
# Few values, so that ties at every level are common.
NEAR = st.builds(
    Standing,
    online=st.booleans(),
    score=st.sampled_from([40, 41]),
    completeness=st.sampled_from([80, 81]),
    partner=st.booleans(),
    listed_on=st.sampled_from([dt.date(2026, 1, 1), dt.date(2026, 1, 2)]),
    practitioner_id=st.integers(1, 3),
)


@given(st.one_of(st.tuples(STANDINGS, STANDINGS), st.tuples(NEAR, NEAR)))
def test_the_packed_rank_orders_as_the_rule_does(pair: tuple[Standing, Standing]):
    one, other = pair
    assert (pack(one) < pack(other)) == (sort_key(one) < sort_key(other))
    assert (pack(one) == pack(other)) == (one == other)


@given(STANDINGS)
def test_the_packed_rank_fits_a_signed_bigint(standing: Standing):
    assert 0 <= pack(standing) < 2**63


BASE = Standing(True, 45, 80, True, dt.date(2026, 1, 1), 7)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        # Each criterion outweighs everything that comes after it.
        (Standing(True, 10, 0, False, dt.date(2058, 1, 1), 9), Standing(False, 50, 100, True, dt.date(2024, 1, 1), 1)),
        (Standing(True, 46, 0, False, dt.date(2058, 1, 1), 9), Standing(True, 45, 100, True, dt.date(2024, 1, 1), 1)),
        (Standing(True, 45, 81, False, dt.date(2058, 1, 1), 9), Standing(True, 45, 80, True, dt.date(2024, 1, 1), 1)),
        (Standing(True, 45, 80, True, dt.date(2058, 1, 1), 9), Standing(True, 45, 80, False, dt.date(2024, 1, 1), 1)),
        (Standing(True, 45, 80, True, dt.date(2024, 1, 1), 9), Standing(True, 45, 80, True, dt.date(2024, 1, 2), 1)),
        (Standing(True, 45, 80, True, dt.date(2024, 1, 1), 1), Standing(True, 45, 80, True, dt.date(2024, 1, 1), 2)),
    ],
)
def test_each_criterion_outweighs_all_that_follow(better: Standing, worse: Standing):
    assert pack(better) < pack(worse)


def test_a_value_out_of_range_is_an_error_not_a_wrong_place():
    with pytest.raises(ValueError, match="range"):
        pack(Standing(True, 51, 80, True, dt.date(2026, 1, 1), 7))


@pytest.mark.parametrize(
    ("total", "count", "prior", "score"),
    [
        (0, 0, 4300, 43),
        (5, 1, 4000, 42),  # (5 + 20) / 6 = 4.17
        (200, 40, 4000, 49),  # (200 + 20) / 45 = 4.89
        (5, 1, 4200, 43),  # 26 / 6 = 4.33
        (1, 1, 5000, 43),
        (0, 0, 4250, 43),  # half goes up
    ],
)
def test_review_score_is_a_bayesian_mean(total: int, count: int, prior: int, score: int):
    assert bayesian_score(total, count, prior) == score


def test_one_five_star_review_does_not_beat_forty_good_ones():
    assert bayesian_score(5, 1, 4000) < bayesian_score(40 * 5 - 8, 40, 4000)


@given(st.lists(st.integers(1, 5), max_size=60), st.integers(1000, 5000))
def test_score_stays_between_the_ratings_and_the_prior(ratings: list[int], prior: int):
    score = bayesian_score(sum(ratings), len(ratings), prior)
    bounds = [1000 * rating for rating in ratings] + [prior]
    assert min(bounds) // 100 <= score <= -(-max(bounds) // 100)


def test_impossible_ratings_are_refused():
    with pytest.raises(ValueError, match="1 to 5"):
        bayesian_score(6, 1, 4000)


def test_reasons_follow_the_rule_line_by_line():
    lines = ranking.reasons(BASE, reviews=12)
    assert [line.name for line in lines] == [criterion.name for criterion in CRITERIA]
    assert "12" in lines[1].text
    assert "4,5" in lines[1].text
    assert "80" in ranking.why(BASE, 12)
