"""Clients, practitioners, time and a hostile Stripe, in any order: once all is at rest, every cent is where it should be.

SIMULATED_HISTORIES says how many histories (a few in CI, at least 2 000 in `make bench`). No task is ever run by the commit that
asked for it, as if the broker had lost them all: what must happen does so by the sweeps, or by a worker that happens to come by.
"""

import gc
import json
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.booking.money_at_rest import ENDS
from tests.booking.money_machine import NOTED, Money
from tests.booking.money_stories import STORIES, MoneyOfAStory
from tests.booking.money_world import World

HISTORIES = int(os.environ.get("SIMULATED_HISTORIES", "8"))
STEPS = int(os.environ.get("SIMULATED_STEPS", "12"))
# Shared out among so many tests, so that a failure shows at once and workers may share them; another seed for each.
SHARES = int(os.environ.get("SIMULATED_SHARES", "1"))
SEED = int(os.environ.get("SIMULATED_SEED", "0"))
# Where each share writes what it reached, for the bench to add up.
COUNTS = os.environ.get("SIMULATED_COUNTS", "")
KINDS = (*ENDS, *NOTED)
ALL_PHASES = (Phase.generate, Phase.shrink)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    """What a hostile Stripe has the product log, some hundred lines a history."""
    logging.disable(logging.CRITICAL)
    gc.freeze()  # what is loaded is not looked through again and again: a tenth of the time
    yield
    gc.unfreeze()
    logging.disable(logging.NOTSET)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.stripe.close()


@pytest.fixture(scope="module")
def reached_by_stories() -> Counter[str]:
    return Counter()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_each_story_ends_well(story: Callable[[Money], None], world: World, reached_by_stories: Counter[str]) -> None:
    machine = type("MoneyOfOneStory", (Money,), {"world": world, "seen": reached_by_stories})()
    try:
        story(machine)
    finally:
        machine.teardown()


def test_the_stories_reach_every_kind_of_thing(
    reached_by_stories: Counter[str], request: pytest.FixtureRequest
) -> None:
    """Or the simulation would prove nothing of it."""
    ran = [each for each in request.session.items if each.name.startswith("test_each_story_ends_well")]
    if len(ran) < len(STORIES):
        pytest.skip("only when all the stories are told by one process")
    assert [kind for kind in KINDS if not reached_by_stories[kind]] == []


@pytest.mark.parametrize("share", range(SHARES))
def test_every_cent_is_accounted_for_whatever_happens(share: int, world: World) -> None:
    seen: Counter[str] = Counter()
    machine = type("MoneyOfThisShare", (MoneyOfAStory,), {"world": world, "seen": seen})
    if SEED:
        machine = seed(SEED + share)(machine)
    many = SHARES > 1
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=-(-HISTORIES // SHARES),
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            print_blob=True,
            # Of thousands the first failure is told at once, with its seed; alone it is then made small.
            phases=[Phase.generate] if many else ALL_PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
    if COUNTS:
        Path(COUNTS, f"{SEED + share}.json").write_text(
            json.dumps({kind: seen[kind] for kind in KINDS}), encoding="utf-8"
        )
