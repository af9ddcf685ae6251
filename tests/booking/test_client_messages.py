"""The thread of a practitioner and a client: private, told of by mail without its text, erased a year after its end."""

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from booking import access, client_access
from booking.actions import client_messages, client_records
from booking.errors import NoAddress, TooManyMessages
from booking.models import ClientMessage, ClientRecord, ClientThread
from common.clock import now
from common.models import OutboxMessage
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
BY = ClientMessage.By
SECRET = "Venez par la cour, code 4812."


@pytest.fixture
def appointment():
    row = AppointmentFactory(client=UserFactory(email="lea@exemple.fr"))
    EmailAddress.objects.create(user=row.client, email="lea@exemple.fr", verified=True, primary=True)
    row.record = client_records.enter(row, now=now())
    row.save(update_fields=["record"])
    row.refresh_from_db()
    return row


def write(
    appointment, by: str = BY.PRACTITIONER, text: str = SECRET, moment: dt.datetime | None = None
) -> ClientMessage:
    return client_messages.write(record_id=appointment.record_id, by=by, author=None, text=text, now=moment or now())


def test_the_practitioner_writes_and_the_mail_does_not_say_what(client: Client, login_as, appointment) -> None:
    login_as(appointment.practitioner.user)
    address = f"/espace-praticien/clients/{appointment.record_id}/"
    assert client.post(address + "message/", {"message-text": SECRET}).status_code == 302
    mail = OutboxMessage.objects.get(key__startswith="client-message-")
    assert mail.to == "lea@exemple.fr"
    assert "4812" not in mail.text + mail.html + mail.subject
    link = re.search(r"https?://[^/]+(/rendez-vous/messages/\S+)", mail.text).group(1)  # type: ignore[union-attr]
    client.logout()
    opened = client.get(link, follow=True)
    assert SECRET in opened.content.decode()
    assert ClientMessage.objects.get().read_at is not None
    answer = client.post(opened.redirect_chain[-1][0], {"text": "Merci !"})
    assert answer.status_code == 302
    back = OutboxMessage.objects.filter(to=appointment.practitioner.professional_email).get(
        key__startswith="client-message"
    )
    assert "Merci" not in back.text + back.html
    login_as(appointment.practitioner.user)
    page = client.get(address).content.decode()
    assert page.index(SECRET) < page.index("Merci !")


def test_the_signed_in_client_writes_first_from_the_appointment(client: Client, login_as, appointment) -> None:
    login_as(appointment.client)
    address = f"/rendez-vous/{appointment.reference}/messages/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"text": "Faut-il un tapis ?"}).status_code == 302
    assert "Faut-il un tapis ?" in client.get(address).content.decode()
    thread = ClientThread.objects.get()
    assert client.get(f"/rendez-vous/messages/{thread.key}/").status_code == 200


def test_who_booked_with_somebodys_address_does_not_read_the_thread(client: Client, appointment) -> None:
    """The session of a booking proves nothing: anybody may type an address."""
    write(appointment)
    stranger = AppointmentFactory(
        practitioner=appointment.practitioner, client=appointment.client, record=appointment.record, holder_key="k" * 43,
        starts_at=appointment.starts_at + dt.timedelta(days=2),
    )  # fmt: skip
    session = client.session
    session[access.HOLDER] = "k" * 43
    session.save()
    answer = client.get(f"/rendez-vous/{stranger.reference}/messages/")
    assert answer.status_code == 403
    assert SECRET not in answer.content.decode()
    assert client.post(f"/rendez-vous/{stranger.reference}/messages/", {"text": "x"}).status_code == 403
    assert client.get(f"/rendez-vous/messages/{ClientThread.objects.get().key}/").status_code == 404
    assert client.get(f"/rendez-vous/{stranger.reference}/acces/{access.token(stranger)}/").status_code == 302
    assert SECRET in client.get(f"/rendez-vous/{stranger.reference}/messages/").content.decode()


def test_an_account_made_with_somebodys_address_does_not_read_what_was_written_to_them(client: Client) -> None:
    """Nobody confirms an address to sign up or to book; the record that the practitioner had is older than the account."""
    row = AppointmentFactory(client=UserFactory(email="lea@exemple.fr"), contact_email="lea@exemple.fr")
    known = client_records.create(
        practitioner=row.practitioner, first_name="Léa", last_name="Bernard", email="lea@exemple.fr", now=now()
    )
    client_messages.write(record_id=known.pk, by=BY.PRACTITIONER, author=None, text=SECRET, now=now())
    row.record = client_records.enter(row, now=now())
    row.save(update_fields=["record"])
    assert row.record == known
    client.force_login(row.client)
    thread = f"/rendez-vous/messages/{ClientThread.objects.get().key}/"
    assert client.get(thread).status_code == 404
    answer = client.get(f"/rendez-vous/{row.reference}/messages/")
    assert (answer.status_code, SECRET in answer.content.decode()) == (403, False)
    EmailAddress.objects.create(user=row.client, email="lea@exemple.fr", verified=True, primary=True)
    assert SECRET in client.get(f"/rendez-vous/{row.reference}/messages/").content.decode()


def test_another_client_a_forged_link_and_a_former_address_open_nothing(client: Client, login_as, appointment) -> None:
    write(appointment)
    thread = ClientThread.objects.get()
    path = f"/rendez-vous/messages/{thread.key}/"
    assert client.get(path + "acces/forge/").status_code == 404
    link = client_access.thread_url(thread).partition("//")[2].partition("/")[2]
    appointment.record.user = None
    appointment.record.email = "nouvelle@exemple.fr"
    appointment.record.save()
    assert client.get(f"/{link}").status_code == 404
    login_as(UserFactory())
    assert client.get(path).status_code == 404
    assert client.get(f"/rendez-vous/{appointment.reference}/messages/").status_code == 404


@pytest.mark.parametrize(
    ("text", "status"), [("", 422), ("   ", 422), ("x" * 2001, 422), ("🙂" * 2000, 302), ("\u202eabc", 302)]
)
def test_what_may_be_written(client: Client, login_as, appointment, text: str, status: int) -> None:
    login_as(appointment.practitioner.user)
    address = f"/espace-praticien/clients/{appointment.record_id}/message/"
    answer = client.post(address, {"message-text": text})
    assert answer.status_code == status
    if status == 422:
        assert text.strip()[:50] in answer.content.decode()
    assert client.post(address, {"message-text": "a\0"}).status_code == 400
    login_as(appointment.client)
    assert client.post(f"/rendez-vous/{appointment.reference}/messages/", {"text": text}).status_code == status


def test_a_burst_is_one_mail_and_what_is_read_is_told_of_again(appointment) -> None:
    start = now()
    for minute in range(3):
        write(appointment, moment=start + dt.timedelta(minutes=minute))
    assert OutboxMessage.objects.count() == 1
    client_messages.read(thread=ClientThread.objects.get(), reader=BY.CLIENT, now=start)
    write(appointment, moment=start + dt.timedelta(minutes=4))
    assert OutboxMessage.objects.count() == 2


def test_nobody_floods_a_thread_and_a_practitioner_sends_no_circular(appointment, client: Client, login_as) -> None:
    for _n in range(client_messages.IN_A_THREAD):
        write(appointment)
    with pytest.raises(TooManyMessages):
        write(appointment)
    write(appointment, BY.CLIENT)
    write(appointment, moment=now() + dt.timedelta(hours=2))
    login_as(appointment.practitioner.user)
    refused = client.post(f"/espace-praticien/clients/{appointment.record_id}/message/", {"message-text": "Gardé"})
    assert refused.status_code == 429
    assert "Gardé" in refused.content.decode()
    records = [
        client_records.create(
            practitioner=appointment.practitioner, first_name="C", last_name=str(n), email=f"c{n}@exemple.fr", now=now()
        )
        for n in range(client_messages.OF_A_PRACTITIONER)
    ]
    sent = sum(_sends(record) for record in records)
    assert sent == client_messages.OF_A_PRACTITIONER - client_messages.IN_A_THREAD - 1  # that of two hours later


def _sends(record: ClientRecord) -> bool:
    try:
        client_messages.write(record_id=record.pk, by=BY.PRACTITIONER, author=None, text="Promo", now=now())
    except TooManyMessages:
        return False
    return True


def test_without_an_address_nothing_is_sent() -> None:
    record = client_records.create(practitioner=PractitionerFactory(), first_name="Ana", last_name="", now=now())
    with pytest.raises(NoAddress):
        client_messages.write(record_id=record.pk, by=BY.PRACTITIONER, author=None, text="x", now=now())


def test_an_exchange_is_erased_a_year_after_its_last_message(appointment) -> None:
    from booking.tasks import forget_exchanges

    write(appointment, moment=now() - dt.timedelta(days=400))
    write(appointment, moment=now() - dt.timedelta(days=364))
    forget_exchanges()
    assert ClientMessage.objects.count() == 2
    ClientThread.objects.update(last_at=now() - dt.timedelta(days=366))
    forget_exchanges()
    assert not ClientMessage.objects.exists()
    appointment.record.refresh_from_db()
