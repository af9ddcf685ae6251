"""Alerts by e-mail: asked for with a recorded consent, confirmed from the mail, prolonged, stopped in one press."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.urls import reverse

from common.models import OutboxMessage
from search import alerts
from search.actions import alerts as actions
from search.forms import CONSENT
from search.models import AlertConsent, AlertConsentDetail, SearchAlert
from tests.factories.accounts import UserFactory
from tests.search.alerts.alerting import ASKED, EMAIL, ask, asked, confirmed, messages

pytestmark = pytest.mark.django_db


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
