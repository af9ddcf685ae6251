"""Writing to a practitioner from the public page (P5): nobody sees an address in the page, nobody writes in another's name."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client

from booking.actions import client_messages, client_records, first_messages
from booking.models import ClientMessage, ClientRecord, ClientThread, FirstMessage
from common import clock
from common.models import OutboxMessage
from common.sent_by_people import SentByPeople
from common.signals import page_used
from practitioners.models import Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
WORDS = "Bonjour, la séance se fait-elle habillé ?"


@pytest.fixture
def claire() -> Practitioner:
    return PractitionerFactory()


def form(**more: str) -> dict[str, str]:
    with time_machine.travel(clock.now() - dt.timedelta(seconds=30)):
        shown = SentByPeople.shown_now()["shown"]
    return {"first_name": "Léa", "last_name": "", "email": "Lea@exemple.fr", "text": WORDS, "shown": shown} | more


def address(practitioner: Practitioner) -> str:
    return f"/rendez-vous/avec/{practitioner.slug}/ecrire/"


def link() -> str:
    mail = OutboxMessage.objects.get(key__startswith="first-message-")
    found = re.search(r"https?://[^/]+(/rendez-vous/ecrire/\S+)", mail.text)
    assert found
    return found.group(1)


def test_the_page_leads_to_the_form(client: Client, claire: Practitioner) -> None:
    assert address(claire) in client.get(f"/praticiens/{claire.slug}/").content.decode()
    assert client.get(address(claire)).status_code == 200


def test_the_message_leaves_with_the_press_in_the_mail_and_not_before(client: Client, claire: Practitioner) -> None:
    asked = client.post(address(claire), form())
    assert asked.status_code == 200
    assert WORDS not in OutboxMessage.objects.get().text
    opened = client.get(link())
    assert WORDS in opened.content.decode()
    assert not ClientMessage.objects.exists()
    heard: list[dict] = []
    page_used.connect(lambda sender, **told: heard.append(told), weak=False, dispatch_uid="test")
    try:
        thread = client.post(link(), follow=True)
    finally:
        page_used.disconnect(dispatch_uid="test")
    assert WORDS in thread.content.decode()
    message = ClientMessage.objects.get()
    assert (message.by, message.thread.record.practitioner, message.thread.record.source) == (
        "client",
        claire,
        "message",
    )
    assert not FirstMessage.objects.exists()
    told = OutboxMessage.objects.get(to=claire.professional_email)
    assert WORDS not in told.text + told.html
    assert [(one["what"], one["practitioner_id"]) for one in heard] == [("message", claire.pk)]


def test_the_answer_reaches_who_wrote_by_a_link(client: Client, claire: Practitioner) -> None:
    client.post(address(claire), form())
    client.post(link())
    record = ClientRecord.objects.get()
    client_messages.write(record_id=record.pk, by="practitioner", author=claire.user, text="Oui !", now=clock.now())
    mail = OutboxMessage.objects.get(to="lea@exemple.fr", key__startswith="client-message-")
    path = re.search(r"https?://[^/]+(/rendez-vous/messages/\S+)", mail.text).group(1)  # type: ignore[union-attr]
    assert "Oui !" in Client().get(path, follow=True).content.decode()


def test_a_second_press_and_an_old_link_say_so(client: Client, claire: Practitioner) -> None:
    client.post(address(claire), form())
    path = link()
    client.post(path)
    assert client.post(path).status_code == 410
    client.post(address(claire), form(email="autre@exemple.fr"))
    old = first_messages.path_of(FirstMessage.objects.get())
    with time_machine.travel(clock.now() + dt.timedelta(hours=49)):
        assert client.get(old).status_code == 410
        assert first_messages.forget(now=clock.now()) == 1
    assert client.get("/rendez-vous/ecrire/faux/").status_code == 410


def test_who_reads_the_address_of_the_account_writes_at_once(client: Client, login_as, claire: Practitioner) -> None:
    user = UserFactory(email="lea@exemple.fr")
    login_as(user)
    # Not confirmed yet: like anybody.
    assert client.post(address(claire), form()).status_code == 200
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    page = client.get(address(claire)).content.decode()
    assert 'name="email"' not in page
    answer = client.post(address(claire), form())
    assert answer.status_code == 302
    assert ClientThread.objects.get().record.user == user
    assert client.get(answer["Location"]).status_code == 200


def test_who_was_a_client_goes_on_in_the_same_thread(claire: Practitioner) -> None:
    known = client_records.create(
        practitioner=claire, first_name="Léa", last_name="Roux", email="lea@exemple.fr", now=clock.now()
    )
    client_records.archive(record_id=known.pk, now=clock.now())
    asked = first_messages.ask(
        practitioner=claire, first_name="L.", last_name="", email="LEA@exemple.fr", text=WORDS, now=clock.now()
    )
    first_messages.confirm(message_id=asked.pk, now=clock.now())
    known.refresh_from_db()
    assert (known.thread.messages.get().text, known.first_name, known.archived_at) == (WORDS, "Léa", None)


def test_the_record_of_another_account_is_not_joined(claire: Practitioner) -> None:
    theirs = ClientRecord.objects.create(
        practitioner=claire, user=UserFactory(), first_name="Léa", email="lea@exemple.fr", created_at=clock.now()
    )
    first_messages.write(practitioner=claire, user=UserFactory(email="lea@exemple.fr"), text=WORDS, now=clock.now())
    assert not ClientThread.objects.filter(record=theirs).exists()


def test_programs_are_answered_and_nothing_is_kept(client: Client, claire: Practitioner) -> None:
    assert client.post(address(claire), form(site_web="https://spam.example")).status_code == 200
    assert not FirstMessage.objects.exists()
    too_fast = client.post(address(claire), form(shown=SentByPeople.shown_now()["shown"]))
    assert too_fast.status_code == 422
    assert WORDS in too_fast.content.decode()


@pytest.mark.parametrize("wrong", [{"email": "nulle part"}, {"text": ""}, {"text": "x" * 2001}, {"first_name": ""}])
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client: Client, claire: Practitioner, wrong: dict) -> None:
    answer = client.post(address(claire), form(**wrong))
    assert answer.status_code == 422
    assert "Léa" in answer.content.decode() or "first_name" in wrong


def test_one_address_asks_a_few_people_and_a_network_a_few_times(client: Client) -> None:
    several = PractitionerFactory.create_batch(6)
    answers = [client.post(address(one), form()) for one in several]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert WORDS in answers[-1].content.decode()
    # Other addresses of the same connection: ten an hour in all.
    more = [client.post(address(several[0]), form(email=f"a{n}@exemple.fr")).status_code for n in range(5)]
    assert more == [200] * 4 + [429]


def test_nobody_writes_to_who_is_not_listed(client: Client, claire: Practitioner) -> None:
    client.post(address(claire), form())
    Practitioner.objects.filter(pk=claire.pk).update(status=Practitioner.Status.SUSPENDED)
    assert client.get(address(claire)).status_code == 404
    assert client.post(link()).status_code == 404
    assert not ClientMessage.objects.exists()
