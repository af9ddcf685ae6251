"""A real cluster of three nodes that lose their process, their data or their breath, while people search and change things.

A cluster of its own, on ports of its own: about a minute, mostly waiting for nodes. On a busy machine they would be slow themselves: these tests run alone.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.test import Client
from elasticsearch import Elasticsearch

from practitioners.models import Practitioner
from search import elastic, engines, indices
from search.actions import entries, index, index_check, rebuild
from search.engines import vitals
from search.finding import find
from search.models import PendingChange
from search.query import Query
from tests.plugins.requirements import lacking

pytestmark = [pytest.mark.django_db, pytest.mark.alone]
PORT = int(os.environ.get("ELASTICSEARCH_FAULTS_PORT", "19200"))
NODES = 3
# What a person would still call at once on a machine that runs tests: 300 ms for a question, 200 for a look, and some air.
SOON = 2.0


class Cluster:
    def __init__(self, script: Path) -> None:
        self.script = script
        self.urls = [f"http://127.0.0.1:{PORT + number}" for number in range(NODES)]
        self.home = Path(os.environ.get("ELASTICSEARCH_NODE_HOME", Path.home() / ".cache" / "elasticsearch-node"))

    def run(self, *words: str) -> int:
        environ = {**os.environ, "ELASTICSEARCH_NODE_PORT": str(PORT)}
        with open(os.devnull, "rb+") as nothing:
            # A session of its own: what ends the tests does not end the nodes before `stop`.
            return subprocess.run(
                [self.script, *words],
                env=environ,
                stdin=nothing,
                stdout=nothing,
                stderr=nothing,
                timeout=300,
                start_new_session=True,
            ).returncode

    def start(self) -> None:
        """One that is left from a run that was stopped is taken over; the script's patience may be less than ours."""
        if self.run("start", str(NODES)) != 0 and not self._has_come():
            self.run("stop")
            time.sleep(2)
            assert self.run("start", str(NODES)) == 0 or self._has_come(), "no cluster of three nodes started"

    def _has_come(self) -> bool:
        with Elasticsearch(self.urls, request_timeout=15) as client:
            for _n in range(6):
                try:
                    client.cluster.health(wait_for_nodes=str(NODES), timeout="10s")
                except elastic.ERRORS:
                    time.sleep(1)
                else:
                    return True
        return False

    def signal(self, number: int, what: signal.Signals) -> None:
        pid = int((self.home / f"run-{PORT}" / f"node-{number}" / "pid").read_text())
        os.kill(pid, what)

    def kill(self, *numbers: int) -> None:
        for number in numbers:
            self.run("kill", str(number))

    def restart(self, *numbers: int) -> None:
        for number in numbers:
            self.run("restart", str(number))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    beside = site_settings.BASE_DIR.parent / "shared" / "elasticsearch-node" / "node"
    named = os.environ.get("ELASTICSEARCH_NODE") or shutil.which(str(beside))
    if not named:
        lacking("no script starts a node: ELASTICSEARCH_NODE does not name one and there is none beside the checkout")
    made = Cluster(Path(named))
    made.start()
    yield made
    made.run("stop")


@pytest.fixture
def people(cluster: Cluster, settings, listed, monkeypatch) -> Iterator[list[Practitioner]]:
    """Three who are listed, in an index with a copy on two nodes."""
    settings.ELASTICSEARCH_URL = ",".join(cluster.urls)
    settings.ELASTICSEARCH_INDEX = "test-faults"
    monkeypatch.setattr(rebuild, "GRACE_SECONDS", 0)
    monkeypatch.setattr(vitals, "FRESH_SECONDS", 0.2)
    forget()
    three = [listed(insee) for insee in ("69123", "69266", "75056")]
    until(
        lambda: keeper().cluster.health(wait_for_status="green", timeout="5s")["status"] == "green", "a green cluster"
    )
    indices.drop(keeper(), list(keeper().indices.get(index="test-faults-*").body))
    index.keep()
    index.keep()
    until(lambda: ask()[0] == "elasticsearch", "Elasticsearch to answer")
    yield three
    forget()


def forget() -> None:
    """As a process that starts: no connection, no memory of what failed."""
    elastic._client.cache_clear()
    engines._guarded.cache_clear()


def keeper() -> Elasticsearch:
    return elastic.keeper()


def ask(query: Query | None = None) -> tuple[str, list[int], float]:
    started = time.monotonic()
    results = find(query or Query())
    return results.engine, [hit.practitioner_id for hit in results.hits], time.monotonic() - started


def ready() -> tuple[int, str]:
    answer = Client().get("/readyz")
    return answer.status_code, json.loads(answer.content)["search"]


def until(holds: Callable[[], bool], what: str, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except elastic.ERRORS:
            pass  # not yet
        time.sleep(0.3)
    pytest.fail(f"waited {seconds} s for {what}")


def change(practitioner: Practitioner) -> None:
    Practitioner.objects.filter(pk=practitioner.pk).update(languages=["fr", "de"])
    entries.refresh(practitioner.pk)
    index.tell([practitioner.pk])


def test_one_node_killed_changes_no_answer(cluster, people):
    expected = ask()[1]
    cluster.kill(2)
    try:
        answers = [ask() for _n in range(20)]
        assert {tuple(ids) for _engine, ids, _seconds in answers} == {tuple(expected)}
        assert max(seconds for *_rest, seconds in answers) < SOON
        # As soon as the two that are left have noticed, it is Elasticsearch again.
        until(lambda: ask()[0] == "elasticsearch", "two nodes to answer")
        assert ready() == (200, "ok")
        change(people[0])
        until(lambda: index.keep() >= 0 and not PendingChange.objects.exists(), "the change to be told")
        assert ask(Query(languages=("de",)))[:2] == ("elasticsearch", [people[0].pk])
    finally:
        cluster.restart(2)


def test_all_killed_the_other_engine_answers_and_the_index_catches_up(cluster, people):
    cluster.kill(1, 2, 3)
    try:
        answers = [ask() for _n in range(30)]
        assert {(engine, len(ids)) for engine, ids, _seconds in answers} == {("embedded", 3)}
        assert max(seconds for *_rest, seconds in answers) < SOON
        assert ready() == (200, "degraded")
        change(people[1])
        entries.remove(people[2].pk)
        index.keep()
        assert PendingChange.objects.count() == 2
        assert ask(Query(languages=("de",)))[:2] == ("embedded", [people[1].pk])
    finally:
        cluster.restart(1, 2, 3)
    until(lambda: index.keep() >= 0 and not PendingChange.objects.exists(), "the changes to be told")
    until(lambda: ready() == (200, "ok"), "the site to say that all is well")
    # The question that finds the cluster well again is still answered by the other engine.
    until(lambda: ask()[0] == "elasticsearch", "Elasticsearch to answer")
    assert set(ask()[1]) == {people[0].pk, people[1].pk}
    assert index_check.differences(keeper(), indices.alias()) == []


def test_a_node_that_holds_its_breath_keeps_nobody_waiting(cluster, people):
    cluster.signal(3, signal.SIGSTOP)
    try:
        answers = [ask() for _n in range(20)]
        assert {len(ids) for _engine, ids, _seconds in answers} == {3}
        assert max(seconds for *_rest, seconds in answers) < SOON
        assert sum(seconds for *_rest, seconds in answers) < 5
    finally:
        cluster.signal(3, signal.SIGCONT)
    until(lambda: ask()[0] == "elasticsearch" and ready() == (200, "ok"), "the node to breathe")


def test_a_wiped_index_is_not_believed_and_is_built_anew(cluster, people):
    keeper().indices.delete(index=",".join(indices.known(keeper()).live))
    assert ask()[:2] == ("embedded", ask()[1])
    time.sleep(vitals.FRESH_SECONDS)
    assert ready() == (200, "degraded")
    index.keep()
    until(lambda: ready() == (200, "ok"), "the index to be built")
    assert (ask()[0], len(ask()[1])) == ("elasticsearch", 3)
