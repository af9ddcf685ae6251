"""The circuit breaker alone, on a clock that stands still."""

import time

import pytest
import structlog
import time_machine
from django.core.cache import cache

from search.engines import breaker
from search.engines.breaker import Breaker


@pytest.fixture
def clock():
    with time_machine.travel("2026-03-02 12:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def one(clock, monkeypatch):
    monkeypatch.setattr(breaker.random, "uniform", lambda low, high: 1.0)
    return Breaker("test")


def another() -> Breaker:
    """The same breaker in another process."""
    return Breaker("test")


def fail(one: Breaker, times: int = 3) -> None:
    for _n in range(times):
        one.failed("refused")


def test_it_opens_after_a_few_failures_in_a_short_while(one, clock):
    fail(one, 2)
    assert one.allows()
    fail(one, 1)
    assert not one.allows()
    assert (one.state().word, one.state().reason) == ("open", "refused")


def test_failures_far_apart_do_not_open_it(one, clock):
    for _n in range(5):
        fail(one, 1)
        clock.shift(6)
    assert one.allows()


def test_what_succeeds_between_failures_does_not_hide_them(one):
    """One node of three that hangs fails every third question."""
    for _n in range(3):
        one.succeeded()
        one.failed("refused")
    assert not one.allows()


def test_one_failure_suffices_when_there_is_no_doubt(one):
    one.failed("refused", at_once=True)
    assert not one.allows()


def test_after_the_pause_one_question_tries_and_no_other(one, clock):
    fail(one)
    clock.shift(1.01)
    assert one.state().word == "half-open"
    assert [one.allows() for _n in range(4)] == [True, False, False, False]


def test_of_all_processes_one_tries(one, clock):
    others = [another() for _n in range(3)]
    fail(one)
    clock.shift(0.6)
    assert not any(other.allows() for other in others), "they know it from the cache"
    clock.shift(0.6)
    assert sum(each.allows() for each in [one, *others]) == 1


def test_the_pause_grows_up_to_its_limit(one, clock):
    fail(one)
    pauses = []
    for _n in range(8):
        pauses.append(round(one.state().until - time.time(), 3))
        clock.shift(pauses[-1] + 0.01)
        assert one.allows()
        one.failed("refused")
    assert pauses == [1, 2, 4, 8, 15, 15, 15, 15]


def test_a_success_closes_it_for_everybody(one, clock):
    other = another()
    fail(one)
    clock.shift(1.01)
    assert one.allows()
    one.succeeded()
    clock.shift(0.6)
    assert one.allows()
    assert other.allows()
    assert other.state().word == "closed"
    clock.shift(breaker.REMEMBERED_SECONDS)
    fail(one)
    assert round(one.state().until - time.time(), 3) == 1, "the next pause is short again"


def test_what_fails_again_soon_after_it_closed_is_left_alone_longer(one, clock):
    """A node that counts at once and searches slowly looks well to whoever asks whether it is."""
    pauses = []
    for _n in range(6):
        fail(one)
        pauses.append(round(one.state().until - time.time(), 3))
        clock.shift(pauses[-1] + 0.01)
        assert one.allows()
        one.succeeded()
    assert pauses == [1, 2, 4, 8, 15, 15]


def test_one_who_tried_and_never_came_back_is_replaced(one, clock):
    fail(one)
    clock.shift(1.01)
    assert one.allows()
    clock.shift(breaker.PROBE_SECONDS + 0.1)
    assert one.allows()


def test_while_the_cache_is_away_each_process_knows_for_itself(one, clock, monkeypatch):
    """As `common.cache` answers then: nothing is read, nothing is kept, every lock is got."""
    monkeypatch.setattr(cache, "get", lambda key, default=None: default)
    monkeypatch.setattr(cache, "set", lambda *args: None)
    monkeypatch.setattr(cache, "add", lambda *args: True)
    fail(one)
    assert not one.allows()
    assert another().allows()
    clock.shift(1.01)
    assert [one.allows() for _n in range(3)] == [True, False, False]
    one.succeeded()
    assert one.allows()


def test_the_log_says_each_change_once(one, clock):
    with structlog.testing.capture_logs() as said:
        fail(one, 9)
        clock.shift(1.01)
        one.allows()
        fail(one, 5)
        one.succeeded()
        one.succeeded()
    assert [line["event"] for line in said] == ["breaker_opened", "breaker_closed"]


def test_asking_a_closed_one_costs_nothing_much(one):
    started = time.process_time_ns()
    for _n in range(1000):
        one.allows()
    # With the clock standing still, one reading of the cache serves all.
    assert (time.process_time_ns() - started) / 1000 < 300_000
