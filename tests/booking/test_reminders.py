"""Reminders: at their moment, once, never late, never for what no longer stands; an SMS never at night."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from booking.models import Appointment, AppointmentEvent, NotificationPreference, Status
from booking.notifications import preferences
from booking.notifications.kinds import KINDS
from booking.notifications.phones import mobile
from booking.notifications.quiet import is_night, window
from booking.notifications.reminders import remind
from common import clock, delivery
from common.models import OutboxMessage
from tests.factories.booking import AppointmentFactory

PARIS = ZoneInfo("Europe/Paris")
START = dt.datetime(2026, 12, 10, 14, 30, tzinfo=PARIS)
MailStatus, Reason = OutboxMessage.Status, OutboxMessage.Reason
pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Move the clock."""

    def move(moment: dt.datetime) -> dt.datetime:
        monkeypatch.setattr(clock, "now", lambda: moment.astimezone(dt.UTC))
        return moment.astimezone(dt.UTC)

    return move


def confirmed(start: dt.datetime = START, *, since: dt.datetime | None = None, **fields: Any) -> Appointment:
    """Confirmed at `since`, a month before unless told."""
    since = since or start - dt.timedelta(days=30)
    appointment = AppointmentFactory(starts_at=start, booked_at=since, **fields)
    note(appointment, "confirm", since)
    return appointment


def note(appointment: Appointment, action: str, moment: dt.datetime) -> None:
    AppointmentEvent.objects.create(
        appointment=appointment,
        action=action,
        before=Status.HELD if action == "confirm" else appointment.status,
        after=appointment.status,
        by=AppointmentEvent.By.CLIENT,
        at=moment,
    )


def change(appointment: Appointment, **fields: Any) -> None:
    """What another transaction did meanwhile, with the event of a change of state."""
    if status := fields.get("status"):
        AppointmentEvent.objects.create(
            appointment=appointment,
            action="test",
            before=appointment.status,
            after=status,
            by=AppointmentEvent.By.CLIENT,
            at=clock.now(),
        )
    Appointment.objects.filter(pk=appointment.pk).update(**fields)


def sweep(moment: dt.datetime) -> None:
    """As beat: what is due is queued, then delivered."""
    remind(now=moment)
    for pk in OutboxMessage.objects.filter(status=MailStatus.PENDING).values_list("pk", flat=True):
        delivery.deliver(pk)


def kinds_sent() -> list[str]:
    sent = OutboxMessage.objects.filter(status=MailStatus.SENT).order_by("pk")
    return [row.template.removeprefix("booking/").removesuffix("_client") for row in sent]


HOURS_48, HOURS_2 = dt.timedelta(hours=48), dt.timedelta(hours=2)
MINUTE = dt.timedelta(minutes=1)


def test_one_reminder_two_days_before_and_one_two_hours_before(at):
    confirmed()
    for moment in (START - HOURS_48 - MINUTE, START - HOURS_2 - MINUTE):
        sweep(at(moment))
    assert kinds_sent() == []
    for _again in range(2):
        sweep(at(START - HOURS_48))
    assert kinds_sent() == ["reminder_48h"]
    for minutes in range(3):
        sweep(at(START - HOURS_2 + minutes * MINUTE))
    assert kinds_sent() == ["reminder_48h", "reminder_2h"]
    first, second = (str(sent.subject) for sent in mail.outbox)
    assert first == "Rappel\u00a0: jeudi 10\u00a0décembre 2026 à\u00a014:30, " + first.rpartition(", ")[2]
    assert second.startswith("Aujourd’hui à\u00a014:30")


@pytest.mark.parametrize(
    ("kind", "last", "late"),
    [
        ("reminder_48h", dt.timedelta(hours=36, seconds=1), dt.timedelta(hours=36)),
        ("reminder_2h", dt.timedelta(hours=1, seconds=1), dt.timedelta(hours=1)),
    ],
)
def test_a_sweep_that_slept_sends_while_it_is_in_time_and_never_later(at, kind, last, late):
    confirmed()
    sweep(at(START - late))
    assert kind not in kinds_sent()
    sweep(at(START - last))
    assert kind in kinds_sent()


def test_a_message_that_waited_too_long_is_dropped(at):
    confirmed()
    remind(now=at(START - HOURS_48))
    at(START - dt.timedelta(hours=35))
    message = OutboxMessage.objects.get()
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert (message.status, message.reason) == (MailStatus.DROPPED, Reason.LATE)


@pytest.mark.parametrize("status", [Status.CANCELLED_BY_CLIENT, Status.CANCELLED_BY_PRACTITIONER])
def test_nothing_reminds_of_what_is_cancelled(at, status):
    appointment = confirmed()
    change(appointment, status=status, cancelled_at=START - dt.timedelta(days=5))
    sweep(at(START - HOURS_48))
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.CANCELLED_BY_CLIENT, "cancelled_at": START - HOURS_48},
        {"starts_at": START + dt.timedelta(minutes=15), "ends_at": START + HOURS_2, "busy_end": START + HOURS_2},
    ],
)
def test_what_changes_between_the_sweep_and_the_sending_is_seen(at, fields):
    appointment = confirmed()
    remind(now=at(START - HOURS_48))
    if "starts_at" in fields:
        fields = fields | {"busy_start": fields["starts_at"]}
    change(appointment, **fields)
    message = OutboxMessage.objects.get()
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert (message.status, message.reason) == (MailStatus.DROPPED, Reason.OFF)
    assert not mail.outbox


def test_what_is_booked_within_the_lead_gets_no_reminder_of_it(at):
    confirmed(since=START - HOURS_48 + MINUTE)
    sweep(at(START - HOURS_48 + 2 * MINUTE))
    assert kinds_sent() == []
    sweep(at(START - HOURS_2))
    assert kinds_sent() == ["reminder_2h"]


def test_what_was_moved_is_reminded_of_at_its_new_time_only(at):
    appointment = confirmed()
    sweep(at(START - HOURS_48))
    new = START + dt.timedelta(days=7)
    change(appointment, starts_at=new, ends_at=new + HOURS_2, busy_start=new, busy_end=new + HOURS_2)
    note(appointment, "move", START - HOURS_48 + MINUTE)
    sweep(at(START - HOURS_2))
    assert kinds_sent() == ["reminder_48h"]
    sweep(at(new - HOURS_48))
    sweep(at(new - HOURS_2))
    assert kinds_sent() == ["reminder_48h", "reminder_48h", "reminder_2h"]


def test_what_was_moved_into_the_lead_gets_no_reminder_of_it(at):
    appointment = confirmed(START + dt.timedelta(days=7), since=START - dt.timedelta(days=9))
    change(appointment, starts_at=START, ends_at=START + HOURS_2, busy_start=START, busy_end=START + HOURS_2)
    note(appointment, "move", START - dt.timedelta(hours=40))
    sweep(at(START - dt.timedelta(hours=39)))
    assert kinds_sent() == []


@pytest.mark.parametrize("status", [Status.REQUESTED, Status.HELD, Status.DONE])
def test_only_what_is_confirmed_is_reminded_of(at, status):
    AppointmentFactory(starts_at=START, status=status, answer_by=START, hold_expires_at=START, holder_key="x")
    sweep(at(START - HOURS_48))
    assert not OutboxMessage.objects.exists()


def test_the_links_of_a_reminder_lead_to_the_policy_and_to_the_stop(at, client):
    confirmed(cancellation_tiers=[])
    sweep(at(START - HOURS_48))
    (sent,) = mail.outbox
    assert "/empechement/" in sent.body
    address = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = address[address.index("/rendez-vous") :]
    assert client.get(path).status_code == 200
    assert not NotificationPreference.objects.exists(), "a scanner that opens the link stops nothing"
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert NotificationPreference.objects.get().email_48h is False
    confirmed(START + dt.timedelta(days=1), client=Appointment.objects.get().client)
    sweep(at(START + dt.timedelta(days=1) - HOURS_48))
    assert kinds_sent() == ["reminder_48h"]
    assert client.post(path[:-5] + "aaaa/").status_code == 404


def test_a_client_without_an_account_stops_reminders_by_the_address(at, client):
    from booking.actions import client_records

    appointment = confirmed()
    record = client_records.create(
        practitioner=appointment.practitioner, first_name="Léa", last_name="B", email="lea@exemple.fr", now=START
    )
    change(appointment, client=None, record=record, booked_in_office=True, contact_email="Lea@exemple.fr")
    sweep(at(START - HOURS_48))
    address = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    client.post(address[address.index("/rendez-vous") :])
    assert NotificationPreference.objects.get().address == "lea@exemple.fr"
    appointment.refresh_from_db()
    assert not preferences.wants(appointment, KINDS["reminder_48h"], "client")
    assert preferences.wants(appointment, KINDS["reminder_2h"], "client")


# --- SMS -------------------------------------------------------------------------------------------------------------


def sms(start: dt.datetime = START, **fields: Any) -> Appointment:
    return confirmed(start, contact_phone="+33612345678", sms_reminder=True, contact_email="", **fields)


def test_an_sms_leaves_two_hours_before_to_who_asked_for_it(at, sent_sms):
    sms()
    confirmed(START + dt.timedelta(hours=3), contact_phone="+33612345679", contact_email="")
    sweep(at(START - HOURS_2 - MINUTE))
    assert not sent_sms
    for _again in range(2):
        sweep(at(START - HOURS_2))
    ((number, text),) = sent_sms
    assert number == "+33612345678"
    assert "14:30" in text
    assert "/s/" in text


@pytest.mark.parametrize(
    ("start", "leaves"),
    [
        (dt.datetime(2026, 12, 10, 9, 0, tzinfo=PARIS), dt.datetime(2026, 12, 9, 20, 0, tzinfo=PARIS)),
        (dt.datetime(2026, 12, 10, 9, 59, tzinfo=PARIS), dt.datetime(2026, 12, 9, 20, 0, tzinfo=PARIS)),
        (dt.datetime(2026, 12, 10, 23, 30, tzinfo=PARIS), dt.datetime(2026, 12, 10, 20, 0, tzinfo=PARIS)),
        # The night in which clocks change.
        (dt.datetime(2027, 3, 28, 9, 0, tzinfo=PARIS), dt.datetime(2027, 3, 27, 20, 0, tzinfo=PARIS)),
    ],
)
def test_an_sms_that_would_leave_at_night_leaves_the_evening_before(at, sent_sms, start, leaves):
    sms(start)
    sweep(at(leaves - MINUTE))
    assert not sent_sms
    sweep(at(leaves))
    sweep(at(start - HOURS_2))
    assert len(sent_sms) == 1


def test_an_sms_that_missed_its_evening_is_not_sent_at_night(at, sent_sms):
    start = dt.datetime(2026, 12, 10, 9, 0, tzinfo=PARIS)
    sms(start)
    for hour in range(12):
        sweep(at(start - dt.timedelta(hours=12) + hour * dt.timedelta(hours=1)))
    assert not sent_sms
    assert not OutboxMessage.objects.filter(template__contains="sms").exists()


def test_an_sms_that_waited_into_the_night_is_dropped(at, sent_sms):
    sms(dt.datetime(2026, 12, 10, 22, 58, tzinfo=PARIS))
    remind(now=at(dt.datetime(2026, 12, 10, 20, 59, tzinfo=PARIS)))
    at(dt.datetime(2026, 12, 10, 21, 0, tzinfo=PARIS))
    message = OutboxMessage.objects.get()
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert message.status == MailStatus.DROPPED
    assert message.reason in {Reason.NIGHT, Reason.LATE}
    assert not sent_sms


def test_night_is_that_of_the_place():
    moment = dt.datetime(2026, 12, 10, 18, 0, tzinfo=dt.UTC)
    assert not is_night(moment, "Europe/Paris")
    assert is_night(moment, "Indian/Reunion")
    assert not is_night(moment, "America/Guadeloupe")
    # 9:00 in Réunion is 6:00 in Paris; its SMS leaves at 20:00 in Réunion.
    start = dt.datetime(2026, 12, 10, 9, 0, tzinfo=ZoneInfo("Indian/Reunion"))
    opens = window(KINDS["reminder_sms"], start, "Indian/Reunion").opens
    assert opens.astimezone(ZoneInfo("Indian/Reunion")).isoformat() == "2026-12-09T20:00:00+04:00"


@pytest.mark.parametrize(
    ("chosen", "asked", "comes"), [(None, True, True), (None, False, False), (True, False, True), (False, True, False)]
)
def test_the_account_s_choice_counts_before_that_of_a_booking(at, sent_sms, chosen, asked, comes):
    appointment = confirmed(contact_phone="+33612345678", contact_email="", sms_reminder=asked)
    if chosen is not None:
        preferences.choose(user=appointment.client, email_48h=True, email_2h=True, sms=chosen, now=START)
    sweep(at(START - HOURS_2))
    assert bool(sent_sms) == comes


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("+33 7 56 78 90 12", "+33756789012"),
        ("+262692123456", "+262692123456"),
        ("+590690123456", "+590690123456"),
        ("01 42 68 53 00", ""),
        ("+262262123456", ""),
        ("12", ""),
        ("", ""),
        ("\x00'; drop", ""),
        ("9" * 10_000, ""),
    ],
)
def test_sms_go_to_mobile_numbers_in_e164(typed, number):
    assert mobile(typed) == number


# --- what concerns a practitioner's day --------------------------------------------------------------------------------


def test_tomorrow_s_sessions_come_at_six_once_to_who_asked(at):
    from booking.notifications.tomorrow import announce

    appointment = confirmed(contact_email="lea@exemple.fr")
    confirmed(START + HOURS_2, practitioner=appointment.practitioner)
    cancelled = confirmed(START + 2 * HOURS_2, practitioner=appointment.practitioner)
    change(cancelled, status=Status.CANCELLED_BY_CLIENT, cancelled_at=START - HOURS_48)
    eve = dt.datetime(2026, 12, 9, 18, 0, tzinfo=PARIS)
    assert announce(now=at(eve)) == 0
    preferences.choose_as_practitioner(
        practitioner_id=appointment.practitioner_id, bookings=True, changes=True, tomorrow=True, now=eve
    )
    assert announce(now=at(eve - MINUTE)) == 0
    assert announce(now=at(eve)) == 1
    assert announce(now=at(eve + MINUTE)) == 0
    message = OutboxMessage.objects.get()
    delivery.deliver(message.pk)
    (sent,) = mail.outbox
    assert sent.subject == "Demain, jeudi 10\u00a0décembre 2026\u00a0: 2\u00a0séances"
    assert "14:30–15:30 Léa Bernard" in str(sent.body)
    # A day without a session is not announced.
    assert announce(now=at(eve + dt.timedelta(days=1))) == 0


@pytest.mark.django_db(transaction=True)
def test_who_cancels_while_a_reminder_leaves_waits_for_it_and_who_came_first_is_seen(at, monkeypatch):
    """Nothing leaves after the cancellation is done: the row stays locked until the transport has the message."""
    import threading

    from django.db import connections

    from booking.actions import appointments
    from common import tasks, transport

    monkeypatch.setattr(tasks, "enqueue", lambda *_args: True)
    start = clock.now().replace(second=0, microsecond=0) + HOURS_48
    appointment = confirmed(start)
    at(start - HOURS_48 + MINUTE)
    remind(now=clock.now())
    message = OutboxMessage.objects.get()
    order: list[str] = []
    begun = threading.Event()

    def cancel() -> None:
        begun.wait(5)
        appointments.cancel_by_client(appointment_id=appointment.pk, announced_cents=0, now=clock.now())
        order.append("cancelled")
        connections.close_all()

    other = threading.Thread(target=cancel)
    other.start()

    def hand_over(row: OutboxMessage) -> str:
        begun.set()
        other.join(0.7)
        order.append("left")
        return ""

    monkeypatch.setattr(transport, "hand_over", hand_over)
    delivery.deliver(message.pk)
    other.join(10)
    assert order == ["left", "cancelled"]
