"""The check finds each way in which index and database can part, mends it, and reports what it found."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from common import clock
from practitioners.models import Practitioner
from search import indices
from search.actions import index, index_check, index_reports, rebuild
from search.models import IndexReport, PendingChange, SearchEntry
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_step(elasticsearch, listed, monkeypatch):
    """Three who are listed, in an index that says so."""
    monkeypatch.setattr(rebuild, "GRACE_SECONDS", 0)
    three = [listed() for _n in range(3)]
    rebuild.rebuild(cause="command", with_entries=False)
    index.keep()
    return three


def found(**figures: int) -> None:
    """The last report says this, nothing else out of order, and nothing is left."""
    report = IndexReport.objects.filter(kind="check").first()
    kinds = ("entries_missing", "entries_surplus", "documents_missing", "documents_older", "documents_newer")
    told = {name: report.figures[name] for name in (*kinds, "documents_surplus", "left")}
    assert told == dict.fromkeys(told, 0) | figures
    assert report.outcome == "done"


def agree(client) -> bool:
    return index_check.differences(client, indices.alias()) == [] and not PendingChange.objects.exists()


def test_nothing_is_found_where_nothing_is_wrong(in_step):
    index_check.check(cause="clock")
    found()


def test_a_document_that_was_lost_comes_back(in_step, elasticsearch):
    elasticsearch.delete(index=indices.alias(), id=str(in_step[0].pk))
    index_check.check(cause="clock")
    found(documents_missing=1)
    assert agree(elasticsearch)


def test_a_document_that_should_not_be_there_goes(in_step, elasticsearch):
    SearchEntry.objects.filter(pk=in_step[0].pk).delete()
    PendingChange.objects.all().delete()
    Practitioner.objects.filter(pk=in_step[0].pk).update(status="ended")
    index_check.check(cause="clock")
    found(documents_surplus=1)
    assert agree(elasticsearch)


def test_a_document_of_an_older_state_is_renewed(in_step, elasticsearch):
    SearchEntry.objects.filter(pk=in_step[1].pk).update(terms=["x"])
    PendingChange.objects.all().delete()
    index_check.check(cause="clock")
    found(documents_older=1)
    assert agree(elasticsearch)


def test_a_database_that_was_put_back_wins_over_a_newer_index(in_step, elasticsearch):
    """A backup was restored: versions there are ahead of those that will be given here."""
    entry = SearchEntry.objects.get(pk=in_step[2].pk)
    ahead = entry.version + 10_000
    elasticsearch.index(
        index=indices.alias(),
        id=str(entry.pk),
        document=index.document(entry) | {"version": ahead},
        version=ahead,
        version_type="external",
    )
    index_check.check(cause="clock")
    found(documents_newer=1)
    assert agree(elasticsearch)
    assert SearchEntry.objects.get(pk=entry.pk).version > ahead


def test_who_was_forgotten_is_indexed_and_who_left_is_withdrawn(in_step, france):
    PractitionerFactory(place=france["69123"])
    Practitioner.objects.filter(pk=in_step[0].pk).update(status="suspended")
    index_check.check(cause="clock")
    found(entries_missing=1, entries_surplus=1)
    assert SearchEntry.objects.count() == 3
    assert not PendingChange.objects.exists()


def test_what_is_only_on_its_way_is_no_difference(in_step, elasticsearch):
    SearchEntry.objects.filter(pk=in_step[1].pk).update(terms=["x"])
    assert index_check.differences(elasticsearch, indices.alias()) == []


def test_more_than_a_page_is_compared(in_step, elasticsearch, monkeypatch):
    monkeypatch.setattr(index_check, "PAGE", 2)
    elasticsearch.delete(index=indices.alias(), id=str(in_step[2].pk))
    index_check.check(cause="clock")
    found(documents_missing=1)


def test_a_clock_that_stands_still_is_seen(in_step):
    SearchEntry.objects.update(stale_at=clock.now() - dt.timedelta(hours=1))
    index_check.check(cause="clock")
    assert IndexReport.objects.first().figures["agendas_late"] == 3


def test_without_elasticsearch_the_entries_are_checked_alone(listed, france):
    listed()
    PractitionerFactory(place=france["69123"])
    figures = index_check.check(cause="clock").figures
    assert figures == {"entries": 1, "entries_missing": 1, "entries_surplus": 0, "agendas_late": 0}


def test_a_killed_rebuild_leaves_a_report_that_says_so(in_step):
    IndexReport.objects.create(kind="rebuild", cause="operator", started_at=clock.now())
    index_check.check(cause="clock")
    report = IndexReport.objects.get(kind="rebuild", cause="operator")
    assert (report.outcome, report.error) == ("failed", "interrupted")


def test_what_fails_is_reported_and_raised(in_step, monkeypatch):
    def fails(client, name):
        raise RuntimeError("no memory")

    monkeypatch.setattr(index_check, "differences", fails)
    with pytest.raises(RuntimeError):
        index_check.check(cause="clock")
    report = IndexReport.objects.first()
    assert (report.outcome, report.error) == ("failed", "RuntimeError: no memory")


def test_old_reports_are_dropped(in_step):
    old = clock.now() - dt.timedelta(days=91)
    IndexReport.objects.create(kind="check", cause="clock", started_at=old, ended_at=old, outcome="done")
    index_check.check(cause="clock")
    assert not IndexReport.objects.filter(started_at=old).exists()


def test_the_command_says_what_it_found(in_step, elasticsearch):
    elasticsearch.delete(index=indices.alias(), id=str(in_step[0].pk))
    out = io.StringIO()
    call_command("check_search", stdout=out)
    assert "documents_missing: 1" in out.getvalue()


def test_the_commands_refuse_while_work_is_under_way(monkeypatch, db):
    class Taken:
        def __enter__(self):
            return False

        def __exit__(self, *args): ...

    monkeypatch.setattr(index_reports, "alone", lambda name: Taken())
    for command in ("check_search", "rebuild_search"):
        with pytest.raises(CommandError):
            call_command(command)
