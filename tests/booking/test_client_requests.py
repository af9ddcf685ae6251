"""Requests to the practitioner (B12): receipt, answer, refund never above what was paid, reminders once, then the mediator."""

import datetime as dt
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.roles import Role
from booking import access, client_access
from booking.actions import client_requests, moving
from booking.errors import MoreThanPaid, RequestClosed, RequestOpen
from booking.models import ClientRequest, ClientRequestEvent, Payment, Refund, Status
from booking.tasks import remind_of_requests
from common import clock, outbox
from common.clock import now
from common.models import AppendOnlyQuerySet, OutboxMessage
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, PaymentFactory

pytestmark = pytest.mark.django_db
State, Kind, What = ClientRequest.State, ClientRequest.Kind, ClientRequestEvent.What
WORDS = "Ma séance a duré vingt minutes de moins."


@pytest.fixture
def appointment():
    row = AppointmentFactory(
        status=Status.DONE, starts_at=now() - dt.timedelta(days=2), advance_cents=6000, fee_cents=245
    )
    row.practitioner.mediator, row.practitioner.mediator_contact = "CM2C", "14 rue Saint-Jean, 75017 Paris, cm2c.net"
    row.practitioner.save()
    return row


def opened(appointment, kind: str = Kind.COMPLAINT, moment: dt.datetime | None = None) -> ClientRequest:
    return client_requests.open_request(
        appointment_id=appointment.pk, kind=kind, text=WORDS, actor=appointment.client, now=moment or now()
    )


def mails(to: str) -> list[outbox.Rendered]:
    """What was said to an address, as it is written when it is sent."""
    rows = OutboxMessage.objects.filter(to=to, template__startswith="booking/request_").order_by("pk")
    return [outbox.renderers.get(row.renderer).render(row) for row in rows]


def test_from_the_mail_link_to_the_receipt(client: Client, appointment) -> None:
    client.get(f"/rendez-vous/{appointment.reference}/acces/{access.token(appointment)}/")
    address = f"/rendez-vous/{appointment.reference}/demande/"
    assert client.get(address).status_code == 200
    answer = client.post(address, {"kind": "complaint", "text": WORDS})
    row = ClientRequest.objects.get()
    assert answer["Location"] == f"{address}{row.reference}/"
    page = client.get(answer["Location"]).content.decode()
    assert WORDS in page
    (receipt,) = mails(appointment.contact_email)
    assert row.reference in receipt.subject
    (news,) = mails(appointment.practitioner.professional_email)
    for mail in (receipt, news):
        assert WORDS not in mail.text + mail.html
        assert row.reference in mail.text
    link = client_access.request_url(row).partition("//")[2].partition("/")[2]
    assert f"/{link}" in receipt.text
    client.cookies.clear()
    assert client.get(f"/{link}", follow=True).status_code == 200
    pdf = client.get(f"{address}{row.reference}/trace.pdf")
    assert pdf.content.startswith(b"%PDF")


def test_withdrawing_is_no_request_but_the_function_of_the_law(client: Client, login_as, appointment) -> None:
    login_as(appointment.client)
    address = f"/rendez-vous/{appointment.reference}/demande/"
    assert f"/retractation/?contrat={appointment.reference}" in client.get(address).content.decode()
    assert client.post(address, {"kind": "withdrawal"}).status_code == 422


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "complaint"},
        {"kind": "autre", "text": "x"},
        {"kind": "refund", "text": "x" * 2001},
        {"kind": "x" * 9000, "text": "y"},
    ],
)
def test_a_request_of_nonsense_is_refused_and_nothing_typed_is_lost(
    client: Client, login_as, appointment, data
) -> None:
    login_as(appointment.client)
    answer = client.post(f"/rendez-vous/{appointment.reference}/demande/", data)
    assert answer.status_code == 422
    assert data.get("text", "")[:40] in answer.content.decode()
    assert not ClientRequest.objects.exists()
    assert client.post(f"/rendez-vous/{appointment.reference}/demande/", {"text": "\0"}).status_code == 400


def test_one_open_request_of_a_kind(client: Client, login_as, appointment) -> None:
    opened(appointment)
    with pytest.raises(RequestOpen):
        opened(appointment)
    login_as(appointment.client)
    answer = client.post(f"/rendez-vous/{appointment.reference}/demande/", {"kind": "complaint", "text": WORDS})
    assert answer.status_code == 409
    assert WORDS in answer.content.decode()
    opened(appointment, Kind.REFUND)


@pytest.mark.parametrize("act", ["", "ajouter/", "clore/", "mediateur/", "trace.pdf"])
def test_somebody_elses_request_does_not_exist(client: Client, login_as, appointment, act: str) -> None:
    row = opened(appointment)
    login_as(UserFactory())
    address = f"/rendez-vous/{appointment.reference}/demande/{row.reference}/{act}"
    answer = client.get(address) if act in {"", "trace.pdf"} else client.post(address, {"text": "x"})
    assert answer.status_code == 404
    login_as(AppointmentFactory().practitioner.user)
    office = f"/espace-praticien/demandes/{row.reference}/"
    assert client.get(office).status_code == 404
    assert client.post(office, {"verdict": "repondre", "text": "x"}).status_code == 404
    assert client.get(office + "trace.pdf").status_code == 404
    row.refresh_from_db()
    assert row.state == State.OPEN


def test_the_practitioner_answers_in_words_and_the_client_may_say_it_failed(
    client: Client, login_as, appointment
) -> None:
    row = opened(appointment)
    login_as(appointment.practitioner.user)
    assert row.reference in client.get("/espace-praticien/demandes/").content.decode()
    office = f"/espace-praticien/demandes/{row.reference}/"
    assert WORDS in client.get(office).content.decode()
    empty = client.post(office, {"verdict": "repondre", "text": " "})
    assert empty.status_code == 422
    assert client.post(office, {"verdict": "refuser", "text": "La séance a duré le temps dit."}).status_code == 302
    row.refresh_from_db()
    assert row.state == State.ANSWERED
    assert client.get(office + "trace.pdf").content.startswith(b"%PDF")
    login_as(appointment.client)
    own = f"/rendez-vous/{appointment.reference}/demande/{row.reference}/"
    assert "La séance a duré le temps dit." in client.get(own).content.decode()
    client.post(own + "ajouter/", {"text": "Je ne suis pas d’accord."})
    assert client.post(own + "mediateur/").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.mediator) == (State.UNRESOLVED, "CM2C")
    assert "14 rue Saint-Jean" in client.get(own).content.decode()
    assert "14 rue Saint-Jean" in mails(appointment.contact_email)[-1].text
    assert client.post(own + "mediateur/").status_code == 409
    # The practitioner may still answer, and the client close.
    login_as(appointment.practitioner.user)
    assert client.post(office, {"verdict": "repondre", "text": "Finalement oui."}).status_code == 302
    login_as(appointment.client)
    assert client.post(own + "clore/").status_code == 302
    assert client.post(own + "ajouter/", {"text": "encore"}).status_code == 409
    row.refresh_from_db()
    assert row.state == State.CLOSED
    assert [event.what for event in row.events.all()] == [
        "opened", "refused", "added", "unresolved", "answered", "closed",
    ]  # fmt: skip


@pytest.mark.parametrize(("typed", "cents"), [("60", 6000), ("45,50", 4550), ("0,01 €", 1), ("1.5", 150)])
def test_a_refund_is_ordered_for_the_amount_granted(
    client: Client, login_as, appointment, typed: str, cents: int
) -> None:
    PaymentFactory(appointment=appointment)
    row = opened(appointment, Kind.REFUND)
    login_as(appointment.practitioner.user)
    answer = client.post(f"/espace-praticien/demandes/{row.reference}/", {"verdict": "rembourser", "amount": typed})
    assert answer.status_code == 302
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.cause, refund.returns_fee) == (cents, Refund.Cause.REQUEST, False)
    assert row.events.get(what=What.REFUNDED).refund == refund
    assert client_requests.refundable(appointment) == 6000 - cents


@pytest.mark.parametrize(
    "typed", ["0", "-5", "60,01", "1e3", "dix", "", "٣", "5,5,5", "5,123", "9" * 11, "9" * 5000, "NaN", "0,00"]
)
def test_never_more_than_what_was_paid(client: Client, login_as, appointment, typed: str) -> None:
    PaymentFactory(appointment=appointment)
    row = opened(appointment, Kind.REFUND)
    login_as(appointment.practitioner.user)
    answer = client.post(
        f"/espace-praticien/demandes/{row.reference}/", {"verdict": "rembourser", "amount": typed, "text": "Gardé"}
    )
    assert answer.status_code == 422
    assert "Gardé" in answer.content.decode()
    assert not Refund.objects.exists()


def test_what_was_given_back_already_counts_and_unpaid_appointments_have_nothing_to_refund(appointment) -> None:
    row = opened(appointment, Kind.REFUND)
    give = {"request_id": row.pk, "text": "", "actor": appointment.practitioner.user, "now": now()}
    with pytest.raises(MoreThanPaid):
        client_requests.grant_refund(amount_cents=1, **give)
    payment = PaymentFactory(appointment=appointment)
    client_requests.grant_refund(amount_cents=4000, **give)
    with pytest.raises(MoreThanPaid):
        client_requests.grant_refund(amount_cents=2001, **give)
    Refund.objects.update(status=Refund.Status.FAILED)
    client_requests.grant_refund(amount_cents=6000, **give)
    assert Refund.objects.filter(payment=payment).count() == 2
    row.refresh_from_db()
    assert row.state == State.ANSWERED


@pytest.mark.django_db(transaction=True)
def test_two_refunds_at_once_never_exceed_the_payment(appointment) -> None:
    PaymentFactory(appointment=appointment)
    row = opened(appointment, Kind.REFUND)
    actor, barrier, refused = appointment.practitioner.user, threading.Barrier(4), []

    def grant() -> None:
        try:
            barrier.wait(timeout=30)
            client_requests.grant_refund(request_id=row.pk, amount_cents=2500, text="", actor=actor, now=now())
        except MoreThanPaid:
            refused.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=grant) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert Refund.objects.count() == 2
    assert len(refused) == 2
    assert sum(Refund.objects.values_list("amount_cents", flat=True)) <= Payment.objects.get().amount_cents


def test_reminders_come_once_each_and_then_the_mediator(appointment, monkeypatch) -> None:
    start = now()
    row = opened(appointment, moment=start)
    practitioner = appointment.practitioner.professional_email
    seen = []
    for hours in range(0, 24 * 16, 6):
        monkeypatch.setattr(clock, "now", lambda hours=hours: start + dt.timedelta(hours=hours))
        remind_of_requests()
        remind_of_requests()
        row.refresh_from_db()
        seen.append((hours / 24, row.events.filter(what=What.REMINDED).count(), row.state))
    assert next(moment for moment, count, _state in seen if count == 1) == 3
    assert next(moment for moment, count, _state in seen if count == 2) == 7
    assert next((moment, state) for moment, count, state in seen if count == 3) == (14, State.UNRESOLVED)
    assert [event.number for event in row.events.filter(what=What.REMINDED)] == [3, 7, 14]
    assert len(mails(practitioner)) == 4
    last = mails(appointment.contact_email)[-1]
    assert "CM2C" in last.text
    assert len(mails(appointment.contact_email)) == 2
    assert (row.mediator, row.ended_at is not None) == ("CM2C", True)


def test_after_a_pause_only_the_reminder_that_is_due_is_sent(appointment) -> None:
    row = opened(appointment, moment=now() - dt.timedelta(days=8))
    remind_of_requests()
    assert [event.number for event in row.events.filter(what=What.REMINDED)] == [7]


@pytest.mark.parametrize("act", ["answer", "close", "fail"])
def test_what_was_answered_or_ended_is_not_reminded_of(appointment, act: str) -> None:
    row = opened(appointment, moment=now() - dt.timedelta(days=4))
    if act == "answer":
        client_requests.answer(
            request_id=row.pk, text="Oui.", refused=False, actor=appointment.practitioner.user, now=now()
        )
    else:
        getattr(client_requests, act)(request_id=row.pk, actor=None, now=now())
    remind_of_requests()
    assert not row.events.filter(what=What.REMINDED).exists()


def test_a_practitioner_without_a_mediator_on_file_is_said_to_owe_one(client: Client, login_as, appointment) -> None:
    appointment.practitioner.mediator = appointment.practitioner.mediator_contact = ""
    appointment.practitioner.save()
    row = opened(appointment)
    client_requests.fail(request_id=row.pk, actor=None, now=now())
    login_as(appointment.client)
    page = client.get(f"/rendez-vous/{appointment.reference}/demande/{row.reference}/").content.decode()
    assert "Aucun médiateur n’est enregistré" in page


def test_the_steps_and_their_words_cannot_be_changed(appointment) -> None:
    row = opened(appointment)
    assert isinstance(ClientRequestEvent.objects.all(), AppendOnlyQuerySet)
    for sql in (
        "update booking_clientrequestevent set what = 'closed'",
        "delete from booking_clientrequestevent",
        "update booking_clientrequestwords set text = 'autre'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    client_requests.close(request_id=row.pk, actor=None, now=now())
    with pytest.raises(RequestClosed):
        client_requests.close(request_id=row.pk, actor=None, now=now())


def test_the_operator_counts_requests_and_reads_none(client: Client, login_as, appointment) -> None:
    row = opened(appointment)
    for role in (Role.OPERATOR, Role.MODERATION):
        login_as(role)
        page = client.get("/cms/demandes-clients/").content.decode()
        assert row.reference in page
        assert WORDS not in page
        assert appointment.contact_last_name not in page
    login_as(Role.EDITOR)
    assert client.get("/cms/demandes-clients/").status_code in {302, 403}


def test_the_pages_ask_little_of_the_database(
    client: Client, login_as, appointment, django_assert_max_num_queries
) -> None:
    rows = [opened(AppointmentFactory(
        practitioner=appointment.practitioner, starts_at=now() - dt.timedelta(days=n + 3), status=Status.DONE
    )) for n in range(6)]  # fmt: skip
    login_as(appointment.practitioner.user)
    with django_assert_max_num_queries(20):
        client.get("/espace-praticien/demandes/")
    with django_assert_max_num_queries(25):
        client.get(f"/espace-praticien/demandes/{rows[0].reference}/")


def test_what_a_request_gave_back_is_neither_announced_nor_given_twice_by_cancelling(client: Client, login_as) -> None:
    row = AppointmentFactory(
        starts_at=now() + dt.timedelta(days=4),
        advance_cents=6000,
        fee_cents=245,
        cancellation_tiers=[{"hours_before": 24, "percent": 100}],
    )
    PaymentFactory(appointment=row, amount_cents=6000, status=Payment.Status.PAID)
    asked = opened(row)
    client_requests.grant_refund(
        request_id=asked.pk, amount_cents=4000, text="Voilà.", actor=row.practitioner.user, now=now()
    )
    login_as(row.practitioner.user)
    page = client.get(f"/espace-praticien/rendez-vous/{row.reference}/annuler/").content.decode()
    assert "20,00" in page
    assert "60,00" not in page
    login_as(row.client)
    address = f"/rendez-vous/{row.reference}/annuler/"
    page = client.get(address).content.decode()
    assert 'name="amount" value="2000"' in page
    assert moving.consequence(appointment=row, now=now()).refund_now == 2000
    assert client.post(address, {"amount": "2000"}).status_code == 302
    assert sorted(Refund.objects.values_list("amount_cents", flat=True)) == [2000, 4000]
    mail = OutboxMessage.objects.get(template="booking/cancelled_client")
    assert mail.facts["more"]["refund_cents"] == 2000
