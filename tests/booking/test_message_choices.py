"""What readers choose, what the operator writes, and what pages show of the messages sent."""

import datetime as dt
from typing import Any

import pytest

from booking.models import MessageWording, NotificationPreference, PractitionerNotifications
from booking.notifications import tell
from booking.notifications.reminders import remind
from common import clock, delivery
from common.models import BadAddress, OutboxMessage, ReadingLog
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, bookable_practitioner
from tests.plugins.people import sign_in_fully

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 12, 1, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def client_user() -> Any:
    return UserFactory()


# --- the client ------------------------------------------------------------------------------------------------------


def test_a_client_chooses_reminders_and_sees_the_choice(client, client_user):
    client.force_login(client_user)
    page = client.get("/compte/notifications/").content.decode()
    assert page.count("checked") == 2
    assert client.post("/compte/notifications/", {"email_2h": "on", "sms": "on"}).status_code == 302
    chosen = NotificationPreference.objects.get(user=client_user)
    assert (chosen.email_48h, chosen.email_2h, chosen.sms) == (False, True, True)
    assert client.get("/compte/notifications/").content.decode().count("checked") == 2


def test_an_sms_asked_for_at_a_booking_is_ticked(client, client_user):
    AppointmentFactory(client=client_user, sms_reminder=True)
    client.force_login(client_user)
    assert client.get("/compte/notifications/").content.decode().count("checked") == 3


@pytest.mark.parametrize("sent", [{}, {"email_48h": "\x01" * 10_000}, {"sms": "😀"}, {"unknown": "1"}])
def test_whatever_is_sent_is_a_choice(client, client_user, sent):
    client.force_login(client_user)
    assert client.post("/compte/notifications/", sent).status_code == 302


def test_the_choice_is_asked_of_who_is_signed_in(client):
    assert client.get("/compte/notifications/").status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/rendez-vous/RDV0000001/rappels/reminder_48h/nonsense/",
        "/rendez-vous/RDV0000001/rappels/confirmed/nonsense/",
        "/rendez-vous/" + "A" * 500 + "/rappels/reminder_48h/x/",
        "/s/RDV0000001/nonsense/",
        "/s/RDV0000001/%F0%9F%98%80/",
    ],
)
def test_links_that_are_not_ours_lead_nowhere(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code in (404, 405)


def test_the_link_of_one_appointment_stops_nothing_for_another(client):
    from booking.notifications import stops
    from booking.notifications.kinds import KINDS

    mine, other = AppointmentFactory(), AppointmentFactory()
    path = stops.url(mine.reference, KINDS["reminder_2h"]).partition("8000")[2]
    assert client.post(path.replace(mine.reference, other.reference)).status_code == 404
    assert client.post(path.replace("reminder_2h", "reminder_48h")).status_code == 404


def test_the_short_link_of_an_sms_leads_to_the_policy(client):
    from booking import short_links

    appointment = AppointmentFactory()
    path = short_links.url(appointment).partition("8000")[2]
    answer = client.get(path)
    assert answer.status_code == 302
    assert "/empechement/" in answer["Location"]
    appointment.refresh_from_db()
    assert appointment.status == "confirmed", "nothing is cancelled by a link"


# --- the practitioner ------------------------------------------------------------------------------------------------


def office(client: Any) -> Any:
    practitioner, _service = bookable_practitioner()
    sign_in_fully(client, practitioner.user)
    return practitioner


def test_a_practitioner_chooses_messages(client):
    practitioner = office(client)
    assert client.get("/espace-praticien/notifications/").content.decode().count("checked") == 2
    assert client.post("/espace-praticien/notifications/", {"tomorrow": "on"}).status_code == 302
    chosen = PractitionerNotifications.objects.get(practitioner=practitioner)
    assert (chosen.bookings, chosen.changes, chosen.tomorrow) == (False, False, True)


def test_the_office_shows_what_was_sent_with_its_fate(client, monkeypatch):
    practitioner = office(client)
    appointment = AppointmentFactory(practitioner=practitioner, contact_email="lea@exemple.fr")
    tell(appointment, "confirmed")
    for message in OutboxMessage.objects.all():
        delivery.deliver(message.pk)
    page = client.get(f"/espace-praticien/rendez-vous/{appointment.reference}/").content.decode()
    assert "Messages envoyés" in page
    assert "Rendez-vous confirmé" in page
    assert "ne reçoit pas" not in page
    BadAddress.objects.create(address="lea@exemple.fr", error="550", flagged_at=NOW)
    page = client.get(f"/espace-praticien/rendez-vous/{appointment.reference}/").content.decode()
    assert "Léa Bernard ne reçoit pas vos e-mails à l’adresse" in page


# --- the operator ----------------------------------------------------------------------------------------------------


@pytest.fixture
def operator(client: Any, admin_user: Any) -> Any:
    sign_in_fully(client, admin_user)
    return admin_user


WORDS = "/cms/messages/confirmed/client/"


def test_the_desk_lists_every_message(client, operator):
    page = client.get("/cms/messages/").content.decode()
    assert WORDS in page
    assert "/cms/messages/reminder_sms/client/" in page
    assert "tomorrow" not in page


def test_words_are_saved_as_versions_and_taken_up_again(client, operator):
    first = {"subject": "Bonjour {prenom}", "heading": "", "opening": "À {date}", "closing": ""}
    assert client.post(WORDS, first).status_code == 302
    assert client.post(WORDS, first).status_code == 302
    assert client.post(WORDS, first | {"subject": "Autre"}).status_code == 302
    assert client.post(WORDS, {"standard": "1", "subject": "ignored"}).status_code == 302
    numbers = list(MessageWording.objects.order_by("number").values_list("number", "subject"))
    assert numbers == [(1, "Bonjour {prenom}"), (2, "Autre"), (3, "")]
    assert MessageWording.objects.get(number=3).is_standard
    page = client.get(f"{WORDS}?version=1").content.decode()
    assert "Bonjour {prenom}" in page
    assert client.get(f"{WORDS}?version=99999999999999").status_code == 200


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"opening": "Bonjour {motif}"}, "{motif}"),
        ({"subject": "{prenom"}, "Inconnu"),
        ({"closing": "{{ settings.SECRET_KEY }}"}, "Inconnu"),
        ({"heading": "Bonjour"}, "début"),
        ({"opening": "x" * 2001}, ""),
    ],
)
def test_words_with_anything_but_the_placeholders_are_refused(client, operator, sent, said):
    answer = client.post(WORDS, sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert next(iter(sent.values()))[:20] in answer.content.decode().replace("&#x27;", "'"), "nothing typed is lost"
    assert not MessageWording.objects.exists()


def test_an_sms_that_is_too_long_is_refused_with_its_length(client, operator):
    path = "/cms/messages/reminder_sms/client/"
    answer = client.post(path, {"opening": "é" * 150})
    assert answer.status_code == 422
    assert "160" in answer.content.decode()
    assert client.post(path, {"opening": "Séance {date} à {heure}."}).status_code == 302


def test_a_preview_on_nobody_and_on_a_real_appointment_whose_reading_is_logged(client, operator):
    assert "approche" in client.get("/cms/messages/reminder_48h/client/apercu/").content.decode()
    words = {"opening": "Bonjour {prenom} !", "forme": "html"}
    answer = client.post(f"{WORDS}apercu/", words)
    assert answer.status_code == 200
    assert "Bonjour Camille" in answer.content.decode()
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert not ReadingLog.objects.exists()
    appointment = AppointmentFactory(contact_first_name="Yseult")
    refused = client.post(f"{WORDS}apercu/", words | {"reference": appointment.reference})
    assert refused.status_code == 422
    assert not ReadingLog.objects.exists()
    asked = words | {"reference": appointment.reference.lower(), "why": "Vérifier le texte", "forme": "texte"}
    assert "Bonjour Yseult" in client.post(f"{WORDS}apercu/", asked).content.decode()
    logged = ReadingLog.objects.get()
    assert (logged.subject, logged.reason) == (f"booking.Appointment:{appointment.pk}", "Vérifier le texte")
    assert not MessageWording.objects.exists()
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("kind", ["confirmed", "moved", "reminder_48h", "reminder_sms", "cancelled", "proposed"])
def test_every_message_has_its_preview(client, operator, kind):
    assert client.post(f"/cms/messages/{kind}/client/apercu/", {"forme": "texte"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["confirmed/nobody/", "tomorrow/practitioner/", "nothing/client/", "refused/practitioner/"]
)
def test_messages_that_do_not_exist_have_no_desk(client, operator, path):
    assert client.get(f"/cms/messages/{path}").status_code == 404
    assert client.post(f"/cms/messages/{path}apercu/").status_code == 404
    assert client.get(f"/cms/messages/{path}apercu/").status_code == 404


def test_the_desk_is_the_operator_s(client, client_user):
    client.force_login(client_user)
    for path in ("/cms/messages/", WORDS):
        assert client.get(path).status_code in (302, 403)
        assert client.post(path).status_code in (302, 403, 405)


def test_the_register_says_what_left_and_not_to_whom(client, operator):
    appointment = AppointmentFactory(contact_email="secret@exemple.fr", starts_at=clock.now() + dt.timedelta(hours=48))
    remind(now=clock.now())
    tell(appointment, "confirmed")
    page = client.get("/cms/messages-envoyes/").content.decode()
    assert appointment.reference in page
    assert "Rendez-vous confirmé" in page
    assert "secret@exemple.fr" not in page


def test_the_operator_clears_an_address(client, operator):
    row = BadAddress.objects.create(address="lea@exemple.fr", error="550", flagged_at=NOW)
    assert "lea@exemple.fr" in client.get("/cms/adresses-refusees/").content.decode()
    assert client.post(f"/cms/adresses-refusees/delete/{row.pk}/").status_code == 302
    assert not BadAddress.objects.exists()
