"""A practitioner's clients: one record a person whatever the way in, found by two letters, never another's."""

import datetime as dt
import threading

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.test import Client

from booking.actions import client_messages, client_records
from booking.errors import ClientKnown, TwoAccounts
from booking.models import Appointment, ClientMessage, ClientRecord, Payment, Refund, Status
from common.clock import now
from tests.booking.conftest import Visitor, free_start
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, PaymentFactory, bookable_practitioner
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
CLIENTS = "/espace-praticien/clients/"


@pytest.fixture
def office(client: Client, login_as):
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    return practitioner


def make(practitioner, **fields) -> ClientRecord:
    values = {"first_name": "Élodie", "last_name": "L’Hermitte", "email": "", "phone": ""} | fields
    return client_records.create(practitioner=practitioner, now=now(), **values)


def recorded(appointment: Appointment) -> ClientRecord:
    """Entered and saved, as a booking does it."""
    with transaction.atomic():
        record = client_records.enter(appointment, now=now())
        appointment.save(update_fields=["record"])
    return record


def test_a_booking_makes_the_record_and_the_next_one_finds_it(visitor: Visitor, documents) -> None:
    practitioner, service = bookable_practitioner()
    first, _answer = visitor.book(practitioner, service, free_start(practitioner, service, 0))
    second, _answer = visitor.book(practitioner, service, free_start(practitioner, service, 6))
    record = ClientRecord.objects.get()
    assert {first.record_id, second.record_id} == {record.pk}
    assert (record.user, record.email, record.phone) == (first.client, "lea.bernard@exemple.fr", "+33612345678")
    assert record.source == ClientRecord.Source.CLIENT


def test_a_client_known_by_the_address_is_joined_with_the_account_and_keeps_what_was_typed() -> None:
    user = UserFactory(email="lea@exemple.fr")
    EmailAddress.objects.create(user=user, email="lea@exemple.fr", verified=True, primary=True)
    appointment = AppointmentFactory(client=user, contact_phone="+33612345678")
    known = make(appointment.practitioner, first_name="Léa (voisine)", last_name="", email="lea@exemple.fr")
    record = recorded(appointment)
    record.refresh_from_db()
    assert record.pk == known.pk
    assert (record.user, record.first_name, record.last_name) == (user, "Léa (voisine)", "Bernard")
    assert record.phone == "+33612345678"


def test_an_account_that_did_not_confirm_the_address_is_not_joined_with_the_record_of_that_address() -> None:
    """Otherwise what the practitioner books for the real person would be on a stranger's account."""
    user = UserFactory(email="lea@exemple.fr")
    first = AppointmentFactory(client=user, contact_email="lea@exemple.fr")
    known = make(first.practitioner, email="lea@exemple.fr")
    record = recorded(first)
    known.refresh_from_db()
    assert (record.pk, known.user) == (known.pk, None)
    own = ClientRecord.objects.create(practitioner=first.practitioner, user=user, created_at=now())
    second = AppointmentFactory(
        practitioner=first.practitioner, client=user, contact_email="lea@exemple.fr",
        starts_at=first.starts_at + dt.timedelta(days=1),
    )  # fmt: skip
    assert recorded(second) == own
    known.refresh_from_db()
    assert known.user is None


def test_a_second_account_never_takes_the_record_of_the_first() -> None:
    first, second = UserFactory(email="a@exemple.fr"), UserFactory(email="b@exemple.fr")
    one = AppointmentFactory(client=first, contact_email="commune@exemple.fr")
    other = AppointmentFactory(
        practitioner=one.practitioner, client=second, contact_email="commune@exemple.fr",
        starts_at=one.starts_at + dt.timedelta(days=1),
    )  # fmt: skip
    record = recorded(one)
    another = recorded(other)
    assert record.pk != another.pk
    assert (another.user, another.email) == (second, "")


def test_an_archived_client_who_books_is_back_in_the_list() -> None:
    appointment = AppointmentFactory()
    record = make(appointment.practitioner, email=appointment.contact_email)
    client_records.archive(record_id=record.pk, now=now())
    assert recorded(appointment).archived_at is None


@pytest.mark.django_db(transaction=True)
def test_simultaneous_bookings_of_one_client_make_one_record() -> None:
    first = AppointmentFactory()
    rows = [first] + [
        AppointmentFactory(
            practitioner=first.practitioner, client=first.client, starts_at=first.starts_at + dt.timedelta(hours=2 * n)
        )
        for n in range(1, 6)
    ]
    barrier, errors = threading.Barrier(len(rows)), []

    def book(row) -> None:
        try:
            barrier.wait(timeout=30)
            recorded(row)
        except Exception as error:  # noqa: BLE001 (whatever it is, the test fails with it)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not errors
    record = ClientRecord.objects.get()
    assert record.appointments.count() == len(rows)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("el", True), ("ELO", True), ("élodie", True), ("herm", True), ("elodie l h", True), ("06 12", True),
        ("+33 6 12", True), ("exemple.fr", True), ("e", False), ("", False), ("dielo", False), ("zz", False), ("07", False), ("0033 6", True), ("345 67", True), ("34", True),
        ("%%", False), ("__", False), ("\0\0\0", False), ("é" * 10_000, False), ("🙂🙂", False), ("'; drop table", False),
    ],
)  # fmt: skip
def test_two_letters_find_a_client(text: str, found: bool) -> None:
    practitioner = PractitionerFactory()
    make(practitioner, email="elodie@exemple.fr", phone="+33612345678")
    assert bool(client_records.find(practitioner, text)) is found


def test_saints_and_abbreviations_are_both_found() -> None:
    practitioner = PractitionerFactory()
    names = ("Stéphanie Roux", "Jean Saint-Clair", "Paul St-Clair")
    for name in names:
        make(practitioner, first_name=name.split()[0], last_name=name.split()[1])
    assert len(client_records.find(practitioner, "ste")) == 1
    assert len(client_records.find(practitioner, "st clair")) == 2
    assert len(client_records.find(practitioner, "saint")) == 2


def test_finding_uses_the_index_and_is_bounded(django_assert_max_num_queries) -> None:
    practitioner = PractitionerFactory()
    for n in range(30):
        make(practitioner, first_name="Ana", last_name=f"Client{n}")
    other = make(PractitionerFactory(), first_name="Ana")
    with django_assert_max_num_queries(1):
        found = list(client_records.find(practitioner, "an"))
    assert len(found) == client_records.FOUND
    assert other not in found


def test_the_list_sorts_filters_and_asks_little(client: Client, office, django_assert_max_num_queries) -> None:
    rows = [make(office, first_name=f"Prénom{n}", last_name=f"Nom{n}") for n in range(5)]
    for n, row in enumerate(rows[:3]):
        AppointmentFactory(practitioner=office, record=row, starts_at=now() + dt.timedelta(days=9 - 2 * n))
    past = AppointmentFactory(
        practitioner=office, record=rows[4], starts_at=now() - dt.timedelta(days=3), status=Status.DONE
    )
    client_records.tag(record_id=rows[1].pk, label="Matin")
    elsewhere = make(PractitionerFactory(), last_name="Ailleurs")
    with django_assert_max_num_queries(22):
        page = client.get(CLIENTS).content.decode()
    assert all(str(row) in page for row in rows)
    assert str(elsewhere) not in page
    coming = client.get(CLIENTS + "?tri=prochaine").content.decode()
    assert coming.index("Nom2") < coming.index("Nom1") < coming.index("Nom0") < coming.index("Nom3")
    latest = client.get(CLIENTS + "?tri=derniere").content.decode()
    assert latest.index("Nom4") < latest.index("Nom0")
    tagged = client.get(CLIENTS + "?etiquette=Matin").content.decode()
    assert "Nom1" in tagged
    assert "Nom0" not in tagged
    assert past.record == rows[4]


@pytest.mark.parametrize(
    "query",
    [
        "q=e",
        "q=" + "x" * 10_000,
        "tri=hasard",
        "page=0",
        "page=" + "9" * 5000,
        "page=-1",
        "etiquette=" + "é" * 500,
        "q=%F0%9F%99%82",
    ],
)
def test_the_list_of_nonsense(client: Client, office, query: str) -> None:
    make(office)
    assert client.get(f"{CLIENTS}?{query}").status_code == 200


def test_a_clients_page_says_who_when_and_how_much(client: Client, office, django_assert_max_num_queries) -> None:
    record = make(office, email="elodie@exemple.fr", note="Sonner deux fois.")
    absent = AppointmentFactory(
        practitioner=office, record=record, starts_at=now() - dt.timedelta(days=9), status=Status.CLIENT_ABSENT
    )
    paid = AppointmentFactory(
        practitioner=office, record=record, starts_at=now() - dt.timedelta(days=2), status=Status.DONE, advance_cents=2000,
        fee_cents=245,
    )  # fmt: skip
    payment = PaymentFactory(appointment=paid, amount_cents=2000)
    Refund.objects.create(payment=payment, amount_cents=500, cause=Refund.Cause.REQUEST, ordered_at=now())
    AppointmentFactory(practitioner=office, record=record)
    with django_assert_max_num_queries(30):
        page = client.get(f"{CLIENTS}{record.pk}/").content.decode()
    assert "Sonner deux fois." in page
    assert absent.reference in page
    assert "20,00\u00a0€" in page
    assert "5,00\u00a0€" in page
    assert "40,00\u00a0€" in page  # what is left to pay on site
    assert payment.status == Payment.Status.PAID


def test_a_note_that_speaks_of_health_is_warned_of_and_kept(client: Client, office) -> None:
    record = make(office, note="Diabète depuis l’an dernier")
    page = client.get(f"{CLIENTS}{record.pk}/").content.decode()
    assert "Cette note semble parler de santé" in page


@pytest.mark.parametrize(
    "path", ["", "modifier/", "etiquettes/", "etiquettes/retirer/", "message/", "archiver/", "effacer/", "fusionner/"]
)
def test_anothers_client_does_not_exist(client: Client, office, path: str) -> None:
    other = make(PractitionerFactory(), email="autre@exemple.fr")
    address = f"{CLIENTS}{other.pk}/{path}"
    answer = client.get(address) if path in {"", "modifier/", "fusionner/"} else client.post(address, {"label": "x"})
    assert answer.status_code == 404
    assert client.get(f"{CLIENTS}{10**30}/").status_code == 404
    own = make(office)
    assert client.post(f"{CLIENTS}{own.pk}/fusionner/", {"autre": other.pk}).status_code == 404
    assert ClientRecord.objects.filter(pk=other.pk).exists()


def test_a_client_entered_by_hand_and_an_address_already_known(client: Client, office) -> None:
    typed = {"first_name": "Inès", "last_name": "Ben", "email": "INES@exemple.fr", "phone": "0692 12 34 56", "note": ""}
    answer = client.post(CLIENTS + "nouveau/", typed)
    record = ClientRecord.objects.get()
    assert answer["Location"] == f"{CLIENTS}{record.pk}/"
    assert (record.email, record.phone, record.source) == ("ines@exemple.fr", "+262692123456", "practitioner")
    again = client.post(CLIENTS + "nouveau/", typed | {"first_name": "Autre"})
    assert again.status_code == 409
    page = again.content.decode()
    assert f"{CLIENTS}{record.pk}/" in page
    assert 'value="Autre"' in page


BAD = ["", "x" * 10_000, "\u202egnirts", "🙂" * 90, "9" * 400, "<script>"]


@pytest.mark.parametrize("field", ["email", "phone", "first_name", "note"])
@pytest.mark.parametrize("value", BAD)
def test_a_record_of_nonsense_is_refused_with_words_or_kept_as_typed(
    client: Client, office, field: str, value: str
) -> None:
    answer = client.post(CLIENTS + "nouveau/", {"last_name": "Gardé", field: value})
    assert answer.status_code in {302, 422}
    if answer.status_code == 422:
        page = answer.content.decode()
        assert "Gardé" in page
        assert "error-summary" in page
    assert client.post(CLIENTS + "nouveau/", {"last_name": "a\0b"}).status_code == 400


def test_labels_take_the_spelling_known_and_leave_one_by_one(client: Client, office) -> None:
    first, second = make(office), make(office, last_name="Autre")
    client.post(f"{CLIENTS}{first.pk}/etiquettes/", {"label": "  Suivi   mensuel "})
    client.post(f"{CLIENTS}{second.pk}/etiquettes/", {"label": "SUIVI MENSUEL"})
    client.post(f"{CLIENTS}{second.pk}/etiquettes/", {"label": "a, b; c"})
    second.refresh_from_db()
    assert second.tags == ["Suivi mensuel", "a b c"]
    assert client.post(f"{CLIENTS}{second.pk}/etiquettes/", {"label": " , "}).status_code == 422
    assert client.post(f"{CLIENTS}{second.pk}/etiquettes/", {"label": "x" * 31}).status_code == 422
    client.post(f"{CLIENTS}{second.pk}/etiquettes/retirer/", {"label": "a b c"})
    second.refresh_from_db()
    assert second.tags == ["Suivi mensuel"]


def test_two_records_become_one_with_everything_of_both(client: Client, office) -> None:
    kept = make(office, email="elodie@exemple.fr", tags=["Matin"], note="Porte B")
    other = make(office, email="e@exemple.fr", phone="+33612345678", tags=["Matin", "Visio"], note="Deuxième étage")
    row = AppointmentFactory(practitioner=office, record=other)
    client_messages.write(record_id=other.pk, by=ClientMessage.By.CLIENT, author=None, text="Bonjour", now=now())
    client_messages.write(record_id=kept.pk, by=ClientMessage.By.CLIENT, author=None, text="Rebonjour", now=now())
    page = client.get(f"{CLIENTS}{kept.pk}/fusionner/").content.decode()
    assert f"?autre={other.pk}" in page  # the same name is proposed first
    assert client.get(f"{CLIENTS}{kept.pk}/fusionner/?autre={other.pk}").status_code == 200
    assert client.post(f"{CLIENTS}{kept.pk}/fusionner/", {"autre": other.pk}).status_code == 302
    kept.refresh_from_db()
    row.refresh_from_db()
    assert row.record == kept
    assert (kept.email, kept.phone, kept.tags) == ("elodie@exemple.fr", "+33612345678", ["Matin", "Visio"])
    assert kept.note == "Porte B\nDeuxième étage\ne@exemple.fr"  # the other address is not lost
    assert [m.text for m in kept.thread.messages.order_by("pk")] == ["Bonjour", "Rebonjour"]
    assert not ClientRecord.objects.filter(pk=other.pk).exists()


def test_records_of_two_accounts_are_never_merged(client: Client, office) -> None:
    one = AppointmentFactory(practitioner=office)
    two = AppointmentFactory(practitioner=office, starts_at=one.starts_at + dt.timedelta(days=1))
    kept, other = (recorded(row) for row in (one, two))
    with pytest.raises(TwoAccounts):
        client_records.merge(kept_id=kept.pk, other_id=other.pk)
    assert client.post(f"{CLIENTS}{kept.pk}/fusionner/", {"autre": other.pk}).status_code == 409


def test_the_database_itself_keeps_one_record_an_address() -> None:
    practitioner = PractitionerFactory()
    make(practitioner, email="une@exemple.fr")
    with pytest.raises(ClientKnown):
        make(practitioner, email="UNE@exemple.fr")
    make(PractitionerFactory(), email="une@exemple.fr")


@pytest.mark.parametrize("path", ["clients/", "clients/importer/", "clients/exporter/clients.csv", "demandes/"])
def test_only_practitioners(client: Client, login_as, path: str) -> None:
    assert client.get(f"/espace-praticien/{path}").status_code == 302
    login_as("client")
    assert client.get(f"/espace-praticien/{path}").status_code == 403


def test_nothing_that_hangs_on_a_record_is_forgotten_when_two_become_one() -> None:
    related = {relation.get_accessor_name() for relation in ClientRecord._meta.related_objects}
    assert related == {"appointments", "thread"}, "teach client_records.merge what else belongs to a record"


def test_who_objects_is_erased_and_who_has_booked_is_archived(client: Client, office) -> None:
    imported, booked = make(office, email="a@exemple.fr"), make(office, email="b@exemple.fr")
    AppointmentFactory(practitioner=office, record=booked)
    client_messages.write(record_id=imported.pk, by=ClientMessage.By.PRACTITIONER, author=None, text="x", now=now())
    assert client.post(f"{CLIENTS}{imported.pk}/effacer/").status_code == 302
    assert client.post(f"{CLIENTS}{booked.pk}/effacer/").status_code == 409
    assert list(ClientRecord.objects.all()) == [booked]
    assert not ClientMessage.objects.exists()
    client.post(f"{CLIENTS}{booked.pk}/archiver/")
    assert str(booked) not in client.get(CLIENTS).content.decode()
    assert str(booked) in client.get(CLIENTS + "?archives=1").content.decode()


def test_messages_not_read_are_counted_and_found(client: Client, office) -> None:
    wrote, silent = make(office, last_name="Bavard"), make(office, last_name="Silence")
    client_messages.write(record_id=wrote.pk, by=ClientMessage.By.CLIENT, author=None, text="Bonjour", now=now())
    page = client.get(CLIENTS + "?nonlus=1").content.decode()
    assert "1 message non lu." in page
    assert str(wrote) in page
    assert str(silent) not in page
    client.get(f"{CLIENTS}{wrote.pk}/")
    assert "non lu" not in client.get(CLIENTS).content.decode()
