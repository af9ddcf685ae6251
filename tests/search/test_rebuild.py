"""An index is built anew while people search and write: no answer fails or lacks anybody, no change is lost."""

import io
import threading
import time

import pytest
from django.core.management import call_command
from django.db import connection

from practitioners.models import Practitioner
from search import elastic, engines, indices, telling
from search.actions import entries, index, index_check, rebuild
from search.models import IndexReport, PendingChange, SearchEntry
from search.query import Query

pytestmark = pytest.mark.django_db


@pytest.fixture
def some(elasticsearch, listed, monkeypatch):
    monkeypatch.setattr(rebuild, "GRACE_SECONDS", 0)
    return [listed(insee) for insee in ("69123", "69266", "75056", "97411")]


def count() -> int:
    return engines.engine().search(Query()).count


def test_a_rebuild_leaves_one_index_that_says_what_the_entries_say(some, elasticsearch):
    for _time in range(2):
        report = rebuild.rebuild(cause="command")
        known = indices.known(elasticsearch)
        assert (known.live, known.building, known.others) == ([report.figures["index"]], [], [])
        assert report.figures["documents"] == report.figures["entries"] == count() == 4
    assert index_check.differences(elasticsearch, indices.alias()) == []


def test_the_new_index_can_be_asked_at_once_and_has_its_settings(some, elasticsearch):
    name = rebuild.rebuild(cause="command").figures["index"]
    found = elasticsearch.indices.get(index=name)[name]
    assert found["settings"]["index"]["auto_expand_replicas"] == "0-1"
    assert found["settings"]["index"]["gc_deletes"] == indices.REMEMBER_DELETIONS
    assert found["mappings"]["dynamic"] == "strict"


def test_a_build_that_was_killed_hurts_nobody_and_the_next_one_cleans_up(some, elasticsearch):
    rebuild.rebuild(cause="command")
    from common import clock

    abandoned = indices.create(elasticsearch, now=clock.now())
    Practitioner.objects.filter(pk=some[0].pk).update(languages=["en"])
    entries.refresh(some[0].pk)
    index.tell([some[0].pk])
    assert not PendingChange.objects.exists()
    assert (count(), index_check.differences(elasticsearch, indices.alias())) == (4, [])
    rebuild.rebuild(cause="command")
    assert not elasticsearch.indices.exists(index=abandoned)
    assert count() == 4


def test_the_clock_drops_what_was_abandoned(some, elasticsearch):
    rebuild.rebuild(cause="command")
    from common import clock

    indices.create(elasticsearch, now=clock.now())
    index.keep()
    assert indices.known(elasticsearch).building == []


def test_a_build_that_fails_leaves_the_old_index_answering(some, elasticsearch, monkeypatch):
    before = rebuild.rebuild(cause="command").figures["index"]
    real = rebuild.document
    monkeypatch.setattr(rebuild, "document", lambda entry: real(entry) | {"unknown": 1})
    with pytest.raises(rebuild.Incomplete):
        rebuild.rebuild(cause="command")
    assert indices.known(elasticsearch) == indices.Known(live=[before])
    assert count() == 4
    assert IndexReport.objects.first().outcome == "failed"


def test_a_deletion_while_its_entry_is_on_the_way_stays_a_deletion(some, elasticsearch, monkeypatch):
    """The build read the entry, then it was withdrawn everywhere, then the build writes what it had read."""
    rebuild.rebuild(cause="command")
    real, gone = rebuild._batches, some[2].pk

    def late():
        for changes in real():
            assert gone in {change.practitioner_id for change in changes}
            entries.remove(gone)
            index.tell([gone])
            yield changes

    monkeypatch.setattr(rebuild, "_batches", late)
    rebuild.rebuild(cause="command", with_entries=False)
    assert count() == 3
    assert index_check.differences(elasticsearch, indices.alias()) == []


def test_an_index_in_the_place_of_the_alias_is_replaced(some, elasticsearch):
    elasticsearch.indices.create(index=indices.alias())
    rebuild.rebuild(cause="command", with_entries=False)
    assert count() == 4


def test_a_node_with_too_much_to_do_is_asked_again(some, elasticsearch, monkeypatch):
    """429 for the whole request, and an address that refuses: both pass."""
    from elastic_transport import ConnectionError as Refused

    pauses, failures = [], [Refused("refused"), Refused("refused")]
    real = telling._tell

    def fails(*args, **kwargs):
        if failures:
            raise failures.pop()
        return real(*args, **kwargs)

    monkeypatch.setattr(telling, "_tell", fails)
    monkeypatch.setattr(telling.time, "sleep", pauses.append)
    rebuild.rebuild(cause="command", with_entries=False)
    assert pauses[:2] == [0.5, 1.0]
    assert count() == 4


def test_the_command_tells_its_figures(some):
    out = io.StringIO()
    call_command("rebuild_search", "--index-only", stdout=out)
    assert "documents 4" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_table_is_rewritten_in_the_order_of_its_use(listed):
    two = [listed("97411"), listed("69123")]
    call_command("rebuild_search", "--compact", stdout=io.StringIO())
    assert set(SearchEntry.objects.values_list("pk", flat=True)) == {p.pk for p in two}
    with connection.cursor() as cursor:
        cursor.execute("SELECT practitioner_id FROM search_searchentry ORDER BY ctid")
        # From south to north within one practice.
        assert [row[0] for row in cursor.fetchall()] == [two[0].pk, two[1].pk]


@pytest.mark.django_db(transaction=True)
def test_under_load_no_answer_fails_or_lacks_anybody_and_no_change_is_lost(elasticsearch, listed, monkeypatch):
    monkeypatch.setattr(rebuild, "GRACE_SECONDS", 1)
    monkeypatch.setattr(rebuild, "BATCH", 4)
    people = [listed("69123") for _n in range(24)]
    rebuild.rebuild(cause="command", with_entries=False)
    moving = [p.pk for p in people[::6]]
    stop, answers, problems = threading.Event(), [], []

    def searching() -> None:
        try:
            while not stop.is_set():
                results = engines.engine().search(Query())
                answers.append((results.engine, results.count, len(results.hits)))
                time.sleep(0.01)
        except Exception as error:  # noqa: BLE001
            # Whatever it is, it is told by the test itself.
            problems.append(error)
        finally:
            connection.close()

    def writing() -> None:
        try:
            turn = 0
            while not stop.is_set():
                pk = moving[turn % len(moving)]
                Practitioner.objects.filter(pk=pk).update(languages=["en"] if turn // len(moving) % 2 else ["fr", "en"])
                entries.refresh(pk)
                index.tell([pk])
                turn += 1
                time.sleep(0.02)
        except Exception as error:  # noqa: BLE001
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for work in (searching, searching, writing)]
    for thread in threads:
        thread.start()
    try:
        for _time in range(2):
            rebuild.rebuild(cause="command", with_entries=False)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert problems == []
    assert len(answers) > 20
    assert set(answers) == {("elasticsearch", 24, 20)}
    index.keep()
    assert index_check.differences(elastic.keeper(), indices.alias()) == []
    assert len(indices.known(elasticsearch).live) == 1
