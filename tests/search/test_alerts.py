"""Alerts by e-mail: asked for with a recorded consent, confirmed from the mail, told once of each, stopped in one press."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import clock
from common.models import OutboxMessage
from practitioners.models import Practitioner
from search import alerts
from search.actions import alerts as actions
from search.actions import announcements, entries
from search.actions.alert_consents import Circumstances
from search.forms import CONSENT
from search.models import AlertConsent, AlertConsentDetail, AlertSighting, SearchAlert
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PracticeFactory, PractitionerFactory

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
ASKED = "pratique=sophrologie&lieu=commune:69123"
EMAIL = "lea@exemple.fr"
HOW = Circumstances(text="texte", page="/", ip="192.0.2.7", agent="Test")


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


def fields(**changed: object) -> dict[str, object]:
    return {"query": ASKED, "email": EMAIL, "months": "6", "consent": "on", **changed}


def ask(client: Client, **changed: object):
    return client.post("/recherche/alertes/", fields(**changed))


def asked(query: str = ASKED, email: str = EMAIL, months: int = 6) -> SearchAlert:
    parsed = alerts.parse(query)
    actions.ask(parsed=parsed, label="Sophrologie · Lyon", email=email, months=months, how=HOW, now=clock.now())
    return SearchAlert.objects.get(email=email, query=alerts.canonical(parsed))


def confirmed(query: str = ASKED, **kwargs: object) -> SearchAlert:
    return actions.confirm(alert=asked(query, **kwargs), how=HOW, now=clock.now())


def messages(key: str = "found") -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(key__contains=f"-{key}-").order_by("pk"))


# Asking and confirming


def test_an_alert_is_asked_for_confirmed_from_the_mail_and_stopped(client, time, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = ask(client)
    assert answer.status_code == 302
    assert answer["Location"] == "/recherche/alertes/envoyee/"
    assert client.get(answer["Location"]).status_code == 200
    message = mail.outbox[-1]
    assert message.to == [EMAIL]
    assert "Sophrologie" in message.subject
    link = re.search(r"https?://\S+(/recherche/alertes/\S+/)", message.body)
    alert = SearchAlert.objects.get()
    assert link
    assert alert.token in link[1]
    # A look, by a person or by the program that reads links first, confirms nothing.
    assert client.get(link[1]).status_code == 200
    assert not SearchAlert.objects.get().confirmed_at
    client.post(link[1], {"action": "confirm"})
    assert SearchAlert.objects.get().confirmed_at == time.now
    page = client.get(f"{link[1]}arreter/")
    assert page.status_code == 200
    assert SearchAlert.objects.exists()
    assert client.post(f"{link[1]}arreter/").status_code == 200
    assert not SearchAlert.objects.exists()
    assert client.get(link[1]).status_code == 410
    assert client.post(f"{link[1]}arreter/").status_code == 200


def test_the_consent_is_recorded_in_a_chain_that_its_erasure_leaves_whole(client, time):
    ask(client, HTTP_USER_AGENT="x")
    alert = SearchAlert.objects.get()
    client.post(reverse("search_alert", args=[alert.token]), {"action": "confirm"})
    client.post(reverse("search_alert_stop", args=[alert.token]))
    assert list(AlertConsent.objects.values_list("event", flat=True)) == ["given", "confirmed", "withdrawn"]
    given_ = AlertConsentDetail.objects.get(consent__event="given")
    assert (given_.email, given_.text, given_.subject) == (EMAIL, str(CONSENT), alert.subject)
    for detail in AlertConsentDetail.objects.select_related("consent"):
        link = detail.consent
        assert detail.expected_commitment(event=link.event, recorded_at=link.recorded_at) == link.commitment
        assert alert.token not in detail.page
    assert not list(AlertConsent.broken_links())
    time.pass_(days=5 * 366 + 1)
    actions.purge()
    assert not AlertConsentDetail.objects.exists()
    assert AlertConsent.objects.count() == 3
    assert not list(AlertConsent.broken_links())


def test_the_token_is_not_in_the_database(time):
    alert = asked()
    row = SearchAlert.objects.filter(pk=alert.pk).values().get()
    assert alert.token not in str(row)
    assert SearchAlert.objects.by_token(alert.token) == alert
    assert SearchAlert.objects.by_token(alert.token_hash) is None


def test_nothing_tells_whether_an_address_is_known(client, time):
    confirmed()
    known, unknown = ask(client), ask(client, email="autre@exemple.fr")
    assert (known.status_code, known["Location"], known.content) == (
        unknown.status_code,
        unknown["Location"],
        unknown.content,
    )
    assert SearchAlert.objects.filter(email=EMAIL).count() == 1
    assert len(messages("known")) == 1
    assert len(messages("confirm")) == 2


def test_one_address_is_not_flooded_and_the_page_does_not_say_so(client, time):
    for number in range(9):
        answer = ask(client, query=f"q=mot{number}")
        assert answer["Location"] == "/recherche/alertes/envoyee/"
    assert OutboxMessage.objects.filter(to=EMAIL).count() == actions.MAILS_A_DAY


def test_one_connection_is_not_served_without_end(client, time):
    for number in range(10):
        assert ask(client, email=f"p{number}@exemple.fr").status_code == 302
    refused = ask(client, email="p11@exemple.fr")
    assert refused.status_code == 429
    assert "p11@exemple.fr" in refused.content.decode()
    assert not SearchAlert.objects.filter(email="p11@exemple.fr").exists()


def test_asking_twice_sends_the_same_link_again(time):
    first = asked()
    time.pass_(minutes=5)
    again = asked(months=1)
    assert (again.pk, again.token, again.months) == (first.pk, first.token, 1)
    assert OutboxMessage.objects.filter(to=EMAIL).count() == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"email": "pas une adresse"}, "pas une adresse"),
        ({"email": "a" * 10_000 + "@exemple.fr"}, "Sophrologie"),
        ({"consent": ""}, EMAIL),
        ({"months": "240"}, EMAIL),
        ({"months": "☺"}, EMAIL),
        ({"query": ""}, ""),
        ({"query": "q=" + "x" * 10_000}, ""),
        ({"query": "page=3"}, ""),
        ({"query": "lieu=commune:00000"}, ""),
        ({"query": "q=☺%00\u202e"}, ""),
    ],
)
def test_what_cannot_be_an_alert_is_refused_and_kept(client, time, changed, said):
    answer = ask(client, **changed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not SearchAlert.objects.exists()
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("name", ["query", "email", "months", "consent"])
def test_a_nul_byte_is_refused_whatever_the_field(client, time, name):
    assert ask(client, **{name: "a\x00b"}).status_code == 400
    assert not SearchAlert.objects.exists()


@pytest.mark.parametrize("token", ["x", "☺", "a" * 500, "%00", "' or 1=1 --"])
def test_a_wrong_token_opens_nothing(client, token):
    for name in ("search_alert", "search_alert_stop"):
        address = reverse(name, args=[token])
        assert client.get(address).status_code in {404, 410, 400}
        assert client.post(address, {"action": "confirm"}).status_code in {200, 404, 410, 400}


def test_an_alert_ends_with_the_duration_or_with_the_day_searched(time):
    assert asked(months=3).ends_on == dt.date(2027, 2, 23)
    assert asked(f"{ASKED}&disponible=2026-11-30").ends_on == dt.date(2026, 11, 30)
    assert alerts.months_later(dt.date(2026, 8, 31), 6) == dt.date(2027, 2, 28)


# Telling


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


def test_a_client_sees_and_stops_the_alerts_of_the_own_address_only(client, login_as, time):
    me = UserFactory(email=EMAIL)
    mine, other = confirmed(), confirmed(email="autre@exemple.fr")
    login_as(me)
    page = client.get("/compte/alertes/").content.decode()
    assert page.count("alert-search") == 1
    assert client.post(f"/compte/alertes/{other.pk}/arreter/").status_code == 404
    assert client.post(f"/compte/alertes/{mine.pk}/arreter/").status_code == 302
    assert list(SearchAlert.objects.values_list("email", flat=True)) == ["autre@exemple.fr"]
    assert (
        'value="lea@exemple.fr"'
        in client.get(f"/recherche/alertes/?query={ASKED.replace('&', '%26')}").content.decode()
    )


def test_an_address_that_was_not_proved_shows_nothing(client, login_as, time):
    from allauth.account.models import EmailAddress

    owner, liar = UserFactory(email="autre-compte@exemple.fr"), UserFactory(email=EMAIL)
    EmailAddress.objects.create(user=owner, email=EMAIL, verified=True)
    confirmed()
    login_as(liar)
    assert "alert-search" not in client.get("/compte/alertes/").content.decode()


def test_a_confirmed_alert_can_be_prolonged(client, time):
    alert = confirmed(months=1)
    time.pass_(days=10)
    client.post(reverse("search_alert", args=[alert.token]), {"action": "extend", "months": "6"})
    alert.refresh_from_db()
    assert alert.ends_on == dt.date(2027, 6, 3)
    assert AlertConsent.objects.filter(event="extended").count() == 1
