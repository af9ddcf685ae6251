"""Writing to the site: the contact form, the help of an account, the desk that answers, and when it ends."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from common import clock
from common.models import OutboxMessage
from common.retention import account_parts, months_before, rules
from common.sent_by_people import SentByPeople
from legal.exchanges import conversations
from legal.models import Exchange, ExchangeMessage
from tests.factories.accounts import UserFactory
from tests.factories.legal import Kind, make_document, make_version

pytestmark = pytest.mark.django_db
WORDS = {"category": "listing", "subject": "Devenir praticienne", "text": "Quels documents faut-il ?"}


def stamped(seconds: int = 30) -> str:
    with time_machine.travel(clock.now() - dt.timedelta(seconds=seconds)):
        return SentByPeople.shown_now()["shown"]


def form(**more) -> dict[str, str]:
    return {"email": "Helene@exemple.fr", "name": "Hélène", "shown": stamped(), "site_web": "", **WORDS, **more}


def test_a_message_keeps_the_version_of_the_privacy_policy_that_was_shown(client):
    policy = make_version(make_document(Kind.PRIVACY))
    assert policy.get_absolute_url() in client.get(reverse("contact")).content.decode()
    assert client.post(reverse("contact"), form())["Location"] == reverse("contact_received")
    row = Exchange.objects.get()
    assert (row.kind, row.policy, row.email, row.state) == ("contact", policy, "helene@exemple.fr", "waiting")
    assert row.messages.get().text == WORDS["text"]
    mail = OutboxMessage.objects.get(to="helene@exemple.fr")
    assert row.reference in mail.text
    assert WORDS["text"] in mail.text
    assert row.reference in client.get(reverse("contact_received")).content.decode()


def test_the_page_asks_no_number_and_says_that_nobody_calls(client):
    page = client.get(reverse("contact")).content.decode()
    assert 'type="tel"' not in page
    assert "démarchage téléphonique" in page or "phone solicitation" in page


@pytest.mark.parametrize(
    "wrong",
    [{"email": "x"}, {"category": "rien"}, {"subject": ""}, {"text": "a" * 5001}, {"subject": "é" * 121}],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, wrong):
    response = client.post(reverse("contact"), form(**wrong))
    assert response.status_code == 422
    assert "Hélène" in response.content.decode()
    assert not Exchange.objects.exists()


def test_a_program_is_told_nothing_and_keeps_nothing(client):
    assert client.post(reverse("contact"), form(site_web="http://spam.example")).status_code == 302
    assert not Exchange.objects.exists()


@pytest.mark.parametrize("shown", [0, "", "1:faux:faux", 13 * 3600])
def test_a_message_faster_than_anybody_writes_is_kept_in_the_form_and_leaves_at_the_next_press(client, shown):
    shown = stamped(shown) if isinstance(shown, int) else shown
    response = client.post(reverse("contact"), form(shown=shown))
    assert response.status_code == 422
    assert WORDS["text"] in response.content.decode()
    assert not Exchange.objects.exists()
    again = response.context["form"]["shown"].value()
    with time_machine.travel(clock.now() + dt.timedelta(seconds=5)):
        assert client.post(reverse("contact"), form(shown=again)).status_code == 302


def test_one_connection_does_not_flood_the_desk(client):
    statuses = [client.post(reverse("contact"), form(subject=f"Sujet {n}")).status_code for n in range(7)]
    assert statuses == [302] * 5 + [429] * 2
    assert Exchange.objects.count() == 5


def test_pressed_twice_it_is_one_message(client):
    client.post(reverse("contact"), form())
    client.post(reverse("contact"), form())
    assert Exchange.objects.count() == 1


# Signed in


@pytest.fixture
def person(client):
    user = UserFactory(email="lea@exemple.fr")
    client.force_login(user)
    return user


def asked(user, **more) -> Exchange:
    facts = {"category": "payment", "subject": "Mon reçu", "text": "Où est-il ?", "now": clock.now(), **more}
    return conversations.ask_for_help(user=user, **facts)


def test_a_conversation_is_followed_in_the_account_until_it_is_resolved(client, person):
    response = client.post(reverse("help"), {"category": "payment", "subject": "Mon reçu", "text": "Où est-il ?"})
    row = Exchange.objects.get()
    assert response["Location"] == reverse("help_one", args=[row.reference])
    staff = UserFactory(is_superuser=True)
    conversations.note(exchange=row, staff=staff, text="Voir avec Sophie", now=clock.now())
    conversations.answer(exchange=row, staff=staff, text="Dans Mes paiements.", now=clock.now())
    page = client.get(reverse("help_one", args=[row.reference])).content.decode()
    assert "Dans Mes paiements." in page
    assert "Voir avec Sophie" not in page
    client.post(reverse("help_one", args=[row.reference]), {"text": "Trouvé, merci."})
    row.refresh_from_db()
    assert row.state == "waiting"
    client.post(reverse("help_resolved", args=[row.reference]))
    row.refresh_from_db()
    assert row.is_closed
    assert client.post(reverse("help_one", args=[row.reference]), {"text": "Encore"}).status_code == 409


def test_somebody_elses_conversation_does_not_exist(client, person):
    other = asked(UserFactory())
    for name in ("help_one", "help_resolved"):
        assert client.post(reverse(name, args=[other.reference]), {"text": "x"}).status_code == 404
    assert client.get(reverse("help_one", args=[other.reference])).status_code == 404


def test_open_conversations_are_counted(client, person):
    for number in range(conversations.MOST_OPEN):
        asked(person, subject=f"Sujet {number}")
    response = client.post(reverse("help"), {"category": "other", "subject": "Encore", "text": "Oui"})
    assert response.status_code == 409
    assert "Encore" in response.content.decode()


# The desk


def test_the_answer_leaves_by_mail_and_nobody_answers_oneself():
    staff = UserFactory(is_superuser=True)
    row = asked(UserFactory(email="lea@exemple.fr"))
    conversations.answer(exchange=row, staff=staff, text="Voici.", now=clock.now(), close=True)
    mail = OutboxMessage.objects.filter(to="lea@exemple.fr").latest("pk")
    assert "Voici." in mail.text
    row.refresh_from_db()
    assert row.is_closed
    own = asked(staff)
    with pytest.raises(conversations.NotAllowed):
        conversations.answer(exchange=own, staff=staff, text="À moi-même", now=clock.now())
    stranger = UserFactory()
    with pytest.raises(conversations.NotAllowed):
        conversations.answer(exchange=asked(UserFactory()), staff=stranger, text="x", now=clock.now())


# The end


def test_a_contact_ends_three_years_after_the_request_and_help_once_resolved():
    now = clock.now()
    user = UserFactory()
    old = conversations.write_to_us(
        email="a@exemple.fr",
        name="",
        category="other",
        subject="S",
        text="T",
        now=months_before(now, 36) - dt.timedelta(1),
    )
    conversations.write_to_us(
        email="b@exemple.fr", name="", category="other", subject="S", text="T", now=months_before(now, 35)
    )
    open_one, closed = asked(user), asked(user, subject="Autre")
    conversations.close(exchange=closed, now=now - dt.timedelta(hours=1))
    assert list(rules.get("contacts").expired(months_before(now, 36))) == [old]
    assert list(rules.get("support").expired(now)) == [closed]
    assert open_one.pk != closed.pk


def test_an_erased_account_leaves_none_of_its_words():
    user = UserFactory(email="lea@exemple.fr")
    asked(user)
    conversations.write_to_us(
        email="lea@exemple.fr", name="Léa", category="other", subject="S", text="T", now=clock.now()
    )
    for part in account_parts:
        part([user.pk], [user.email], clock.now())
    assert not ExchangeMessage.objects.exists()
