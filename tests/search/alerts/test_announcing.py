"""Who comes is told once, at most one mail a day, and nobody is forgotten whatever happens."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.models import OutboxMessage
from practitioners.models import Practitioner
from search import alerts
from search.actions import alerts as actions
from search.actions import announcements, entries
from search.models import AlertConsent, AlertConsentDetail, AlertSighting, SearchAlert
from tests.factories.practitioners import PracticeFactory, PractitionerFactory
from tests.search.alerts.alerting import ASKED, START, asked, confirmed, messages

pytestmark = pytest.mark.django_db


def test_who_was_there_is_not_announced_and_who_comes_is_once(listed, time):
    listed()
    alert = confirmed()
    assert announcements.run() == 0
    new = listed(last_name="Nouvelle")
    time.pass_(minutes=11)
    assert announcements.run() == 1
    (message,) = messages()
    assert new.full_name in message.text
    assert new.full_name in message.html
    assert "new practitioner" not in message.subject
    time.pass_(days=2)
    assert announcements.run() == 0
    alert.refresh_from_db()
    assert alert.sent == 1


def test_each_mail_can_be_stopped_in_one_press_without_a_cookie(listed, time, django_capture_on_commit_callbacks):
    alert = confirmed()
    listed()
    with django_capture_on_commit_callbacks(execute=True):
        announcements.run()
    headers = mail.outbox[-1].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>")
    assert address.startswith("http")
    assert address in mail.outbox[-1].body
    outside = Client(enforce_csrf_checks=True)
    answer = outside.post(address[address.index("/recherche") :], {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not SearchAlert.objects.filter(pk=alert.pk).exists()


def test_at_most_one_mail_a_day(listed, time):
    confirmed()
    first = listed()
    assert announcements.run() == 1
    second = listed()
    time.pass_(hours=2)
    assert announcements.run() == 0
    time.pass_(hours=22)
    assert announcements.run() == 1
    assert second.full_name in messages()[-1].text
    assert first.full_name not in messages()[-1].text


def test_nothing_is_sent_before_the_confirmation_nor_after_the_end(listed, time):
    asked(months=1)
    listed()
    assert announcements.run() == 0
    alert = confirmed(months=1)
    other = listed()
    time.pass_(days=40)
    assert announcements.run() == 0
    assert not messages()
    assert actions.purge()["ended"] == 1
    assert not SearchAlert.objects.filter(pk=alert.pk).exists()
    assert AlertConsent.objects.filter(event="ended").count() == 1
    assert other


def test_an_alert_never_confirmed_is_erased_with_its_proof(time):
    asked()
    time.pass_(days=8)
    assert actions.purge()["unconfirmed"] == 1
    assert not SearchAlert.objects.exists()
    assert not AlertConsentDetail.objects.exists()


def test_a_search_that_is_no_longer_understood_announces_nobody(listed, time, sophrologie):
    hypnose = PracticeFactory(name="Hypnose", noun="hypnothérapeute")
    confirmed("pratique=hypnose&pratique=sophrologie&lieu=commune:69123")
    hypnose.delete()
    listed()
    assert announcements.run() == 0


def test_a_failure_in_the_middle_leaves_everybody_to_announce(listed, time, monkeypatch):
    confirmed()
    new = listed()
    with monkeypatch.context() as broken:
        broken.setattr(announcements, "send", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            announcements.run()
    assert not AlertSighting.objects.exists()
    assert announcements.run() == 1
    assert new.full_name in messages()[-1].text


def test_a_run_costs_few_queries(listed, time, django_assert_max_num_queries):
    confirmed()
    for _ in range(3):
        listed()
    with django_assert_max_num_queries(16):
        announcements.run()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.lists(
        st.tuples(st.sampled_from(["list", "suspend", "run", "wait"]), st.integers(min_value=0, max_value=2)),
        max_size=14,
    )
)
def test_whatever_happens_each_is_announced_once_at_most_and_nobody_is_forgotten(listed_pool, time, history):
    people, reset = listed_pool
    reset()
    time.now = START
    alert = confirmed()
    here: set[int] = set()
    expected: set[int] = set()
    for what, number in history:
        one = people[number]
        if what == "list":
            Practitioner.objects.filter(pk=one.pk).update(status=Practitioner.Status.LISTED)
            entries.refresh(one.pk)
            here.add(one.pk)
        elif what == "suspend":
            entries.remove(one.pk)
            here.discard(one.pk)
        elif what == "wait":
            time.pass_(hours=30)
        else:
            announcements.announce(alert.pk, now=time.now)
    time.pass_(hours=30)
    announcements.announce(alert.pk, now=time.now)
    expected |= here
    text = "\n".join(message.text for message in messages())
    for one in people:
        times = text.count(f"/praticiens/{one.slug}/")
        assert times <= 1
        assert times == 1 or one.pk not in expected
    days = [m.created_at for m in messages()]
    assert len(days) == alert.__class__.objects.get(pk=alert.pk).sent


@pytest.fixture
def listed_pool(france) -> tuple[list[Practitioner], Callable[[], None]]:
    people = [PractitionerFactory(place=france["69123"]) for _ in range(3)]

    def reset() -> None:
        for one in people:
            entries.remove(one.pk)
        SearchAlert.objects.all().delete()
        OutboxMessage.objects.all().delete()

    return people, reset


@given(
    st.text(max_size=60), st.sampled_from(["", "&rayon=20", "&rayon=50&mode=visio&mode=cabinet", "&disponible=semaine"])
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_canonical_address_of_a_search_reads_as_itself(time, text, more):
    parsed = alerts.parse(f"q={text}{more}")
    again = alerts.parse(alerts.canonical(parsed))
    assert alerts.canonical(again) == alerts.canonical(parsed)


# Free times


def test_a_time_that_becomes_free_is_announced_and_again_after_it_went(time, monkeypatch, listed):
    one = listed()
    alert = confirmed(f"{ASKED}&disponible=semaine")
    assert alert.waits_for_time
    AlertSighting.objects.all().delete()
    free: list[bool] = [False]
    real = announcements.finding.find

    def find(query, **kwargs):
        assert query.days is not None
        from dataclasses import replace

        results = real(replace(query, days=None), **kwargs)
        return results if free[0] else replace(results, hits=[])

    monkeypatch.setattr(announcements.finding, "find", find)
    announcements.announce(alert.pk, now=time.now)
    assert not messages()
    for round_ in (1, 2):
        free[0] = True
        time.pass_(hours=25)
        announcements.announce(alert.pk, now=time.now)
        announcements.announce(alert.pk, now=time.now)
        assert len(messages()) == round_
        free[0] = False
        announcements.announce(alert.pk, now=time.now)
    assert one.full_name in messages()[-1].text


# Signed in
