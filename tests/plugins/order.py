"""The longest modules begin first: a worker that is given one of them last would be alone for minutes.

`--dist loadscope` gives the scopes out in the order of the tests, once it is told not to put those with the most tests first
(`--no-loadscope-reorder`): the slowest here have few. A run on one process is put in the same order, for the same failures.
"""

from pathlib import Path

import pytest

# From the slowest; the rest keep their order. `make test PYTEST_ARGS=--durations=40` tells when this is out of date.
FIRST = (
    "tests/booking/test_killed.py",
    # It makes the content of the demo, which the next ones of that content wait for: what needs none comes between.
    "tests/site/test_bad_input.py",
    "tests/booking/test_lifecycle.py",
    "tests/demo/test_past_money.py",
    "tests/journeys/test_accessibility.py",
    "tests/journeys/test_desks.py",
    "tests/site/test_access.py",
    "tests/site/test_bad_input_of_bookings.py",
    "tests/site/test_access_cms.py",
    "tests/journeys/test_map.py",
    "tests/journeys/test_groups_series_waiting.py",
    "tests/journeys/test_office_rules.py",
    "tests/site/test_access_others.py",
    "tests/legal/test_retention_walk.py",
    "tests/legal/test_obligations.py",
    "tests/search/conformance/test_generated.py",
    "tests/booking/test_late_payment.py",
    "tests/booking/test_ledger_entries.py",
    "tests/booking/test_calendars_killed.py",
    "tests/booking/test_payments_killed.py",
    "tests/booking/test_messages_killed.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rank = {path: number for number, path in enumerate(FIRST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(FIRST)))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A run of what is `alone` reads no file that has none: importing them all takes longer than most of these tests."""
    if config.option.markexpr == "alone" and collection_path.suffix == ".py":
        return "mark.alone" not in collection_path.read_text(encoding="utf-8") or None
    return None
