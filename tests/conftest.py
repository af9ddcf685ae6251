"""What every test relies on; each plugin says what it is for."""

import gc
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from booking import agenda, answers
from demo.catalogues import compile_catalogues

pytest_plugins = [
    "tests.plugins.services",
    "tests.plugins.order",
    "tests.plugins.reports",
    "tests.plugins.databases",
    "tests.plugins.undefined_variables",
    "tests.plugins.requirements",
    "tests.plugins.radicale",
    "tests.plugins.clamd",
    "tests.plugins.people",
    "tests.plugins.browser",
    "tests.plugins.stripe_standin",
]


def pytest_configure() -> None:
    """Pages are tested in French: the catalogue is compiled as `make demo` does, without gettext."""
    compile_catalogues()


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end: not to be looked through again and again (4 % of the time of all tests)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Rate limits, site roots and listings of one test are nobody else's: the database goes back, so must the cache."""
    cache.clear()
    agenda.forget()
    answers.forget()
    yield
    cache.clear()
