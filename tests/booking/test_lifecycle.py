"""The whole table of transitions: every step, from every state, by everybody; in the code and in the database."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from booking import lifecycle, lifecycle_sql
from booking.lifecycle import CARRIES_OUT, OCCUPYING, PREPARES, TRANSITIONS, By, Effect, Step, Tell
from booking.models import Appointment, AppointmentEvent, Occupation, Payment, Refund, Status
from booking.models.appointment import OCCUPYING as OCCUPYING_STATES
from booking.notifications.kinds import KINDS
from booking.signals import appointment_changed
from common.clock import now
from common.errors import NotAllowed
from common.models import OutboxMessage
from practitioners.models import ReviewInvitation
from tests.factories.booking import AppointmentFactory, HeldFactory, PaymentFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db


def in_state(status: Status, **fields: Any) -> Appointment:
    """An appointment as it is found in this state."""
    more: dict[str, Any] = {
        Status.HELD: {"client": fields.get("client") or None},
        Status.REQUESTED: {"answer_by": now() + dt.timedelta(hours=3)},
        Status.CANCELLED_BY_CLIENT: {"cancelled_at": now()},
        Status.CANCELLED_BY_PRACTITIONER: {"cancelled_at": now()},
    }.get(status, {})
    if status in {Status.HELD, Status.EXPIRED}:
        kept = AppointmentFactory(
            status=status, holder_key="visitor", hold_expires_at=now() + dt.timedelta(minutes=15), **fields
        )
        return kept
    return AppointmentFactory(status=status, **more | fields)


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("step", Step)
def test_a_step_is_taken_from_its_states_and_by_its_people_only(step: Step, status: Status, by: By) -> None:
    appointment, row = in_state(status), TRANSITIONS[step]
    occupied = status in OCCUPYING_STATES
    assert Occupation.objects.filter(appointment=appointment).exists() == occupied
    if status in row.sources and by in row.by:
        lifecycle.move(appointment, step, by=by, now=now())
        appointment.refresh_from_db()
        assert appointment.status == row.target
        event = appointment.events.get()
        assert (event.action, event.before, event.after, event.by) == (step, status, row.target, by)
        assert Occupation.objects.filter(appointment=appointment).exists() == (row.target in OCCUPYING_STATES)
        return
    refused = NotAllowed if status in row.sources else lifecycle.IllegalTransition
    with pytest.raises(refused):
        lifecycle.move(appointment, step, by=by, now=now())
    appointment.refresh_from_db()
    assert appointment.status == status
    assert not appointment.events.exists()
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("after", Status)
@pytest.mark.parametrize("before", Status)
def test_the_database_accepts_the_same_pairs_as_the_table(before: Status, after: Status) -> None:
    """By hand, without the code: a migration holds what the table said."""
    appointment = in_state(before)
    refused = ""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set constraints booking_appointment_recorded deferred")
            cursor.execute("update booking_appointment set status = %s where id = %s", [after, appointment.pk])
            transaction.set_rollback(True)
    except IntegrityError as error:
        refused = str(error)
    legal = before == after or (before, after) in lifecycle_sql.pairs()
    assert ("is no transition" not in refused) == legal, refused


def test_the_migration_holds_what_the_table_says_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select prosrc from pg_proc where proname = 'booking_legal_transition'")
        (kept,) = cursor.fetchone()
    wanted = lifecycle_sql.legal_function()
    assert " ".join(kept.split()) in " ".join(wanted.split())


def test_a_status_that_changes_without_its_event_is_undone() -> None:
    appointment = AppointmentFactory()

    def by_hand() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            Appointment.objects.filter(pk=appointment.pk).update(status=Status.DONE)
            cursor.execute("set constraints all immediate")

    with pytest.raises(IntegrityError, match="has no event"):
        by_hand()
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


@pytest.mark.django_db(transaction=True)
def test_an_event_of_another_transaction_does_not_count() -> None:
    appointment = AppointmentFactory()
    as_if = Appointment.objects.get(pk=appointment.pk)
    as_if.status = Status.DONE
    with transaction.atomic():
        lifecycle.record(as_if, "complete", before=Status.CONFIRMED, by=By.SYSTEM, now=now())
    with pytest.raises(IntegrityError, match="has no event"):
        Appointment.objects.filter(pk=appointment.pk).update(status=Status.DONE)


def test_an_appointment_is_never_handed_to_another_practitioner() -> None:
    appointment, other = AppointmentFactory(), PractitionerFactory()
    with pytest.raises(IntegrityError, match="another practitioner"), transaction.atomic():
        Appointment.objects.filter(pk=appointment.pk).update(practitioner=other)


def test_a_step_that_a_listener_refuses_leaves_nothing() -> None:
    appointment = AppointmentFactory()

    def refuse(**_more: Any) -> None:
        raise RuntimeError("no")

    appointment_changed.connect(refuse, dispatch_uid="refuse")
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            lifecycle.move(appointment, Step.COMPLETE, by=By.PRACTITIONER, now=now())
    finally:
        appointment_changed.disconnect(dispatch_uid="refuse")
    assert Appointment.objects.get(pk=appointment.pk).status == Status.CONFIRMED
    assert not AppointmentEvent.objects.exists()


class TestEffects:
    def test_each_effect_of_the_table_is_carried_out_by_the_code(self) -> None:
        named = {effect for row in TRANSITIONS.values() for effect in row.effects}
        assert {effect for effect in named if isinstance(effect, Effect)} == set(Effect)
        assert set(Effect) <= PREPARES.keys() | CARRIES_OUT.keys()
        for tell in named:
            if isinstance(tell, Tell):
                assert tell.reader in KINDS[tell.kind].readers

    @pytest.mark.parametrize("step", Step)
    def test_who_is_told_is_who_the_table_says(self, step: Step) -> None:
        row = TRANSITIONS[step]
        appointment = in_state(sorted(row.sources)[0])
        lifecycle.move(appointment, step, by=sorted(row.by)[0], now=now())
        told = {f"-{tell.kind}-{tell.reader}" for tell in row.effects if isinstance(tell, Tell)}
        sent = OutboxMessage.objects.values_list("key", flat=True)
        assert {key.removeprefix(f"appointment-{appointment.reference}") for key in sent} == told

    @pytest.mark.parametrize("step", Step)
    def test_time_is_freed_where_the_table_says(self, step: Step) -> None:
        row = TRANSITIONS[step]
        assert row.frees_time == bool(row.sources & OCCUPYING and row.target not in OCCUPYING)
        for source in row.sources & OCCUPYING:
            appointment = in_state(source)
            lifecycle.move(appointment, step, by=sorted(row.by)[0], now=now())
            assert Occupation.objects.filter(appointment=appointment).exists() != row.frees_time

    @pytest.mark.parametrize("step", [Step.CANCEL_BY_CLIENT, Step.CANCEL_BY_PRACTITIONER])
    def test_cancelling_gives_back_and_is_dated(self, step: Step) -> None:
        payment = PaymentFactory(appointment__cancellation_tiers=[{"hours_before": 0, "percent": 50}])
        lifecycle.move(payment.appointment, step, by=sorted(TRANSITIONS[step].by)[0], now=now())
        half = step == Step.CANCEL_BY_CLIENT
        assert Refund.objects.get().amount_cents == (3000 if half else 6000)
        appointment = Appointment.objects.get()
        assert appointment.cancelled_at is not None
        assert appointment.calendar_sequence == 1
        assert appointment.events.get().detail == f"refund {3000 if half else 6000}"

    @pytest.mark.parametrize("step", [Step.LAPSE, Step.REFUSE, Step.CANCEL_BY_CLIENT, Step.CANCEL_BY_PRACTITIONER])
    def test_what_was_only_authorised_is_let_go(self, step: Step) -> None:
        appointment = in_state(Status.REQUESTED, advance_cents=6000, fee_cents=245, on_request=True)
        payment = PaymentFactory(appointment=appointment, status=Payment.Status.AUTHORISED)
        lifecycle.move(appointment, step, by=sorted(TRANSITIONS[step].by)[0], now=now())
        payment.refresh_from_db()
        assert payment.status == Payment.Status.RELEASING
        assert not Refund.objects.exists()

    def test_a_session_that_took_place_may_be_reviewed_until_it_did_not(self) -> None:
        appointment = AppointmentFactory(starts_at=now() - dt.timedelta(hours=3))
        lifecycle.move(appointment, Step.COMPLETE, by=By.SYSTEM, now=now())
        assert ReviewInvitation.objects.get().client == appointment.client
        lifecycle.move(appointment, Step.CLIENT_ABSENT, by=By.PRACTITIONER, now=now())
        assert not ReviewInvitation.objects.exists()

    def test_a_time_that_nobody_booked_forgets_who_was_about_to(self) -> None:
        for step, by in ((Step.EXPIRE, By.SYSTEM), (Step.RELEASE, By.CLIENT)):
            held = HeldFactory(contact_first_name="Léa", contact_email="lea@exemple.fr", attendee_last_name="Bernard")
            lifecycle.move(held, step, by=by, now=now())
            held.refresh_from_db()
            assert (held.contact_first_name, held.contact_email, held.attendee_last_name) == ("", "", "")

    def test_booking_enters_the_client_in_the_practitioners_list(self) -> None:
        held = in_state(Status.HELD)
        lifecycle.move(held, Step.CONFIRM, by=By.CLIENT, now=now())
        held.refresh_from_db()
        assert held.record is not None
        assert held.record.practitioner == held.practitioner
        assert mail.outbox == []


def test_the_diagram_of_the_docs_is_up_to_date() -> None:
    call_command("draw_lifecycle", "--check")
