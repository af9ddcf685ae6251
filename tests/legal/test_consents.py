"""Consents: each apart, each proved, taken back as easily as given; nothing optional before, nothing said about an address."""

import datetime as dt
import re
import uuid

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from common import clock
from common.models import BadAddress, OutboxMessage
from common.retention import account_parts, months_before, rules
from legal.consents import cookies, proofs, subscriptions
from legal.consents.proofs import Circumstances, Event
from legal.models import ConsentDetail, ConsentProof, Subscription, Topic
from tests.factories.accounts import UserFactory
from tests.factories.legal import Kind, make_document, make_version

pytestmark = pytest.mark.django_db
HOW = Circumstances(text="La case", page="/lettre/", ip="192.0.2.9", agent="Firefox")
ORIGIN = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def in_use(monkeypatch):
    """The category of videos, in use whatever the pages."""
    category = next(iter(cookies.categories))
    monkeypatch.setattr(cookies, "categories", [cookies.Category(category.topic, "Vidéos", "Une vidéo.", lambda: True)])


def subscribed(email="ines@exemple.fr", topic=Topic.NEWSLETTER, now=None) -> Subscription:
    subscriptions.choose(email=email, wanted=[topic], how=HOW, now=now or clock.now())
    return Subscription.objects.get(email=email, topic=topic)


def events(**conditions) -> list[str]:
    return list(ConsentProof.objects.filter(**conditions).order_by("sequence").values_list("event", flat=True))


# Proofs


def test_a_consent_is_a_link_with_the_words_the_page_the_version_the_time_the_address_and_the_browser():
    policy = make_version(make_document(Kind.PRIVACY))
    row = subscribed()
    link = ConsentProof.objects.get()
    assert (link.topic, link.event, link.policy) == ("newsletter", "given", policy)
    detail = link.detail
    assert (detail.text, detail.page, detail.ip, detail.agent) == ("La case", "/lettre/", "192.0.2.9", "Firefox")
    assert (detail.subject, detail.email) == (row.subject, "ines@exemple.fr")
    assert list(proofs.problems()) == []


@pytest.mark.parametrize(
    "sql",
    [
        "update legal_consentproof set event = 'withdrawn'",
        "delete from legal_consentproof",
        "update legal_consentdetail set text = 'autre chose'",
    ],
)
def test_the_database_refuses_to_change_a_proof(sql):
    subscribed()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("legal_consentproof", "update legal_consentproof set event = 'withdrawn' where sequence = 1"),
        ("legal_consentdetail", "update legal_consentdetail set text = 'autre chose'"),
        ("legal_consentdetail", "update legal_consentdetail set ip = '198.51.100.1'"),
    ],
)
def test_what_was_changed_with_the_triggers_off_is_named_by_the_command(table, change, capsys):
    subscribed()
    call_command("verify_consents")
    assert "1 consents whole" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(change)
        cursor.execute(f"alter table {table} enable trigger user")
    with pytest.raises(CommandError):
        call_command("verify_consents")
    assert "BROKEN consent #1" in capsys.readouterr().err


def test_an_erased_account_leaves_a_whole_chain_that_names_nobody():
    user = UserFactory(email="lea@exemple.fr")
    subscribed("lea@exemple.fr")
    subscribed("autre@exemple.fr")
    for part in account_parts:
        part([user.pk], [user.email], clock.now())
    assert not Subscription.objects.filter(email="lea@exemple.fr").exists()
    assert list(ConsentDetail.objects.values_list("email", flat=True)) == ["autre@exemple.fr"]
    assert ConsentProof.objects.count() == 2
    assert list(proofs.problems()) == []


# Cookies


def test_nothing_optional_means_no_banner(client):
    assert b"cookie-ask" not in client.get("/lettre/").content
    page = client.get("/cookies/").content.decode()
    assert 'name="categorie-videos"' not in page


@pytest.mark.usefixtures("in_use")
def test_the_banner_asks_with_equal_buttons_and_sets_nothing_before(client):
    response = client.get("/lettre/")
    banner = re.search(r'<section class="cookie-ask".*?</section>', response.content.decode(), re.S)[0]
    classes = re.findall(r'<(?:button|a) class="([^"]+)"', banner)
    assert classes == ["btn btn-secondary"] * 3
    assert banner.index("refuser") < banner.index("accepter")
    assert not response.cookies
    assert "csrf" not in banner


@pytest.mark.usefixtures("in_use")
@pytest.mark.parametrize(("pressed", "allowed"), [("accepter", True), ("refuser", False)])
def test_one_press_answers_and_the_page_comes_back_without_the_question(client, pressed, allowed):
    response = client.post("/cookies/", {"choix": pressed, "next": "/lettre/?a=1"}, **ORIGIN)
    assert (response.status_code, response["Location"]) == (302, "/lettre/?a=1")
    kept = response.cookies[cookies.COOKIE]
    assert kept["max-age"] == 182 * 24 * 3600
    assert kept["httponly"]
    page = client.get("/lettre/")
    assert b"cookie-ask" not in page.content
    assert cookies.allows(page.wsgi_request, Topic.VIDEOS) is allowed


@pytest.mark.usefixtures("in_use")
def test_a_refusal_is_written_nowhere_but_in_the_browser(client):
    client.post("/cookies/", {"choix": "refuser"}, **ORIGIN)
    assert client.cookies[cookies.COOKIE].value.split("~")[1] == "0"
    assert not ConsentProof.objects.exists()


@pytest.mark.usefixtures("in_use")
def test_what_was_accepted_and_taken_back_is_proved_and_then_forgotten_by_the_browser(client):
    client.post("/cookies/", {"choix": "accepter"}, **ORIGIN)
    client.post("/cookies/", {"choix": "enregistrer", "categorie-videos": "non"}, **ORIGIN)
    assert events() == [Event.GIVEN, Event.WITHDRAWN]
    assert ConsentDetail.objects.values("subject").distinct().count() == 1
    assert "Une vidéo." in ConsentDetail.objects.first().text
    assert client.cookies[cookies.COOKIE].value.split("~")[1] == "0"


@pytest.mark.usefixtures("in_use")
def test_the_question_comes_back_after_six_months(client, monkeypatch):
    client.post("/cookies/", {"choix": "accepter"}, **ORIGIN)
    later = clock.now() + dt.timedelta(days=181)
    monkeypatch.setattr(cookies, "clock_now", lambda: later)
    assert b"cookie-ask" not in client.get("/lettre/").content
    monkeypatch.setattr(cookies, "clock_now", lambda: later + dt.timedelta(days=1))
    page = client.get("/lettre/")
    assert b"cookie-ask" in page.content
    assert not cookies.allows(page.wsgi_request, Topic.VIDEOS)


@pytest.mark.usefixtures("in_use")
def test_no_line_is_chosen_for_anybody(client):
    page = client.get("/cookies/").content.decode()
    assert "checked" not in page
    assert client.post("/cookies/", {"choix": "enregistrer"}, **ORIGIN).status_code == 422
    assert not ConsentProof.objects.exists()


@pytest.mark.usefixtures("in_use")
@pytest.mark.parametrize(
    "headers", [{}, {"HTTP_ORIGIN": "https://ailleurs.example"}, {**ORIGIN, "HTTP_SEC_FETCH_SITE": "cross-site"}]
)
def test_another_site_cannot_answer_for_the_visitor(client, headers):
    assert client.post("/cookies/", {"choix": "accepter"}, **headers).status_code == 403
    assert not ConsentProof.objects.exists()


@pytest.mark.usefixtures("in_use")
@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "20261301~0~videos-1",
        "20990101~0~videos-1",
        "19990101~0~videos-1",
        "é" * 900,
        "20261122~" + "f" * 31 + "~videos-1",
    ],
)
def test_a_cookie_that_we_did_not_write_is_no_choice(client, value):
    client.cookies[cookies.COOKIE] = value
    page = client.get("/lettre/")
    assert page.status_code == 200
    assert not cookies.allows(page.wsgi_request, Topic.VIDEOS)


@pytest.mark.usefixtures("in_use")
def test_the_answer_never_leads_elsewhere(client):
    assert client.post("/cookies/", {"choix": "refuser", "next": "https://mal.example/"}, **ORIGIN)["Location"] == "/"


# The letter


def mails() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(key__startswith="subscription-").order_by("pk"))


def sign_up(client, email="ines@exemple.fr", **more):
    return client.post("/lettre/", {"email": email, "agreed": "on", **more}, **ORIGIN)


def link(message: OutboxMessage) -> str:
    return re.search(r"http://[^/]+(/lettre/[\w-]+/)", message.text)[1]


def test_nothing_is_sent_before_the_link_of_the_mail_was_opened_and_pressed(client):
    assert sign_up(client)["Location"] == reverse("newsletter_asked")
    row = Subscription.objects.get()
    assert row.confirmed_at is None
    url = link(mails()[0])
    assert client.get(url).status_code == 200
    row.refresh_from_db()
    assert row.confirmed_at is None, "opening confirms nothing: programs open links too"
    client.post(url, {"action": "confirm"})
    row.refresh_from_db()
    assert row.confirmed_at is not None
    assert events() == [Event.GIVEN, Event.CONFIRMED]


def test_the_page_says_the_same_whatever_the_address(client):
    subscribed("connue@exemple.fr")
    BadAddress.objects.create(address="refusee@exemple.fr", error="x", flagged_at=clock.now())
    pages = set()
    for email in ("connue@exemple.fr", "inconnue@exemple.fr", "refusee@exemple.fr"):
        response = sign_up(client, email)
        pages.add((response.status_code, response["Location"]))
    assert len(pages) == 1
    assert not OutboxMessage.objects.filter(to="refusee@exemple.fr").exists()


def test_nobody_fills_somebody_elses_mailbox():
    now = clock.now()
    for minute in range(12):
        subscriptions.ask(
            email="victime@exemple.fr", topics=["newsletter"], how=HOW, now=now + dt.timedelta(minutes=minute)
        )
    assert len(mails()) == subscriptions.MAILS_A_DAY


def test_an_empty_box_or_a_wrong_address_subscribes_nobody_and_keeps_what_was_typed(client):
    response = client.post("/lettre/", {"email": "ines@exemple.fr"}, **ORIGIN)
    assert response.status_code == 422
    assert "ines@exemple.fr" in response.content.decode()
    assert client.post("/lettre/", {"email": "ines", "agreed": "on"}, **ORIGIN).status_code == 422
    assert not Subscription.objects.exists()


def test_a_program_that_fills_the_hidden_field_is_answered_like_anybody(client):
    assert sign_up(client, site_web="https://spam.example").status_code == 302
    assert not Subscription.objects.exists()


def test_a_link_that_nobody_used_in_a_week_opens_nothing_and_leaves_nothing(client):
    subscriptions.ask(email="ines@exemple.fr", topics=["newsletter"], how=HOW, now=clock.now() - dt.timedelta(days=8))
    assert client.get(link(mails()[0])).status_code == 410
    subscriptions.forget_unconfirmed(now=clock.now())
    assert not Subscription.objects.exists()
    assert not ConsentDetail.objects.exists()
    assert list(proofs.problems()) == []


def test_mail_programs_stop_it_in_one_press_without_a_cookie():
    row = subscribed()
    program = Client(enforce_csrf_checks=True)
    url = reverse("subscription_stop", args=[row.token])
    assert program.get(url).status_code == 200
    assert Subscription.objects.exists(), "a link only shows"
    assert program.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Subscription.objects.exists()
    assert events() == [Event.GIVEN, Event.WITHDRAWN]
    assert program.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200, "twice does no harm"


def test_each_mail_about_it_has_the_headers_of_one_press(client):
    sign_up(client)
    headers = mails()[0].headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http.+/lettre/[\w-]+/arreter/>", headers["List-Unsubscribe"])


def test_each_topic_is_given_and_taken_back_by_itself(client):
    row = subscribed()
    url = reverse("subscription", args=[row.token])
    client.post(url, {"action": "choose", "topic": ["newsletter", "surveys"]})
    assert events(topic="surveys") == [Event.GIVEN]
    assert events(topic="newsletter") == [Event.GIVEN], "what did not change is not said again"
    client.post(url, {"action": "choose", "topic": ["newsletter"]})
    assert events(topic="surveys") == [Event.GIVEN, Event.WITHDRAWN]
    assert Subscription.objects.get().topic == "newsletter"


# In the account


@pytest.fixture
def person():
    user = UserFactory(email="lea@exemple.fr")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_the_account_gives_and_takes_back_each_one(client, person):
    client.force_login(person)
    url = reverse("my_consents")
    client.post(url, {"topic": ["events", "offers"]})
    assert set(Subscription.objects.values_list("topic", flat=True)) == {"events", "offers"}
    client.post(url, {"topic": ["events"]})
    assert events(topic="offers") == [Event.GIVEN, Event.WITHDRAWN]
    assert ConsentDetail.objects.filter(user=person).count() == 3
    assert "[x] " in ConsentDetail.objects.first().text
    assert client.get(url).status_code == 200


def test_the_account_shows_what_was_asked_from_the_site_at_its_address(client, person):
    subscribed("lea@exemple.fr", Topic.SURVEYS)
    client.force_login(person)
    assert re.search(r'value="surveys" checked', client.get(reverse("my_consents")).content.decode())


def test_an_address_that_one_only_typed_shows_and_changes_nothing_of_its_reader(client):
    subscribed("victime@exemple.fr")
    stranger = UserFactory(email="victime@exemple.fr")
    client.force_login(stranger)
    assert "checked" not in client.get(reverse("my_consents")).content.decode()
    client.post(reverse("my_consents"), {})
    assert Subscription.objects.filter(email="victime@exemple.fr").exists()
    client.post(reverse("my_consents"), {"topic": ["surveys"]})
    assert Subscription.objects.get(topic="surveys").confirmed_at is None


# Three years


def test_a_month_before_three_years_of_silence_one_mail_asks_once():
    now = clock.now()
    subscribed("vieille@exemple.fr", now=months_before(now, 36) + dt.timedelta(days=20))
    subscribed("recente@exemple.fr", now=months_before(now, 30))
    subscriptions.ask_to_renew(now=now)
    subscriptions.ask_to_renew(now=now + dt.timedelta(days=2))
    assert [message.to for message in mails()] == ["vieille@exemple.fr"]


def test_a_yes_makes_it_three_years_more_and_silence_ends_it(client):
    now = clock.now()
    asked = months_before(now, 36) + dt.timedelta(days=20)
    stays, goes = subscribed("oui@exemple.fr", now=asked), subscribed("rien@exemple.fr", now=asked)
    subscriptions.ask_to_renew(now=now)
    client.post(reverse("subscription", args=[stays.token]), {"action": "renew"})
    rule = rules.get("subscriptions")
    limit = months_before(now + dt.timedelta(days=31), 36)
    over = rule.expired(limit)
    assert [row.email for row in over] == ["rien@exemple.fr"]
    rule.end([row.pk for row in over], now)
    assert Subscription.objects.get().email == "oui@exemple.fr"
    assert events(detail__subject=goes.subject) == [Event.GIVEN, Event.ENDED]
    assert events(detail__subject=stays.subject) == [Event.GIVEN, Event.RENEWED]


def test_proofs_name_nobody_five_years_after_the_last_of_them_and_not_while_a_subscription_stands():
    now = clock.now()
    old = months_before(now, 70)
    stopped = subscribed("finie@exemple.fr", now=old)
    subscriptions.stop(subscription=stopped, how=HOW, now=months_before(now, 61))
    subscribed("active@exemple.fr", now=old)
    cookie = uuid.uuid4()
    proofs.record(subject=cookie, topic=Topic.VIDEOS, event=Event.GIVEN, how=HOW, now=old)
    over = rules.get("consent-details").expired(months_before(now, 60))
    assert set(over.values_list("subject", flat=True)) == {stopped.subject, cookie}
    over.delete()
    assert list(proofs.problems()) == []
