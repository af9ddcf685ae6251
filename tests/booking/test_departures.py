"""A practitioner leaves or is suspended (R6): what was to come is settled, clients are told, and nothing new is booked."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from booking.actions import (
    appointments,
    departures,
    groups,
    holds,
    moving,
    office_booking,
    payments,
    proposals,
    requests,
    waiting_offers,
)
from booking.errors import HoldLost, MoveRefused, NotBookable, OfferGone
from booking.models import Appointment, ClientRecord, GroupSession, Proposal, Refund, Status, WaitingEntry
from booking.slots import next_slots
from booking.tasks import settle_departures
from common.clock import now
from common.errors import DomainError
from common.models import OutboxMessage
from common.signals import contract_ended
from practitioners.actions import listing
from practitioners.models import Practitioner
from tests.booking.bank_case import Case, case
from tests.factories.booking import AppointmentFactory, HeldFactory, bookable_practitioner
from tests.factories.groups import session_of, yoga
from tests.factories.practitioners import PractitionerFactory
from tests.factories.waiting import waits

__all__ = ["case"]
ENDED, SUSPENDED = Practitioner.Status.ENDED, Practitioner.Status.SUSPENDED
DAY = dt.timedelta(days=1)


def become(practitioner: Practitioner, status: str) -> None:
    Practitioner.objects.filter(pk=practitioner.pk).update(status=status)
    practitioner.refresh_from_db()


def in_days(days: float, **fields: Any) -> dict[str, Any]:
    return {"starts_at": (now() + days * DAY).replace(microsecond=0), **fields}


@pytest.mark.django_db
def test_what_was_paid_goes_back_and_the_client_is_told_once(case: Case) -> None:
    become(case.practitioner, ENDED)
    with case.visitor.on_commit(execute=True):
        contract_ended.send(sender=Practitioner, practitioner_id=case.practitioner.pk, reason="départ")
    with case.visitor.on_commit(execute=True):
        settle_departures()
    case.appointment.refresh_from_db()
    assert case.appointment.status == Status.CANCELLED_BY_PRACTITIONER
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.cause, refund.status) == (6000, "practitioner", "done")
    event = case.appointment.events.filter(action="cancel_by_practitioner").get()
    assert (event.by, event.detail) == ("practitioner", "ended, refund 6000")
    assert OutboxMessage.objects.filter(template="booking/cancelled_client").count() == 1
    told = [m.body for m in mail.outbox if m.to == [case.appointment.contact_email]]
    assert sum("ne fait plus partie" in text or "no longer belongs" in text for text in told) == 1


@pytest.mark.django_db
def test_all_that_is_to_come_is_closed_and_a_broken_one_keeps_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    practitioner = PractitionerFactory()
    rows = [AppointmentFactory(practitioner=practitioner, **in_days(n + 1)) for n in range(3)]
    asked = AppointmentFactory(practitioner=practitioner, status=Status.REQUESTED, answer_by=now() + DAY, **in_days(5))
    held = HeldFactory(practitioner=practitioner, **in_days(6))
    past = AppointmentFactory(practitioner=practitioner, **in_days(-2))
    other = AppointmentFactory(**in_days(3))
    entry = waits(practitioner, practitioner.services.first())
    become(practitioner, ENDED)
    cancel = appointments.cancel_by_practitioner

    def breaks(*, appointment_id: int, **more: Any) -> Appointment:
        if appointment_id == rows[0].pk:
            raise RuntimeError
        return cancel(appointment_id=appointment_id, **more)

    with monkeypatch.context() as patch:
        patch.setattr(appointments, "cancel_by_practitioner", breaks)
        settle_departures()
    state = dict(Appointment.objects.values_list("pk", "status"))
    gone = Status.CANCELLED_BY_PRACTITIONER
    assert [state[row.pk] for row in rows] == [Status.CONFIRMED, gone, gone]
    assert (state[asked.pk], state[held.pk]) == (gone, Status.EXPIRED)
    assert (state[past.pk], state[other.pk]) == (Status.CONFIRMED, Status.CONFIRMED)
    entry.refresh_from_db()
    assert entry.state == WaitingEntry.State.REMOVED
    settle_departures()
    rows[0].refresh_from_db()
    assert rows[0].status == gone


@pytest.mark.django_db
def test_a_group_session_is_closed_with_its_seats() -> None:
    practitioner, service = yoga(seats=5)
    group = session_of(practitioner, service)
    seat = AppointmentFactory(
        practitioner=practitioner, service=service, group=group, starts_at=group.starts_at, ends_at=group.ends_at
    )
    become(practitioner, ENDED)
    settle_departures()
    group.refresh_from_db()
    seat.refresh_from_db()
    assert (group.status, seat.status) == (GroupSession.Status.CANCELLED, Status.CANCELLED_BY_PRACTITIONER)


@pytest.mark.django_db
def test_a_suspension_tells_each_client_once_and_cancels_two_days_before(
    django_capture_on_commit_callbacks: Any,
) -> None:
    practitioner = PractitionerFactory()
    first = AppointmentFactory(practitioner=practitioner, **in_days(4))
    again = AppointmentFactory(practitioner=practitioner, client=first.client, **in_days(9))
    near = AppointmentFactory(practitioner=practitioner, **in_days(1.9))
    with django_capture_on_commit_callbacks(execute=True):
        listing.suspend(practitioner=practitioner, by=None, reason="Contrôle en cours.")
    settle_departures()
    told = OutboxMessage.objects.filter(template="booking/page_suspended")
    assert [message.to for message in told] == [first.contact_email]
    assert first.contact_email not in told[0].key
    for row in (first, again, near):
        row.refresh_from_db()
    assert (first.status, again.status) == (Status.CONFIRMED, Status.CONFIRMED)
    assert near.status == Status.CANCELLED_BY_PRACTITIONER
    assert near.events.get(action="cancel_by_practitioner").detail == "suspended, refund 0"
    later = first.starts_at - departures.SETTLED_BEFORE
    assert not departures.to_cancel(now=later - dt.timedelta(minutes=1)).exists()
    assert list(departures.to_cancel(now=later)) == [first]
    become(practitioner, Practitioner.Status.LISTED)
    assert not departures.cancel(appointment_id=first.pk, now=later)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [SUSPENDED, ENDED])
def test_nothing_new_is_booked_by_any_way(status: str) -> None:
    practitioner, service = bookable_practitioner()
    start = in_days(6)["starts_at"]
    asked = AppointmentFactory(practitioner=practitioner, status=Status.REQUESTED, answer_by=now() + DAY, **in_days(5))
    Proposal.objects.create(appointment=asked, starts=[start], created_at=now(), expires_at=now() + DAY)
    booked = AppointmentFactory(practitioner=practitioner, **in_days(7))
    paying = HeldFactory(practitioner=practitioner, client=booked.client, advance_cents=6000, **in_days(8))
    entry = waits(practitioner, service)
    become(practitioner, status)
    moment, user = now(), practitioner.user
    with pytest.raises(NotBookable):
        holds.hold(practitioner=practitioner, service=service, start=start, holder_key="k", now=moment)
    with pytest.raises(HoldLost):
        payments.start_checkout(appointment_id=paying.pk, now=moment)
    with pytest.raises(NotBookable):
        requests.accept(appointment_id=asked.pk, actor=user, now=moment)
    with pytest.raises(NotBookable):
        proposals.propose(appointment_id=asked.pk, starts=[start], actor=user, now=moment)
    with pytest.raises(DomainError):
        proposals.choose(appointment_id=asked.pk, start=start, now=moment)
    with pytest.raises(MoveRefused):
        moving.move_by_client(appointment_id=booked.pk, start=start, now=moment)
    with pytest.raises(MoveRefused):
        moving.move_by_practitioner(
            appointment_id=booked.pk, start=start, now=moment, actor=user, tell=False, despite=True
        )
    with pytest.raises(NotBookable):
        waiting_offers.offer_by_hand(entry_id=entry.pk, start=start, now=moment)


@pytest.mark.django_db
def test_an_offer_of_the_waiting_list_is_gone_with_the_listing() -> None:
    practitioner, service = bookable_practitioner()
    entry = waits(practitioner, service)
    found = next_slots([practitioner.pk], now=now(), days=20, per_day=20)[practitioner.pk]
    offer = waiting_offers.offer_by_hand(entry_id=entry.pk, start=found[-1].slots[0].start, now=now())
    become(practitioner, SUSPENDED)
    with pytest.raises(OfferGone):
        waiting_offers.accept(offer_id=offer.pk, holder_key="k", now=now())


@pytest.mark.django_db
def test_whoever_left_books_for_no_client_and_opens_no_session() -> None:
    practitioner, service = yoga(seats=3)
    become(practitioner, ENDED)
    with pytest.raises(NotBookable):
        groups.open_session(
            practitioner=practitioner, service=service, start=in_days(3)["starts_at"], place=None, mode="cabinet",
            seats=3, now=now(),
        )  # fmt: skip
    practitioner, service = bookable_practitioner()
    record = ClientRecord(practitioner=practitioner, first_name="Léa", last_name="Bernard")
    become(practitioner, ENDED)
    with pytest.raises(NotBookable):
        office_booking.book_for(
            practitioner=practitioner, service=service, start=in_days(3)["starts_at"], record=record,
            actor=practitioner.user, now=now(), tell=False,
        )  # fmt: skip


@pytest.mark.django_db
def test_the_sweep_asks_no_more_for_more_practitioners_without_work(django_assert_max_num_queries: Any) -> None:
    for status in (ENDED, SUSPENDED) * 4:
        row = AppointmentFactory(**in_days(5 if status == SUSPENDED else -3))
        become(row.practitioner, status)
    settle_departures()
    with django_assert_max_num_queries(6):
        settle_departures()


@pytest.mark.django_db(transaction=True)
def test_a_booking_against_the_end_leaves_nothing_live() -> None:
    for _round in range(4):
        practitioner = PractitionerFactory()
        held = HeldFactory(practitioner=practitioner, client=AppointmentFactory().client, **in_days(3))
        barrier = threading.Barrier(2)

        def book(pk: int = held.pk, barrier: threading.Barrier = barrier) -> None:
            try:
                barrier.wait(timeout=30)
                appointments.book(appointment_id=pk, now=now())
            except HoldLost:
                pass  # the end came first
            finally:
                connection.close()

        def end(pk: int = practitioner.pk, barrier: threading.Barrier = barrier) -> None:
            try:
                barrier.wait(timeout=30)
                Practitioner.objects.filter(pk=pk).update(status=ENDED)
                settle_departures()
            finally:
                connection.close()

        threads = [threading.Thread(target=job) for job in (book, end)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        settle_departures()
        assert not practitioner.appointments.filter(status__in=["held", "requested", "confirmed"]).exists()
