"""Journeys happen on the demo's content, in a real browser, with the Stripe stand-in behind the site."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page

from demo.stripe.server import StandIn
from tests.journeys.visitor import Visitor


@pytest.fixture
def stripe_standin(seeded_site: StandIn, tmp_path: Path) -> Iterator[StandIn]:
    """As the content was paid for, anew for each test: the database that knows its payments is put back too."""
    state = tmp_path / "stripe.sqlite3"
    with sqlite3.connect(state) as copy:
        seeded_site.store.connection.backup(copy)
    copy.close()
    stand_in = StandIn(state=str(state)).start()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def site(site: str) -> str:
    cache.clear()
    mail.outbox.clear()
    return site


@pytest.fixture
def visitor(site: str) -> Callable[[Page], Visitor]:
    """`visitor(page)`: who looks at the site in that browser."""
    return lambda page: Visitor(page, site)
