"""A letter reaches those who asked for its subject, once, at a pace, and nobody else; sent, it does not change."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from common import clock, delivery
from common.models import BadAddress, OutboxMessage
from editorial.actions import letters as actions
from editorial.letters import mails
from editorial.models import Letter
from legal.consents import subscriptions
from legal.consents.proofs import Circumstances
from legal.models import Subscription
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
HOW = Circumstances(text="La case")


@pytest.fixture
def letter() -> Letter:
    row = Letter(
        subject="Bien dormir", opening="Trois habitudes.", body='<p>Lisez <a href="/articles/">nos articles</a>.</p>'
    )
    return actions.save(letter=row, author=UserFactory(), now=clock.now())


def readers(*names: str, topic: str = "newsletter") -> None:
    before = clock.now() - dt.timedelta(days=1)
    for name in names:
        subscriptions.choose(email=f"{name}@exemple.fr", wanted=[topic], how=HOW, now=before)


def sent_to() -> list[str]:
    return sorted(OutboxMessage.objects.filter(renderer=mails.RENDERER).values_list("to", flat=True))


def send(letter: Letter) -> None:
    editor = UserFactory()
    actions.try_on(letter=letter, person=editor, now=clock.now())
    actions.send(letter=letter, sender=editor, now=clock.now())


def test_it_reaches_those_who_confirmed_its_subject_at_an_address_that_receives(letter):
    readers("ines", "marc", "refusee")
    readers("julie", topic="surveys")
    subscriptions.ask(email="pas-confirmee@exemple.fr", topics=["newsletter"], how=HOW, now=clock.now())
    BadAddress.objects.create(address="refusee@exemple.fr", error="x", flagged_at=clock.now())
    send(letter)
    actions.send_due(now=clock.now())
    assert sent_to() == ["ines@exemple.fr", "marc@exemple.fr"]
    letter.refresh_from_db()
    assert (letter.state, letter.count) == ("sent", 2)


def test_it_leaves_in_batches_and_once_each(letter):
    readers(*(f"lectrice{n}" for n in range(7)))
    send(letter)
    assert [actions.send_due(now=clock.now(), pace=3) for _run in range(4)] == [3, 3, 1, 0]
    assert len(sent_to()) == len(set(sent_to())) == 7


def test_each_message_has_its_own_way_to_stop_and_who_stopped_meanwhile_gets_none(letter, mailoutbox):
    readers("ines", "marc")
    send(letter)
    actions.send_due(now=clock.now())
    subscriptions.stop(subscription=Subscription.objects.get(email="marc@exemple.fr"), how=HOW, now=clock.now())
    for row in OutboxMessage.objects.filter(renderer=mails.RENDERER):
        delivery.deliver(row.pk)
    [mail] = [each for each in mailoutbox if "Bien dormir" in each.subject]
    token = Subscription.objects.get(email="ines@exemple.fr").token
    assert mail.to == ["ines@exemple.fr"]
    assert f"/lettre/{token}/arreter/" in mail.extra_headers["List-Unsubscribe"]
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/articles/)" in mail.body
    assert OutboxMessage.objects.get(to="marc@exemple.fr").reason == OutboxMessage.Reason.UNWANTED


def test_it_is_read_by_who_sends_it_first_as_it_stands(letter):
    readers("ines")
    with pytest.raises(actions.NotTried):
        actions.send(letter=letter, sender=UserFactory(), now=clock.now())
    actions.try_on(letter=letter, person=UserFactory(email="moi@exemple.fr"), now=clock.now())
    assert OutboxMessage.objects.filter(to="moi@exemple.fr", subject="Bien dormir").exists()
    letter.refresh_from_db()
    letter.subject = "Mieux dormir"
    actions.save(letter=letter, author=letter.author, now=clock.now())
    with pytest.raises(actions.NotTried):
        actions.send(letter=letter, sender=UserFactory(), now=clock.now())


def test_sent_it_does_not_change_even_in_the_database(letter):
    readers("ines")
    send(letter)
    letter.refresh_from_db()
    letter.subject = "Autre"
    with pytest.raises(actions.AlreadySent):
        actions.save(letter=letter, author=letter.author, now=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(subject="Autre")
    with pytest.raises(actions.AlreadySent):
        actions.delete(letter=letter)


def test_without_readers_nothing_is_sent(letter):
    actions.try_on(letter=letter, person=UserFactory(), now=clock.now())
    with pytest.raises(actions.NobodyAsked):
        actions.send(letter=letter, sender=UserFactory(), now=clock.now())


def test_only_editors_enter_its_desk(client):
    client.force_login(UserFactory())
    assert client.get(reverse("letter_desk")).status_code in {302, 403}
