"""Whatever Elasticsearch does, a question is answered: by the embedded engine, at once, and without hammering (S9)."""

import datetime as dt
import json
import time

import pytest
import structlog
from django.test import Client

from common import clock
from search import engines
from search.engines import vitals
from search.engines.resilient import ResilientEngine
from search.finding import find
from search.models import IndexState, PendingChange
from search.query import Query
from tests.search.fake_elasticsearch import COUNT

pytestmark = pytest.mark.django_db
# Far more than the 300 ms of a question and the 200 of a look: machines that test are busy.
SOON = 2.0


@pytest.fixture
def somebody(listed):
    practitioner = listed()
    PendingChange.objects.all().delete()
    return practitioner


def ask() -> tuple[str, int, float]:
    started = time.monotonic()
    results = find(Query())
    return results.engine, results.count, time.monotonic() - started


def guard() -> ResilientEngine:
    found = engines.guarded()
    assert found is not None
    return found


def ready() -> tuple[int, str]:
    answer = Client().get("/readyz")
    return answer.status_code, json.loads(answer.content)["search"]


PARTIAL = {"timed_out": False, "_shards": {"failed": 1}, "hits": {"total": {"value": 0}}}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((503, {"error": "all shards failed", "status": 503}), id="no shard"),
        pytest.param((429, {"error": {"type": "circuit_breaking_exception"}, "status": 429}), id="too much to do"),
        pytest.param((404, {"error": {"type": "index_not_found_exception"}, "status": 404}), id="no index"),
        pytest.param((500, b"<html>Bad gateway</html>"), id="not its own error"),
        pytest.param((200, b"{not json"), id="garbage"),
        pytest.param((200, {"ok": True}), id="another's answer"),
        pytest.param((200, []), id="a list"),
        pytest.param((200, PARTIAL), id="a part of the index"),
        pytest.param((200, PARTIAL | {"_shards": {"failed": 0}, "timed_out": True}), id="a part of the time"),
        pytest.param(3.0, id="silence"),
    ],
)
def test_any_failure_of_a_question_is_answered_by_the_other_engine(fake, somebody, answer):
    fake.search = answer
    engine, count, seconds = ask()
    assert (engine, count) == ("embedded", 1)
    assert seconds < SOON
    assert fake.asked["search"] == 1, "nothing is asked twice"


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ((503, {"status": 503}), "unreachable"),
        ((200, b"nonsense"), "unreachable"),
        ((200, {}), "unreachable"),
        (3.0, "unreachable"),
        ((404, {"status": 404}), "missing"),
        ((200, COUNT | {"_shards": {"failed": 1}}), "partial"),
        ((200, COUNT | {"count": 0}), "empty"),
    ],
)
def test_what_is_not_well_is_seen_before_any_question_is_asked(fake, somebody, answer, word):
    fake.count = answer
    engine, count, seconds = ask()
    assert (engine, count) == ("embedded", 1)
    assert guard().watch.vitals().word == word
    assert seconds < SOON
    assert fake.asked["search"] == 0
    assert ready() == (200, "degraded")


def test_a_refused_connection_is_answered_at_once(fake, somebody):
    fake.shutdown()
    fake.server_close()
    for _n in range(5):
        assert ask()[:2] == ("embedded", 1)
    assert guard().breaker.state().is_open
    assert ready() == (200, "degraded")


def test_it_is_not_hammered(fake, somebody):
    fake.search = 503, {"status": 503}
    for _n in range(30):
        assert ask()[0] == "embedded"
    assert fake.asked["search"] <= 3 + 2
    assert fake.asked["count"] <= 3 + 2


def test_an_index_that_is_behind_is_not_asked(fake, somebody):
    PendingChange.objects.create(practitioner_id=1, version=1, changed_at=clock.now() - dt.timedelta(seconds=31))
    assert ask()[:2] == ("embedded", 1)
    assert guard().watch.vitals().word == "behind"
    assert sum(fake.asked.values()) == 0
    assert ready() == (200, "degraded")


def test_an_index_that_missed_changes_is_not_asked(fake, somebody):
    IndexState.objects.create(pk=1, lost_at=clock.now())
    assert ask()[0] == "embedded"
    assert guard().watch.vitals().word == "lost"


def test_an_empty_site_may_have_an_empty_index(fake):
    fake.count = 200, COUNT | {"count": 0}
    assert guard().watch.vitals().word == "ok"


def test_it_is_asked_again_once_it_is_well(fake, somebody, monkeypatch):
    monkeypatch.setattr(vitals, "FRESH_SECONDS", 0)
    good, fake.count = fake.count, (503, {"status": 503})
    assert ready() == (200, "degraded")
    fake.count = good
    deadline = time.monotonic() + 10
    while ready() != (200, "ok") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert ready() == (200, "ok")
    assert guard().breaker.state().word == "closed"


def test_ready_without_elasticsearch_is_ok(somebody, settings):
    settings.ELASTICSEARCH_URL = ""
    assert ready() == (200, "ok")


def test_the_log_names_the_failure_once(fake, somebody):
    fake.search = 503, {"status": 503}
    with structlog.testing.capture_logs() as said:
        for _n in range(10):
            ask()
    assert [line["event"] for line in said] == ["breaker_opened"]


def test_two_looks_within_two_seconds_are_one(fake, somebody, django_assert_num_queries):
    guard().answering()
    with django_assert_num_queries(0):
        started = time.process_time()  # what it costs, whoever else uses the machine
        for _n in range(200):
            guard().answering()
    assert fake.asked["count"] == 1
    assert (time.process_time() - started) / 200 < 0.003
