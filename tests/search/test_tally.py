"""The tally and the changes that follow it always say what counting everybody would."""

import threading
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import clock
from search import bits, digest, tally
from search.actions import tally as keeping
from search.engines.embedded import EmbeddedEngine
from search.entry_of import digest_of
from search.models import SearchEntry, Tally, TallyDelta
from search.query import Query
from search.ranking import pack
from tests.search.strategies import FACTS, choosing


def everybody() -> tuple[int, dict[str, dict[str, int]]]:
    """The truth, from every digest."""
    blob = b"".join(bytes(one) for one in SearchEntry.objects.values_list("digest", flat=True))
    counts = tally.counted(blob, bits.numbers(), clock.today())
    return len(blob) // digest.SIZE, {facet: dict(pairs) for facet, pairs in counts.items()}


def told() -> tuple[int, dict[str, dict[str, int]]]:
    read = tally.read(clock.today())
    assert read is not None
    return read.total, {facet: dict(pairs) for facet, pairs in read.facets(clock.today()).items()}


def write(pk: int, facts: Any) -> None:
    numbers = bits.allocate(
        {"pratique": set(facts.practices), "theme": set(facts.themes), "langue": set(facts.languages)}
    )
    blob = digest_of(facts, numbers, pack(facts.standing))
    defaults = {
        "rank": pack(facts.standing), "digest": blob, "terms": [], "online": True, "score": 40, "completeness": 50, "partner": False,
        "listed_on": clock.today(), "card": {}, "refreshed_at": clock.now(),
    }  # fmt: skip
    SearchEntry.objects.update_or_create(practitioner_id=pk, defaults=defaults)


STEPS = st.lists(
    st.tuples(st.sampled_from(("write", "write", "remove", "undone", "roll up", "recount")), st.integers(1, 4), FACTS),
    max_size=12,
)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_after_any_history_the_tally_says_what_counting_everybody_does(steps):
    keeping.recount()
    for action, pk, facts in steps:
        if action == "write":
            write(pk, facts)
        elif action == "remove":
            SearchEntry.objects.filter(pk=pk).delete()
        elif action == "undone":
            with transaction.atomic():
                write(pk, facts)
                transaction.set_rollback(True)
        elif action == "roll up":
            keeping.roll_up()
            assert not TallyDelta.objects.exists()
        else:
            keeping.recount()
        assert told() == everybody()
    # These have no practitioner: the foreign keys are looked at when the test ends.
    SearchEntry.objects.all().delete()


def test_a_change_that_counts_nothing_leaves_no_trace(listed):
    practitioner = listed()
    keeping.roll_up()
    SearchEntry.objects.filter(pk=practitioner.pk).update(refreshed_at=clock.now())
    assert not TallyDelta.objects.exists()


def test_another_day_is_counted_anew(listed):
    listed()
    keeping.roll_up()
    Tally.objects.update(day="2026-01-01")
    assert tally.read(clock.today()) is None
    assert EmbeddedEngine().search(Query()).count == 1, "without a tally everybody is read"
    keeping.roll_up()
    assert told() == everybody()


def test_the_tally_answers_as_the_full_pass(listed):
    people = [listed("69123"), listed("75056"), listed("42218", payment_methods=["cheque"])]
    engine = EmbeddedEngine()
    questions = [Query(), Query(page=2), Query(sort="horaire")]
    practice, theme = (p.slug for p in (people[0].practice_links.get().practice, _theme(people[0])))
    questions += [Query(practices=(practice,)), Query(themes=(theme, "inconnu")), Query(practices=("inconnue",))]
    questions += [Query(practices=(practice,), themes=(theme,)), Query(practices=(practice,), payments=("cheque",))]
    without = [engine.search(query, size=2) for query in questions]
    keeping.roll_up()
    assert [engine.search(query, size=2) for query in questions] == without
    for query, found in zip(questions, without, strict=True):
        for facet, values in found.facets.items():
            for value, count in values:
                if facet in ("pratique", "theme", "mode", "paiement"):
                    assert count == engine.search(choosing(query, facet, value)).count, (query, facet, value)


def _theme(practitioner: Any) -> Any:
    from search.actions import entries
    from tests.factories.practitioners import ThemeFactory

    theme = ThemeFactory(name="Stress", slug="stress")
    practitioner.themes.add(theme)
    entries.refresh(practitioner.pk)
    return theme


def test_everybody_is_answered_in_three_statements_however_many(listed, django_assert_max_num_queries):
    for _n in range(3):
        listed()
    keeping.roll_up()
    with django_assert_max_num_queries(3):
        assert EmbeddedEngine().search(Query()).count == 3


@pytest.mark.django_db(transaction=True)
def test_writers_folders_and_readers_at_once_never_disagree(listed):
    """Two writers (who sometimes give up), two who fold, one who reads: every reading is exact at its instant."""
    people = [listed().pk for _n in range(4)]
    keeping.recount()
    problems: list[str] = []

    def writer(seed: int) -> None:
        chance = Random(seed)
        for _n in range(40):
            with transaction.atomic():
                _shake(chance, people)
                if chance.random() < 0.3:
                    transaction.set_rollback(True)

    def folder() -> None:
        for _n in range(40):
            keeping.roll_up()

    def reader() -> None:
        for _n in range(60):
            with transaction.atomic():
                connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                said, truth = told(), everybody()
            if said != truth:
                problems.append(f"{said} instead of {truth}")

    _together(problems, lambda: writer(1), lambda: writer(2), folder, folder, reader)
    assert problems == []
    keeping.roll_up()
    assert told() == everybody()
    assert not TallyDelta.objects.exists()


def _shake(chance: Random, people: list[int]) -> None:
    """Another price for some of them, in an order that cannot deadlock."""
    for pk in sorted(chance.sample(people, 2)):
        entry = SearchEntry.objects.select_for_update().get(pk=pk)
        row = digest.decode(entry.digest).copy()
        row["price"] = chance.choice((3000, 5000, 9000))
        entry.digest = row.tobytes()
        entry.save(update_fields=["digest"])


def _together(problems: list[str], *jobs: Callable[[], None]) -> None:
    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 (a thread's failure must be the test's)
            problems.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)


@pytest.mark.django_db(transaction=True)
def test_a_change_of_agenda_rewrites_no_index(listed):
    """Updates stay on their page and touch no index (HOT): what a booking costs does not grow with the words of a profile."""
    pk = listed().pk
    before = _hot_updates()
    for free in range(5):
        row = digest.decode(SearchEntry.objects.get(pk=pk).digest).copy()
        row["free"] = free
        SearchEntry.objects.filter(pk=pk).update(digest=row.tobytes(), stale_at=clock.now(), refreshed_at=clock.now())
    updates, hot = (after - first for after, first in zip(_hot_updates(), before, strict=True))
    # One at most had to look for room on another page: rows of so few communes are too short to be stored apart.
    assert updates == 5
    assert hot >= 4


def _hot_updates() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'search_searchentry'")
        return cursor.fetchone()
