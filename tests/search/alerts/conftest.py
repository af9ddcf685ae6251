"""A clock that a test moves, and a practice to be alerted of."""

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from common import clock
from tests.factories.practitioners import PracticeFactory
from tests.search.alerts.alerting import START


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A clock that the test moves: `time.now`, `time.pass_(hours=…)`."""
    moved = SimpleNamespace(now=START)
    moved.pass_ = lambda **delta: setattr(moved, "now", moved.now + dt.timedelta(**delta))
    monkeypatch.setattr(clock, "now", lambda: moved.now)
    return moved


@pytest.fixture(autouse=True)
def sophrologie(france: object) -> object:
    return PracticeFactory(name="Sophrologie")
