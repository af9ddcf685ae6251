"""The digest of an entry says what the facts said, and time does not falsify it before four days."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import agenda, digest
from search.counting import Counting
from search.entry_of import digest_of
from search.facts import Facts
from search.ranking import pack
from tests.search.strategies import AGENDAS, FACTS, NUMBERS, TODAY, questions

some_examples = settings(max_examples=60, deadline=None)


def made(facts: Facts) -> bytes:
    return digest_of(facts, NUMBERS, pack(facts.standing))


def test_a_digest_has_the_size_that_the_documentation_says():
    assert (digest.SIZE, digest.HEAD.itemsize) == (152, 80)


@some_examples
@given(FACTS)
def test_what_goes_in_comes_out(facts):
    (row,) = digest.decode(made(facts))
    assert int(row["rank"]) == pack(facts.standing)
    assert digest.cells(row, TODAY) == facts.availability.cells
    for facet, values in (("pratique", facts.practices), ("theme", facts.themes)):
        whole = int(row[facet][0]) | int(row[facet][1]) << 64
        assert whole == digest.mask(NUMBERS.of(facet, values))
    assert int(row["langue"]) == digest.mask(NUMBERS.of("langue", facts.languages))
    nexts = [facts.availability.next_free.get(mode) for mode in digest.MODES]
    assert row["next"].tolist() == [digest.minutes(moment) for moment in nexts]
    price = facts.price_min_cents
    assert int(row["price"]) == (digest.NEVER if price is None else price)


@some_examples
@given(FACTS, st.integers(0, digest.RING - digest.HORIZON_DAYS))
def test_days_that_pass_leave_and_none_comes_back_within_four_days(facts, later):
    (row,) = digest.decode(made(facts))
    day = TODAY + dt.timedelta(days=later)
    assert digest.cells(row, day) == {cell for cell in facts.availability.cells if cell[1] >= day}


@some_examples
@given(st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 59), st.integers(0, 70))
def test_a_mask_of_days_holds_these_days_only(first, start, length):
    last = first + dt.timedelta(days=start + length)
    begin = first + dt.timedelta(days=start)
    mask = digest.days_mask(begin, last)
    horizon = [begin + dt.timedelta(days=n) for n in range(digest.HORIZON_DAYS)]
    assert [day for day in horizon if mask & digest.day_bit(day)] == [day for day in horizon if day <= last]


@some_examples
@given(FACTS, AGENDAS, st.integers(1, 2**62))
def test_another_agenda_changes_the_agenda_and_the_rank_alone(facts, agenda, rank):
    before = made(facts)
    (old,), (new,) = digest.decode(before), digest.decode(digest.renewed(before, rank=rank, availability=agenda))
    assert digest.cells(new, TODAY) == agenda.cells
    assert int(new["rank"]) == rank
    for field in ("pratique", "theme", "langue", "fixed", "price"):
        assert new[field].tolist() == old[field].tolist()


@pytest.mark.parametrize("blob", [b"", bytes(digest.SIZE) * 3])
def test_joined_digests_are_read_as_rows(blob):
    assert len(digest.decode(blob)) * digest.SIZE == len(blob)


def test_what_is_not_whole_digests_is_refused():
    with pytest.raises(ValueError, match="buffer size"):
        digest.decode(b"x" * 153)


@some_examples
@given(st.lists(FACTS, max_size=8, unique_by=lambda facts: facts.standing.practitioner_id), questions())
def test_heads_tell_what_whole_digests_tell_where_no_date_is_asked_about(people, asked):
    query = replace(asked, days=None, parts=())
    whole = digest.decode(b"".join(map(made, people)))
    heads = digest.decode(b"".join(made(facts)[: digest.HEAD.itemsize] for facts in people), digest.HEAD)
    one, other = (Counting(rows, NUMBERS, query, TODAY) for rows in (whole, heads))
    assert (one.total, one.facets(), one.page(5)) == (other.total, other.facets(), other.page(5))


@pytest.mark.parametrize(
    ("moment", "one"),
    [
        ("2026-11-23T12:00+01:00", True),
        ("2026-11-23T00:30+01:00", False),  # still yesterday in Martinique
        ("2026-11-23T05:30+01:00", False),  # midnight was half an hour ago there
        ("2026-11-23T21:30+01:00", False),  # already tomorrow in La Réunion
    ],
)
def test_france_is_on_one_day_but_at_night(moment, one):
    assert agenda.is_one_day(dt.datetime.fromisoformat(moment)) is one
