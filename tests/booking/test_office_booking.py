"""What a practitioner puts into the agenda: an appointment for a client, time of one's own; and what races leave behind."""

import datetime as dt
import threading
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection

from booking.actions import client_records, holds, office_booking
from booking.actions.office_booking import NewClient, Stretch
from booking.errors import ClientKnown, NotBookable, OutsideHours, PastTime, SlotTaken
from booking.models import Appointment, ClientRecord, Closure, Occupation, Status
from booking.slots import slot_at
from common.clock import now
from practitioners.models import Practitioner
from tests.booking.conftest import free_start
from tests.factories.booking import AppointmentFactory, bookable_practitioner
from tests.factories.practitioners import PractitionerFactory

PARIS = ZoneInfo("Europe/Paris")


def record_of(practitioner: Practitioner, **fields: str) -> ClientRecord:
    values = {"first_name": "Léa", "last_name": "Bernard", "email": "lea.bernard@exemple.fr", "phone": "+33612345678"}
    return client_records.create(practitioner=practitioner, now=now(), **values | fields)


def at(days: int, hour: int, minute: int = 0) -> dt.datetime:
    day = now().astimezone(PARIS).date() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(hour, minute), PARIS)


def book(practitioner: Practitioner, **changed: Any) -> Appointment:
    what: dict[str, Any] = {
        "practitioner": practitioner,
        "service": practitioner.services.first(),
        "start": at(3, 10),
        "actor": practitioner.user,
        "now": now(),
        "tell": False,
    }
    if "record" not in changed:
        what["record"] = record_of(practitioner)
    return office_booking.book_for(**what | changed)


@pytest.mark.django_db
class TestBooking:
    def test_it_is_confirmed_at_once_and_everything_is_paid_on_site(self) -> None:
        practitioner, service = bookable_practitioner(
            account="acct_1Merchant000000", payment="full", confirmation="request"
        )
        appointment = book(practitioner)
        appointment.refresh_from_db()
        assert appointment.status == Status.CONFIRMED
        assert (appointment.advance_cents, appointment.fee_cents) == (0, 0)
        assert appointment.on_site_cents == service.price_cents
        assert appointment.booked_in_office
        assert appointment.client is None
        assert appointment.record is not None
        assert appointment.attendee_name == "Léa Bernard"
        assert appointment.policy is not None
        event = appointment.events.get()
        assert (event.before, event.after, event.by) == ("", "confirmed", "practitioner")
        assert event.actor == practitioner.user

    def test_it_takes_the_time_from_clients(self) -> None:
        practitioner, service = bookable_practitioner()
        start = free_start(practitioner, service, 30)
        book(practitioner, start=start)
        assert slot_at(practitioner=practitioner, service=service, start=start, now=now()) is None
        with pytest.raises(SlotTaken):
            holds.hold(practitioner=practitioner, service=service, start=start, holder_key="visitor", now=now())

    def test_who_has_an_account_finds_it_there(self, django_user_model) -> None:
        practitioner, _service = bookable_practitioner()
        earlier = AppointmentFactory(practitioner=practitioner)
        record = client_records.enter(earlier, now=now())
        assert book(practitioner, record=record).client == earlier.client

    @pytest.mark.parametrize("tell", [True, False])
    def test_the_client_is_told_when_the_practitioner_says_so(
        self, tell: bool, django_capture_on_commit_callbacks
    ) -> None:
        practitioner, _service = bookable_practitioner()
        with django_capture_on_commit_callbacks(execute=True):
            book(practitioner, tell=tell)
        assert [message.to for message in mail.outbox] == ([["lea.bernard@exemple.fr"]] if tell else [])

    def test_neither_the_notice_nor_the_step_nor_the_online_offer_holds_the_practitioner_back(self) -> None:
        practitioner, service = bookable_practitioner(bookable=False)
        appointment = book(practitioner, start=at(400, 10, 5))
        assert appointment.ends_at - appointment.starts_at == dt.timedelta(minutes=service.duration_minutes)
        assert appointment.place == practitioner.places.get()

    def test_outside_the_hours_it_is_said_first_and_done_when_wanted(self) -> None:
        practitioner, _service = bookable_practitioner()
        record = record_of(practitioner)
        with pytest.raises(OutsideHours):
            book(practitioner, record=record, start=at(3, 20))
        assert book(practitioner, record=record, start=at(3, 20), despite=True).status == Status.CONFIRMED

    def test_a_time_of_ones_own_is_named(self) -> None:
        practitioner, _service = bookable_practitioner()
        day = at(3, 9).date()
        office_booking.block(
            practitioner=practitioner, stretch=Stretch(day, day, dt.time(9), dt.time(11), note="Banque")
        )
        with pytest.raises(OutsideHours, match="Banque"):
            book(practitioner)

    def test_two_appointments_never_overlap_whatever_the_practitioner_says(self) -> None:
        practitioner, _service = bookable_practitioner(buffer_after_minutes=15)
        record = record_of(practitioner)
        book(practitioner, record=record)
        with pytest.raises(SlotTaken):
            book(practitioner, record=record, start=at(3, 11, 10), despite=True)
        assert Appointment.objects.count() == 1

    def test_what_cannot_be(self) -> None:
        practitioner, service = bookable_practitioner()
        record, other = record_of(practitioner), PractitionerFactory()
        for wrong in (
            {"record": record_of(other)},
            {"record": record, "service": other.services.first()},
            {"record": record, "place_id": other.places.get().pk, "start": at(3, 20), "despite": True},
        ):
            with pytest.raises(NotBookable):
                book(practitioner, **wrong)
        with pytest.raises(PastTime):
            book(practitioner, record=record, start=now() - dt.timedelta(hours=1))
        service.seats = 4
        service.save()
        with pytest.raises(NotBookable):
            book(practitioner, record=record, service=service)
        assert not Appointment.objects.exists()

    def test_a_new_client_is_entered_with_the_appointment_or_not_at_all(self) -> None:
        practitioner, service = bookable_practitioner()
        what: dict[str, Any] = {
            "practitioner": practitioner, "service": service, "actor": practitioner.user, "now": now(), "tell": False
        }  # fmt: skip
        newcomer = NewClient("Zoé", "Perrot", "zoe@exemple.fr")
        with pytest.raises(OutsideHours):
            office_booking.book_for_new(client=newcomer, start=at(3, 22), **what)
        assert not ClientRecord.objects.exists()
        appointment = office_booking.book_for_new(client=newcomer, start=at(3, 10), **what)
        assert appointment.record == ClientRecord.objects.get()
        with pytest.raises(ClientKnown):
            office_booking.book_for_new(client=newcomer, start=at(3, 14), **what)


@pytest.mark.django_db
class TestBlocking:
    def test_a_blocked_time_is_no_longer_offered_and_comes_back(self) -> None:
        practitioner, service = bookable_practitioner()
        start = free_start(practitioner, service, 30)
        local = start.astimezone(PARIS)
        stretch = Stretch(local.date(), local.date(), local.time(), (local + dt.timedelta(hours=1)).time())
        blocked = office_booking.block(practitioner=practitioner, stretch=stretch)
        assert slot_at(practitioner=practitioner, service=service, start=start, now=now()) is None
        office_booking.unblock(practitioner=practitioner, block_id=blocked.blocks[0].pk)
        assert slot_at(practitioner=practitioner, service=service, start=start, now=now()) is not None

    def test_what_is_booked_inside_is_kept_and_named(self) -> None:
        practitioner, _service = bookable_practitioner()
        inside = AppointmentFactory(practitioner=practitioner, starts_at=at(3, 10))
        AppointmentFactory(practitioner=practitioner, starts_at=at(3, 15))
        day = at(3, 9).date()
        stretch = Stretch(day, day, dt.time(9), dt.time(12))
        assert office_booking.would_keep(practitioner=practitioner, stretch=stretch) == [inside]
        assert office_booking.block(practitioner=practitioner, stretch=stretch).kept == [inside]
        inside.refresh_from_db()
        assert inside.status == Status.CONFIRMED

    def test_every_week_is_a_block_each(self) -> None:
        practitioner, _service = bookable_practitioner()
        first = at(3, 9).date()
        stretch = Stretch(first, first, dt.time(12), dt.time(13))
        blocks = office_booking.block(practitioner=practitioner, stretch=stretch, until=first + dt.timedelta(days=20))
        assert [one.first_day for one in blocks.blocks] == [first + dt.timedelta(weeks=n) for n in range(3)]

    def test_another_practitioners_is_not_there(self) -> None:
        practitioner, other = PractitionerFactory(), PractitionerFactory()
        day = at(3, 9).date()
        block = office_booking.block(practitioner=other, stretch=Stretch(day, day)).blocks[0]
        for act in (
            lambda: office_booking.unblock(practitioner=practitioner, block_id=block.pk),
            lambda: office_booking.change_block(
                practitioner=practitioner, block_id=block.pk, stretch=Stretch(day, day)
            ),
        ):
            with pytest.raises(office_booking.NotABlock):
                act()
        assert Closure.objects.get() == block


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def at_once(self, *acts: Any) -> list[BaseException | Any]:
        results: list[Any] = [None] * len(acts)
        barrier = threading.Barrier(len(acts))

        def run(number: int, act: Any) -> None:
            barrier.wait()
            try:
                results[number] = act()
            except (SlotTaken, OutsideHours) as error:
                results[number] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def test_office_and_visitor_at_once_leave_one_appointment(self) -> None:
        practitioner, service = bookable_practitioner()
        record, start, moment = record_of(practitioner), free_start(practitioner, service, 30), now()
        office = lambda: book(practitioner, record=record, start=start, service=service)  # noqa: E731
        acts = [
            *[office] * 3,
            *[
                lambda key=key: holds.hold(
                    practitioner=practitioner, service=service, start=start, holder_key=key, now=moment
                )
                for key in "abc"
            ],
        ]
        results = self.at_once(*acts)
        assert sum(isinstance(result, Appointment) for result in results) == 1
        assert Occupation.objects.count() == 1

    def test_a_block_says_every_appointment_that_it_keeps(self) -> None:
        practitioner, service = bookable_practitioner()
        record, start = record_of(practitioner), free_start(practitioner, service, 30)
        local = start.astimezone(PARIS)
        stretch = Stretch(local.date(), local.date(), dt.time(0), dt.time(23))
        booked, blocked = self.at_once(
            lambda: book(practitioner, record=record, start=start, service=service),
            lambda: office_booking.block(practitioner=practitioner, stretch=stretch),
        )
        # Whoever came first: the appointment is kept and said, or the practitioner was told of the block.
        if isinstance(booked, Appointment):
            assert [row.pk for row in blocked.kept] == [booked.pk]
        else:
            assert isinstance(booked, OutsideHours)
            assert blocked.kept == []
