"""What Elasticsearch is told, when it may be forgotten, and that nothing comes back that was withdrawn."""

import time
from contextlib import closing

import pytest
from django.db import connection

from common.signals import contract_ended, listing_changed
from practitioners.models import Practitioner
from search import elastic, engines, indices, telling
from search.actions import entries, index, rebuild
from search.actions.index_reports import AlreadyUnderWay
from search.alone import alone
from search.models import IndexReport, IndexState, PendingChange, SearchEntry
from search.query import Query
from search.telling import Change
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_grace(monkeypatch):
    monkeypatch.setattr(rebuild, "GRACE_SECONDS", 0)


@pytest.fixture
def built(elasticsearch):
    """An index that answers, empty or with whoever was listed before."""

    def build():
        return rebuild.rebuild(cause="command", with_entries=False)

    build()
    return build


def documents(client) -> dict[int, int]:
    """Number → version of what a question would find now."""
    found = client.search(index=indices.alias(), size=100, sort=["id", "version"], source=False)["hits"]["hits"]
    return {hit["sort"][0]: hit["sort"][1] for hit in found}


def ours() -> dict[int, int]:
    return dict(SearchEntry.objects.values_list("pk", "version"))


@pytest.mark.alone
def test_a_publication_is_searchable_within_a_second_of_its_commit(
    built, elasticsearch, france, django_capture_on_commit_callbacks
):
    first, practitioner = (PractitionerFactory(place=france["69123"]) for _n in range(2))
    with django_capture_on_commit_callbacks(execute=True):
        listing_changed.send(sender=None, practitioner_id=first.pk)
    with django_capture_on_commit_callbacks() as callbacks:
        listing_changed.send(sender=None, practitioner_id=practitioner.pk)
    started = time.monotonic()
    for callback in callbacks:
        callback()
    assert practitioner.pk in documents(elasticsearch)
    assert time.monotonic() - started < 1
    assert documents(elasticsearch) == ours()
    assert not PendingChange.objects.exists()
    results = engines.engine().search(Query())
    assert (results.engine, results.count) == ("elasticsearch", 2)


def test_a_withdrawal_reaches_the_index_at_once(built, elasticsearch, listed, django_capture_on_commit_callbacks):
    practitioner = listed()
    index.keep()
    assert documents(elasticsearch)
    with django_capture_on_commit_callbacks(execute=True):
        contract_ended.send(sender=None, practitioner_id=practitioner.pk, reason="essai")
    assert documents(elasticsearch) == {}
    assert not PendingChange.objects.exists()


def test_a_late_older_write_brings_nothing_back(built, elasticsearch, listed):
    """A worker that stood still between reading and writing, and went on after the deletion."""
    practitioner = listed()
    [late] = index.changes_of(dict(PendingChange.objects.values_list("practitioner_id", "version")))
    index.keep()
    entries.remove(practitioner.pk)
    index.keep()
    told = telling.tell(elasticsearch, [indices.alias()], [late], refresh=True)
    assert told == {practitioner.pk}, "that a newer state is known is no failure"
    assert documents(elasticsearch) == {}


def test_an_older_state_does_not_replace_a_newer_one(built, elasticsearch, listed):
    practitioner = listed()
    [late] = index.changes_of(dict(PendingChange.objects.values_list("practitioner_id", "version")))
    Practitioner.objects.update(languages=["en"])
    entries.refresh(practitioner.pk)
    index.keep()
    telling.tell(elasticsearch, [indices.alias()], [late], refresh=True)
    assert documents(elasticsearch) == ours()
    assert late.version < ours()[practitioner.pk]


def test_telling_twice_does_no_harm(built, elasticsearch, listed):
    listed()
    waiting = list(PendingChange.objects.all())
    index.keep()
    before = documents(elasticsearch)
    PendingChange.objects.bulk_create(waiting)
    assert index.keep() == 1
    assert documents(elasticsearch) == before


def test_what_changes_again_while_it_is_told_still_waits(built, elasticsearch, listed, monkeypatch):
    practitioner = listed()
    real = telling.tell

    def meanwhile(*args, **kwargs):
        told = real(*args, **kwargs)
        Practitioner.objects.update(languages=["en", "fr", "de"])
        patched.undo()
        entries.refresh(practitioner.pk)
        return told

    with monkeypatch.context() as patched:
        patched.setattr(telling, "tell", meanwhile)
        index.sync(elastic.keeper())
    assert PendingChange.objects.get().version == ours()[practitioner.pk]
    assert documents(elasticsearch) != ours()
    index.keep()
    assert documents(elasticsearch) == ours()


def test_what_the_index_refuses_goes_on_waiting_and_the_rest_is_told(built, elasticsearch, listed, monkeypatch):
    bad, good = listed(), listed()
    real = index.document

    def document(entry):
        return real(entry) | ({"unknown": 1} if entry.pk == bad.pk else {})

    monkeypatch.setattr(index, "document", document)
    index.keep()
    assert list(PendingChange.objects.values_list("pk", flat=True)) == [bad.pk]
    assert set(documents(elasticsearch)) == {good.pk}


def test_no_index_is_made_by_a_write(elasticsearch, listed):
    """Dynamic mappings would answer questions wrongly, and the alias could not be made any more."""
    practitioner = listed()
    told = telling.tell(elasticsearch, [indices.alias()], [Change(practitioner.pk, 1, {})], refresh=False)
    assert told == set()
    assert not elasticsearch.indices.exists(index=indices.alias())


def test_a_missing_index_is_built_once_by_the_clock(elasticsearch, listed):
    listed()
    index.keep()
    report = IndexReport.objects.get()
    assert (report.kind, report.cause, report.outcome) == ("rebuild", "recovery", "done")
    assert documents(elasticsearch) == ours() != {}
    index.keep()
    assert IndexReport.objects.count() == 1


def test_an_emptied_index_is_built_anew(built, elasticsearch, listed):
    listed()
    index.keep()
    elasticsearch.indices.delete(index=",".join(indices.known(elasticsearch).live))
    index.keep()
    assert documents(elasticsearch) == ours() != {}
    assert IndexReport.objects.filter(cause="recovery").count() == 1


def test_a_recovery_that_is_asked_twice_is_done_once(elasticsearch, listed):
    listed()
    assert rebuild.recover(cause="recovery")
    assert rebuild.recover(cause="recovery") is None


def test_without_elasticsearch_nothing_waits_and_an_old_index_is_not_believed(listed, settings):
    settings.ELASTICSEARCH_URL = ""
    listed()
    assert PendingChange.objects.exists()
    index.keep()
    assert not PendingChange.objects.exists()
    assert IndexState.objects.get().lost_at


def test_an_index_that_missed_changes_answers_only_after_a_check(built, elasticsearch, listed, settings):
    url = settings.ELASTICSEARCH_URL
    listed()
    index.keep()
    settings.ELASTICSEARCH_URL = ""
    listed()
    index.keep()
    settings.ELASTICSEARCH_URL = url
    engines._guarded.cache_clear()
    assert engines.engine().search(Query()).engine == "embedded"
    index.keep()
    engines._guarded.cache_clear()
    results = engines.engine().search(Query())
    assert (results.engine, results.count) == ("elasticsearch", 2)
    assert IndexReport.objects.get(kind="check").figures["documents_missing"] == 1


def test_work_that_is_under_way_is_refused_to_another_session(db):
    with alone(index.WORK) as mine, closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('search'), hashtext(%s))", [index.WORK])
        assert (mine, cursor.fetchone()) == (True, (False,))


def test_a_second_rebuild_says_that_one_is_under_way(elasticsearch, monkeypatch):
    monkeypatch.setattr("search.actions.index_reports.alone", _taken)
    with pytest.raises(AlreadyUnderWay):
        rebuild.rebuild(cause="operator")
    assert not IndexReport.objects.exists()


class _taken:
    def __init__(self, name: str) -> None: ...

    def __enter__(self) -> bool:
        return False

    def __exit__(self, *args: object) -> None: ...
