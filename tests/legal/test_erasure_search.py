"""After an account was erased, its strings are searched in every text of the whole database and in every stored file."""

import datetime as dt
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection
from django.test import Client

from booking.actions import client_messages, client_records
from booking.models import (
    BillingDetails,
    ClientMessage,
    IntakeAnswer,
    NotificationPreference,
    Relative,
    Status,
    WaitingEntry,
)
from common import outbox
from common.clock import now as clock_now
from common.models import OutboxMessage
from common.retention import rules
from legal.models import AcceptanceDetail, ErasedAccount
from legal.retention import engine, people
from practitioners.models import ApplicationItem, Practitioner
from practitioners.retention import end_practitioners
from search.models import Favourite
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory
from tests.factories.legal import make_acceptance, make_version
from tests.factories.practitioners import PractitionerFactory
from tests.factories.retention import approve

pytestmark = pytest.mark.django_db
NAME, EMAIL, PHONE = "Zéphirinette", "zephirinette.quenouille@exemple.fr", "+33698765432"
WORDS = (NAME, EMAIL, "Quenouille", PHONE, "zephirinette", "0698765432", "698765432")
_TEXTS = "('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea', 'inet', 'character')"


def found(words: tuple[str, ...]) -> set[str]:
    """`table.column` of each text of the database that holds one of the words, whatever its type."""
    places = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.table_name, c.column_name, c.data_type from information_schema.columns c join information_schema.tables t"
            " using (table_schema, table_name) where c.table_schema = 'public' and t.table_type = 'BASE TABLE'"
            f" and c.data_type in {_TEXTS}"
        )
        for table, column, kind in cursor.fetchall():
            text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            clause = " or ".join(f"{text} ilike %s" for _ in words)
            cursor.execute(f'select exists(select 1 from "{table}" where {clause})', [f"%{word}%" for word in words])
            if cursor.fetchone()[0]:
                places.add(f"{table}.{column}")
    return places


def stored(words: tuple[str, ...], root: str) -> list[str]:
    """Files whose name or content holds one of the words."""
    files = [path for path in Path(root).rglob("*") if path.is_file()]
    return [
        path.name
        for path in files
        if any(word.lower() in path.name.lower() or word.encode() in path.read_bytes() for word in words)
    ]


@pytest.fixture
def person():
    user = UserFactory(email=EMAIL, first_name=NAME, last_name="Quenouille", phone=PHONE)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    return user


def a_busy_life(user) -> AppointmentFactory:
    """Something of the person in each place where clients leave something."""
    now = clock_now()
    row = AppointmentFactory(
        client=user, status=Status.DONE, starts_at=now - dt.timedelta(days=10), contact_first_name=NAME, contact_phone=PHONE,
        contact_last_name="Quenouille", attendee_first_name="Quenouille", holder_key="x",
    )  # fmt: skip
    row.record = client_records.enter(row, now=now)
    row.save(update_fields=["record"])
    client_messages.write(
        record_id=row.record_id, by=ClientMessage.By.CLIENT, author=user, text=f"C’est {NAME}", now=now
    )
    Relative.objects.create(user=user, first_name="Quenouille", created_at=now)
    BillingDetails.objects.create(user=user, name=f"{NAME} Quenouille", street="1 rue", updated_at=now)
    NotificationPreference.objects.create(user=user, updated_at=now)
    Favourite.objects.create(user=user, practitioner=row.practitioner, created_at=now)
    WaitingEntry.objects.create(
        practitioner=row.practitioner, service=row.service, user=user, email=EMAIL, first_name=NAME, state="waiting",
        created_at=now, first_day=now.date(), until=now.date(),
    )  # fmt: skip
    IntakeAnswer.objects.create(
        appointment=row, about="reason", question_text=f"Bonjour {NAME}", answer_sealed="x", answered_at=now,
        expires_at=now + dt.timedelta(days=9),
    )  # fmt: skip
    OutboxMessage.objects.create(
        key="sent-to-her",
        to=EMAIL,
        subject=f"Bonjour {NAME}",
        text=PHONE,
        facts={"name": NAME},
        status="sent",
        next_attempt_at=now,
    )
    return row


def test_nothing_of_an_erased_client_is_left_beyond_what_the_register_keeps_for_others(person):
    row = a_busy_life(person)
    make_acceptance(make_version(), user=person)
    assert {"accounts_user.email", "booking_relative.first_name", "common_outboxmessage.text"} <= found(WORDS)
    people.erase_accounts([person.pk], clock_now())
    # The practitioner's own: the appointment and its record, for five and three years; the proof that a message left.
    kept = {
        "booking_appointment.contact_first_name", "booking_appointment.contact_last_name", "booking_appointment.contact_email",
        "booking_appointment.contact_phone", "booking_appointment.attendee_first_name",
        "booking_clientrecord.first_name", "booking_clientrecord.last_name", "booking_clientrecord.email", "booking_clientrecord.phone",
        "booking_clientrecord.folded_name", "booking_clientmessage.text", "common_outboxmessage.to",
        "common_outboxmessage.subject", "common_outboxmessage.text", "common_outboxmessage.html",
    }  # fmt: skip
    left = found(WORDS)
    assert left <= kept, left - kept
    # Words are left in what the practitioner was written, for a year; in nothing that she was.
    assert not OutboxMessage.objects.filter(to=EMAIL).exclude(text="", subject="", html="", facts={}).exists()
    assert OutboxMessage.objects.filter(to=row.practitioner.professional_email, text__contains=NAME).exists()
    assert AcceptanceDetail.objects.filter(user=person).exists()
    assert row.client_id == person.pk


def test_once_the_practitioners_time_is_over_too_not_one_string_is_left(person):
    row = a_busy_life(person)
    now = clock_now()
    people.erase_accounts([person.pk], now)
    rules.get("appointments").end([row.pk], now)
    rules.get("client-records").end([row.record_id], now)
    rules.get("message-words").end(list(OutboxMessage.objects.values_list("pk", flat=True)), now)
    OutboxMessage.objects.filter(to=EMAIL).delete()
    assert found(WORDS) == set()


def test_an_erased_account_signs_in_no_more_and_its_session_ends(person, client: Client):
    person.set_password("Un-Mot-2-Passe!")
    person.save()
    client.force_login(person)
    people.erase_accounts([person.pk], clock_now())
    assert client.get("/compte/rendez-vous/").status_code in {302, 404}
    person.refresh_from_db()
    assert not person.is_active
    assert not person.has_usable_password()
    people.erase_accounts([person.pk], clock_now())
    assert ErasedAccount.objects.count() == 1


def test_a_message_that_waits_is_not_sent_to_an_erased_person(person):
    outbox.send(
        key="waits",
        to=EMAIL,
        template="legal/retention_stopped",
        context={"outcomes": [], "day": clock_now(), "path": "/"},
    )
    people.erase_accounts([person.pk], clock_now())
    assert not OutboxMessage.objects.filter(key="waits").exists()


def test_after_erasing_a_hundred_people_the_chain_of_acceptances_is_whole():
    version = make_version()
    crowd = [UserFactory(email=f"foule{number}@exemple.fr") for number in range(100)]
    for user in crowd:
        make_acceptance(version, user=user)
    now = clock_now()
    people.erase_accounts([user.pk for user in crowd], now)
    later = now + dt.timedelta(days=366 * 5 + 3)
    approve("acceptance-details", now=later)
    assert engine.run(now=later, only="acceptance-details")[0].ended == 100
    assert not AcceptanceDetail.objects.filter(user__in=crowd).exists()
    call_command("verify_acceptances")
    assert not {place for place in found(("foule",)) if not place.startswith("django_")}


def test_nothing_of_a_practitioner_is_left_after_the_time_but_what_clients_accepted(
    settings, tmp_path, monkeypatch, django_capture_on_commit_callbacks
):
    settings.PRIVATE_ROOT = str(tmp_path)
    # A storage in memory is another one once a test has changed the settings of storages: both ways lead to the same here.
    private = storages["private"]
    monkeypatch.setattr(ApplicationItem._meta.get_field("document"), "storage", private)
    row = PractitionerFactory(
        first_name=NAME, last_name="Quenouille", professional_email=EMAIL, phone=PHONE, slug="zephirinette-quenouille",
        user__email="zephirinette@exemple.fr", page__word=f"Je suis {NAME}",
    )  # fmt: skip
    item = ApplicationItem.objects.create(practitioner=row, kind="insurance", value=NAME)
    item.document.save("zephirinette.pdf", ContentFile(b"Quenouille"))
    name = item.document.name
    assert private.exists(name)
    assert "practitioners_practitioner.first_name" in found(WORDS)
    Practitioner.objects.filter(pk=row.pk).update(status="ended")
    with django_capture_on_commit_callbacks(execute=True):
        end_practitioners([row.pk], clock_now())
    assert found(WORDS) == set()
    assert not private.exists(name)
    assert stored(WORDS, settings.MEDIA_ROOT) == []
