"""What has to hold for long: outages of hours, a button pressed all day, one row that fails among many, many rows at once."""

import datetime as dt
import threading
from dataclasses import replace

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from common.models import OutboxMessage
from practitioners.models import Practitioner
from search import agenda, alerts, bits, digest, finding, tasks, towns
from search.actions import alerts as alert_actions
from search.actions import announcements, entries, index_check
from search.actions import tally as tally_actions
from search.actions.alert_consents import Circumstances
from search.actions.index_check import Difference
from search.alone import alone
from search.bits import Numbers
from search.counting import Counting
from search.engines.breaker import LONGEST_PAUSE, Breaker
from search.facts import Availability
from search.models import FacetBit, SearchAlert, SearchEntry
from search.query import Query
from tests.factories.practitioners import PracticeFactory

START = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
HOW = Circumstances(text="texte", page="/", ip="192.0.2.7", agent="Test")
EMAIL = "lea@exemple.fr"


def test_an_outage_of_many_hours_is_still_an_outage():
    """Every pause that ends doubles the next one: after a thousand of them there must still be a pause, not an error."""
    with time_machine.travel("2026-03-02 12:00:00+00:00", tick=False) as traveller:
        one = Breaker("endurance")
        one.failed("refused", at_once=True)
        for _n in range(1100):
            traveller.shift(LONGEST_PAUSE * 1.3)
            assert one.allows()
            one.failed("refused", at_once=True)
        assert not one.allows()


def ask(now: dt.datetime, query: str = "pratique=sophrologie&lieu=commune:69123") -> None:
    alert_actions.ask(parsed=alerts.parse(query), label="Sophrologie", email=EMAIL, months=6, how=HOW, now=now)


def test_asking_for_one_alert_again_and_again_does_not_fill_a_mailbox(france):
    PracticeFactory(name="Sophrologie")
    for number in range(20):
        ask(START + dt.timedelta(minutes=10 * number))
    assert OutboxMessage.objects.filter(to=EMAIL).count() == alert_actions.MAILS_A_DAY
    ask(START + dt.timedelta(days=2))
    assert OutboxMessage.objects.filter(to=EMAIL).count() == alert_actions.MAILS_A_DAY + 1


def test_the_addresses_of_one_subscriber_are_one_connection(client, france):
    PracticeFactory(name="Sophrologie")
    fields = {"query": "pratique=sophrologie", "months": "6", "consent": "on"}
    answers = [
        client.post(
            "/recherche/alertes/", {**fields, "email": f"p{n}@exemple.fr"}, REMOTE_ADDR=f"2001:db8:1:2:{n:x}::1"
        ).status_code
        for n in range(12)
    ]
    assert answers == [302] * 10 + [429] * 2


def test_the_views_of_a_map_that_moves_do_not_fill_the_cache(client, france, monkeypatch):
    kept = []
    monkeypatch.setattr(towns.cache, "set", lambda key, *rest: kept.append(key))
    for step in range(3):
        answer = client.get(f"/recherche/carte/communes/?vue=4.{step},45,5.{step},46&zoom=9")
        assert answer.status_code == 200, answer.content
        assert "Lyon" in answer.content.decode()
    assert not kept


def test_a_page_past_the_end_of_everybody_reads_nobody(listed):
    listed()
    tally_actions.roll_up()
    with CaptureQueriesContext(connection) as said:
        results = finding.find(Query(page=50_000))
    assert (results.count, results.hits) == (1, [])
    assert not any("OFFSET" in query["sql"] for query in said)


def test_that_an_alert_is_known_is_said_once_a_day(france):
    PracticeFactory(name="Sophrologie")
    ask(START)
    alert_actions.confirm(alert=SearchAlert.objects.get(), how=HOW, now=START)
    for number in range(20):
        ask(START + dt.timedelta(minutes=10 * number))
    assert OutboxMessage.objects.filter(to=EMAIL, key__contains="-known-").count() == 1


def test_an_alert_that_fails_keeps_no_other_waiting(france, monkeypatch):
    PracticeFactory(name="Sophrologie")
    for query in ("pratique=sophrologie&lieu=commune:69123", "pratique=sophrologie&lieu=commune:38544"):
        ask(START, query)
    broken, other = SearchAlert.objects.order_by("pk")
    for alert in (broken, other):
        alert_actions.confirm(alert=alert, how=HOW, now=START)
    matching = announcements.matching
    monkeypatch.setattr(announcements, "matching", lambda alert: 1 / 0 if alert.pk == broken.pk else matching(alert))
    with pytest.raises(ZeroDivisionError):
        announcements.run(START)
    other.refresh_from_db()
    assert other.last_run_at == START


def test_an_agenda_that_fails_keeps_no_other_waiting(listed, monkeypatch):
    broken, other = listed(), listed()
    SearchEntry.objects.update(refreshed_at=START - dt.timedelta(days=3))
    read = agenda.availabilities

    def failing(ids, *, now):
        if broken.pk in list(ids):
            raise ValueError("an agenda that nobody foresaw")
        return read(ids, now=now)

    monkeypatch.setattr(agenda, "availabilities", failing)
    # The task fails, so that somebody looks; the others were renewed before.
    with pytest.raises(ValueError, match="nobody foresaw"):
        entries.refresh_availability(START)
    assert SearchEntry.objects.get(pk=other.pk).refreshed_at == START


def test_versions_never_go_back(listed, monkeypatch):
    """Another connection takes numbers while a check mends: none of them may be given again."""
    one = listed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('search_entry_version')")
        (before,) = cursor.fetchone()
    said = []
    with connection.execute_wrapper(lambda run, sql, *rest: (said.append(sql), run(sql, *rest))[1]):
        index_check.requeue([Difference(one.pk, 2, 1)])
    assert SearchEntry.objects.get(pk=one.pk).version > before
    setting = next(sql for sql in said if "setval" in sql)
    assert "greatest" not in setting, "what is read is old by the time it is set"
    index_check.requeue([Difference(one.pk, 2, before + 5000)])
    assert SearchEntry.objects.get(pk=one.pk).version > before + 5000


def test_whoever_offered_what_is_deleted_is_refreshed_a_batch_at_a_time(listed, monkeypatch):
    people = [listed() for _n in range(3)]
    monkeypatch.setattr(entries, "BATCH", 2)
    sizes = []
    many = entries.refresh_many
    monkeypatch.setattr(entries, "refresh_many", lambda ids: (sizes.append(len(list(ids))), many(ids))[1])
    tasks.refresh_entries([one.pk for one in people])
    assert sizes == [2, 1]


TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize("asked", [Query(), Query(parts=("matin",)), Query(modes=("visio",))])
@pytest.mark.parametrize(
    "free",
    [
        pytest.param({(0, "matin")}, id="today"),
        pytest.param({(-1, "soir"), (2, "matin")}, id="a row that midnight has not renewed yet"),
        pytest.param({(-1, "soir")}, id="an evening overseas, when Paris is past midnight"),
        pytest.param({(60, "matin")}, id="a day that has begun overseas only"),
        pytest.param({(-1, "matin"), (5, "soir")}, id="a Saturday"),
    ],
)
def test_a_count_of_days_or_moments_is_what_choosing_it_finds_on_either_side_of_midnight(asked, free):
    cells = frozenset(("visio", TODAY + dt.timedelta(days=day), part) for day, part in free)
    blob = digest.encode(
        rank=1, bits=dict.fromkeys(digest.CAPACITY, ()), fixed=[("mode", "visio")],
        availability=Availability(True, cells), price_cents=5000,
    )  # fmt: skip

    def counting(query: Query) -> Counting:
        return Counting(digest.decode(blob), Numbers({facet: {} for facet in digest.CAPACITY}), query, TODAY)

    counts = counting(asked).facets()
    week = {"aujourdhui": TODAY, "semaine": TODAY + dt.timedelta(days=6)}
    for value, count in counts["disponible"]:
        assert count == counting(replace(asked, days=(TODAY, week[value]))).total, value
    for value, count in counts["moment"]:
        assert count == counting(replace(asked, parts=(value,))).total, value


@pytest.mark.django_db(transaction=True)
def test_the_very_first_values_of_two_batches_all_get_a_number():
    FacetBit.objects.all().delete()
    started = threading.Event()

    def other() -> None:
        started.set()
        try:
            with transaction.atomic():
                bits.allocate({"pratique": {"b"}})
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        bits.allocate({"pratique": {"a"}})
        thread.start()
        started.wait()
        thread.join(0.5)
    thread.join()
    assert dict(FacetBit.objects.order_by("bit").values_list("value", "bit")) == {"a": 0, "b": 1}


@pytest.mark.django_db(transaction=True)
def test_the_nightly_rebuild_is_done_by_one_worker(monkeypatch):
    """The broker gives a long task to another worker while it runs."""
    done = []
    monkeypatch.setattr(entries, "rebuild", lambda: done.append(Practitioner.objects.count()))

    def again() -> None:
        try:
            tasks.freeze_prior()
        finally:
            connection.close()

    with alone("prior") as mine:
        assert mine
        thread = threading.Thread(target=again)
        thread.start()
        thread.join()
    assert not done
    tasks.freeze_prior()
    assert len(done) == 1
