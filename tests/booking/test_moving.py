"""Moving an appointment: what its client may, until the second; what its practitioner may; and races with real threads."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking import move_terms, slots
from booking.actions import appointments, groups, moving, policy_versions
from booking.cancellation_terms import Tier, capped, percent_at, refundable
from booking.errors import AlreadyStarted, MoveRefused, OutsideHours, PastTime, SlotTaken
from booking.lifecycle import By
from booking.models import Appointment, BookingSettings, Closure, Occupation, Status
from booking.notifications.rendering import render
from booking.signals import appointment_changed
from common.clock import now
from common.models import OutboxMessage
from tests.factories.booking import AppointmentFactory, PaymentFactory, bookable_practitioner
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)
PARIS = ZoneInfo("Europe/Paris")


def free_times(practitioner: Any, service: Any, after: dt.timedelta) -> list[slots.Slot]:
    found = slots.next_slots([practitioner.pk], now=now(), days=15, per_day=30)[practitioner.pk]
    return [slot for day in found for slot in day.slots if slot.start > now() + after]


def booked(*, days: int = 5, number: int = 0, **fields: Any) -> Appointment:
    """A confirmed appointment at one of the times offered, under the practitioner's present policy."""
    practitioner, service = fields.pop("whose", None) or bookable_practitioner()
    slot = free_times(practitioner, service, dt.timedelta(days=days))[number]
    policy = policy_versions.current(practitioner=practitioner, now=now())
    return AppointmentFactory(
        practitioner=practitioner,
        service=service,
        starts_at=slot.start,
        ends_at=slot.end,
        policy=policy,
        cancellation_tiers=policy.cancellation_tiers,
        **fields,
    )


def other_time(appointment: Appointment, number: int = 6) -> dt.datetime:
    times = free_times(appointment.practitioner, appointment.service, dt.timedelta(days=6))
    return [slot.start for slot in times if slot.start.date() != appointment.starts_at.date()][number]


def moved(appointment: Appointment, start: dt.datetime, **more: Any) -> Appointment:
    return moving.move_by_client(appointment_id=appointment.pk, start=start, now=more.pop("now", now()), **more)


def moved_by_practitioner(appointment: Appointment, start: dt.datetime, **more: Any) -> Appointment:
    more.setdefault("tell", True)
    return moving.move_by_practitioner(
        appointment_id=appointment.pk,
        start=start,
        now=more.pop("now", now()),
        actor=appointment.practitioner.user,
        **more,
    )


class TestByTheClient:
    def test_the_time_changes_and_nothing_else(self) -> None:
        appointment = booked()
        payment = PaymentFactory(appointment=appointment)
        before, start = appointment.starts_at, other_time(appointment)
        heard: list[Any] = []
        appointment_changed.connect(lambda **more: heard.append(more), weak=False, dispatch_uid="heard")
        try:
            moved(appointment, start)
        finally:
            appointment_changed.disconnect(dispatch_uid="heard")
        row = Appointment.objects.get()
        assert (row.starts_at, row.ends_at - row.starts_at) == (start, HOUR)
        assert (row.status, row.price_cents, row.moves, row.calendar_sequence) == (Status.CONFIRMED, 6000, 1, 1)
        assert list(row.payments.all()) == [payment]
        assert not row.payments.first().refunds.exists()
        assert Occupation.objects.get(appointment=row).starts_at == start
        event = row.events.get()
        assert (event.action, event.before, event.after, event.by) == ("move", "confirmed", "confirmed", By.CLIENT)
        assert event.detail == f"{before:%Y-%m-%dT%H:%MZ} → {start:%Y-%m-%dT%H:%MZ}"
        assert [(one["action"], one["before"]) for one in heard] == [("move", "confirmed")]
        mails = OutboxMessage.objects.order_by("to")
        assert {mail.to for mail in mails} == {row.contact_email, row.practitioner.professional_email}
        for mail in mails:
            said = render(mail)
            assert said.subject.startswith("Déplacé")
            assert "Elle était prévue" in said.text
            assert "SEQUENCE:1" in said.attachments[0]["text"]
        assert row.policy is not None
        assert row.policy.text in render(mails.get(to=row.contact_email)).text

    def test_by_half_an_hour_over_its_own_time(self) -> None:
        practitioner, service = bookable_practitioner()
        offered = [slot.start for slot in free_times(practitioner, service, dt.timedelta(days=5))]
        # Not the last of a day, whatever the hour at which this runs.
        number = next(n for n, start in enumerate(offered) if start + HOUR / 2 in offered)
        appointment = booked(whose=(practitioner, service), number=number)
        half = appointment.starts_at + HOUR / 2
        assert moved(appointment, half).starts_at == half

    @pytest.mark.parametrize("hours", [0, 3, 24, 49])
    def test_until_the_second_that_the_policy_says(self, hours: int) -> None:
        practitioner, service = bookable_practitioner()
        BookingSettings.objects.create(practitioner=practitioner, move_hours=hours, minimum_notice_minutes=0)
        appointment = booked(whose=(practitioner, service), days=8)
        limit = appointment.starts_at - hours * HOUR
        assert move_terms.terms_of(appointment).until(appointment.starts_at) == limit
        assert move_terms.may_move(appointment, now=limit if hours else limit - SECOND)
        assert not move_terms.may_move(appointment, now=limit + SECOND)
        start = appointment.starts_at + dt.timedelta(days=2)
        with pytest.raises((MoveRefused, AlreadyStarted)):
            moved(appointment, start, now=limit + SECOND)
        assert moved(appointment, start, now=limit - SECOND).starts_at == start

    @pytest.mark.parametrize("day", [dt.date(2027, 3, 28), dt.date(2027, 10, 31)])
    @given(hours=st.integers(0, 24 * 30))
    @settings(max_examples=25, deadline=None)
    def test_hours_are_elapsed_time_when_the_clocks_change(self, day: dt.date, hours: int) -> None:
        """24 hours before a Sunday's noon is 11:00 or 13:00 on Saturday."""
        noon = dt.datetime.combine(day, dt.time(12), PARIS)
        limit = move_terms.MoveTerms(hours, 1).until(noon)
        assert noon.astimezone(dt.UTC) - limit == hours * HOUR
        if hours == 24:
            assert limit.astimezone(PARIS).hour == (11 if day.month == 3 else 13)
        tiers: list[Tier] = [{"hours_before": hours, "percent": 100}]
        assert refundable(tiers, paid=6000, starts_at=noon, now=limit) == 6000 or hours == 0
        assert refundable(tiers, paid=6000, starts_at=noon, now=limit + SECOND) == 0

    def test_as_often_as_the_policy_says(self) -> None:
        appointment = booked()
        for number in (6, 12):
            moved(Appointment.objects.get(), other_time(appointment, number))
        with pytest.raises(MoveRefused, match="autant de fois"):
            moved(appointment, other_time(appointment, 18))
        appointment.policy = None
        BookingSettings.objects.create(practitioner=appointment.practitioner, most_moves=0)
        assert "ne permet pas" in moving.refusal(appointment, now=now())

    def test_the_policy_is_that_of_the_booking_whatever_the_practitioner_decides_later(self) -> None:
        appointment = booked()
        BookingSettings.objects.create(practitioner=appointment.practitioner, most_moves=0, move_hours=700)
        assert moved(appointment, other_time(appointment)).moves == 1

    def test_only_to_times_that_are_offered(self) -> None:
        appointment = booked()
        for wrong in (
            other_time(appointment) + dt.timedelta(minutes=7),
            appointment.starts_at + dt.timedelta(hours=11),
            now() - dt.timedelta(days=1),
            now() + dt.timedelta(days=200),
        ):
            with pytest.raises(SlotTaken):
                moved(appointment, wrong)
        with pytest.raises(MoveRefused, match="déjà l’horaire"):
            moved(appointment, appointment.starts_at)

    def test_never_onto_anothers_time(self) -> None:
        appointment = booked()
        start = other_time(appointment)
        AppointmentFactory(practitioner=appointment.practitioner, starts_at=start)
        with pytest.raises(SlotTaken):
            moved(appointment, start)
        assert Appointment.objects.get(pk=appointment.pk).moves == 0

    @pytest.mark.parametrize("status", [s for s in Status if s not in {Status.CONFIRMED, Status.REQUESTED}])
    def test_only_what_is_to_come(self, status: Status) -> None:
        appointment = Appointment(status=status, practitioner=PractitionerFactory(), starts_at=now() + 50 * HOUR)
        assert not move_terms.may_move(appointment, now=now())
        assert moving.refusal(appointment, now=now())

    def test_what_was_accepted_for_its_time_is_moved_by_the_practitioner_only(self) -> None:
        appointment = booked(on_request=True)
        with pytest.raises(MoveRefused, match="seul le praticien"):
            moved(appointment, other_time(appointment))

    def test_a_request_may_be_asked_for_at_another_time(self) -> None:
        appointment = booked(on_request=True, status=Status.REQUESTED, answer_by=now() + HOUR)
        start = other_time(appointment)
        moved(appointment, start)
        row = Appointment.objects.get()
        assert (row.status, row.starts_at) == (Status.REQUESTED, start)
        assert row.answer_by is not None
        assert row.booked_at is not None
        assert row.answer_by <= row.booked_at + dt.timedelta(hours=48)

    def test_a_seat_moves_to_another_session_of_its_group_while_it_has_seats(self) -> None:
        practitioner, service = bookable_practitioner(seats=2)
        if not service.is_group:
            pytest.skip("sessions for several are made otherwise")
        starts = [
            (now() + dt.timedelta(days=days)).replace(hour=12, minute=0, second=0, microsecond=0) for days in (4, 6)
        ]
        first, second = (
            groups.open_session(
                practitioner=practitioner,
                service=service,
                start=start,
                place=practitioner.places.first(),
                mode="cabinet",
                seats=seats,
                now=now(),
            )
            for start, seats in zip(starts, (2, 1), strict=True)
        )
        seat = AppointmentFactory(
            practitioner=practitioner, service=service, group=first, starts_at=first.starts_at, ends_at=first.ends_at
        )
        moved(seat, second.starts_at)
        seat.refresh_from_db()
        assert (seat.group, seat.starts_at) == (second, second.starts_at)
        late = AppointmentFactory(
            practitioner=practitioner, service=service, group=first, starts_at=first.starts_at, ends_at=first.ends_at
        )
        with pytest.raises(SlotTaken):
            moved(late, second.starts_at)


class TestMovingNeverWinsBackARefund:
    TIERS: tuple[Tier, ...] = ({"hours_before": 48, "percent": 100}, {"hours_before": 12, "percent": 50})

    def test_what_was_lost_stays_lost(self) -> None:
        practitioner, service = bookable_practitioner()
        BookingSettings.objects.create(
            practitioner=practitioner, cancellation_tiers=list(self.TIERS), move_hours=2, minimum_notice_minutes=0
        )
        appointment = booked(whose=(practitioner, service))
        PaymentFactory(appointment=appointment)
        late = appointment.starts_at - 20 * HOUR
        shown = moving.consequence(
            appointment=appointment, start=appointment.starts_at + dt.timedelta(days=5), now=late
        )
        assert (shown.refund_now, shown.refund_after) == (3000, 3000)
        row = moved(appointment, appointment.starts_at + dt.timedelta(days=5), now=late)
        assert row.cancellation_tiers == [{"hours_before": 12, "percent": 50}]
        assert appointments.refund_due(row, now=late) == 3000
        assert row.policy is not None
        assert row.policy.cancellation_tiers == list(self.TIERS)

    def test_a_nearer_time_is_said_to_cost(self) -> None:
        appointment = booked(days=9)
        PaymentFactory(appointment=appointment)
        near = free_times(appointment.practitioner, appointment.service, dt.timedelta(hours=3))[0].start
        shown = moving.consequence(appointment=appointment, start=near, now=now())
        assert shown.refund_now == 6000
        assert shown.refund_after == (6000 if near - now() >= 24 * HOUR else 0)
        assert not shown.refusal

    @given(
        steps=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 100)), min_size=0, max_size=5),
        before=st.integers(-5, 300),
        later=st.integers(0, 3000),
    )
    @settings(max_examples=200, deadline=None)
    def test_whatever_the_scale_and_the_moment(self, steps: list[tuple[int, int]], before: int, later: int) -> None:
        """Cancelling right after a move never gives back more than cancelling right before it."""
        hours = sorted({hour for hour, _percent in steps}, reverse=True)
        percents = sorted((percent for _hour, percent in steps), reverse=True)
        tiers: list[Tier] = [
            {"hours_before": hour, "percent": percent} for hour, percent in zip(hours, percents, strict=False)
        ]
        starts = dt.datetime(2027, 3, 28, 12, tzinfo=dt.UTC)
        at = starts - before * HOUR
        had = percent_at(tiers, starts_at=starts, now=at) if at < starts else 0
        after = capped(tiers, had)
        new = starts + later * HOUR
        given_back = refundable(after, paid=6000, starts_at=new, now=at)
        assert given_back <= had * 60
        assert [tier["hours_before"] for tier in after] == sorted({t["hours_before"] for t in after}, reverse=True)


class TestByThePractitioner:
    def test_place_and_length_may_change_the_price_does_not(self) -> None:
        appointment = booked()
        start = other_time(appointment)
        row = moved_by_practitioner(appointment, start, minutes=90, place_id=appointment.place_id)
        assert (row.starts_at, row.ends_at - row.starts_at, row.price_cents) == (start, 1.5 * HOUR, 6000)
        assert (row.moves, row.calendar_sequence) == (0, 1)
        assert OutboxMessage.objects.get().to == row.contact_email

    def test_the_client_is_told_only_if_asked(self) -> None:
        appointment = booked()
        moved_by_practitioner(appointment, other_time(appointment), tell=False)
        assert not OutboxMessage.objects.exists()

    def test_the_client_may_then_leave_for_nothing_unless_it_was_agreed(self) -> None:
        appointment = booked()
        PaymentFactory(appointment=appointment)
        soon = free_times(appointment.practitioner, appointment.service, dt.timedelta(hours=3))[0].start
        agreed = moved_by_practitioner(appointment, soon, agreed=True, despite=True)
        assert agreed.cancellation_tiers == [{"hours_before": 24, "percent": 100}]
        row = moved_by_practitioner(appointment, soon + HOUR, despite=True)
        assert appointments.refund_due(row, now=row.starts_at - SECOND) == 6000
        assert "tout vous est rendu" in render(OutboxMessage.objects.get(key__endswith="-2")).text

    def test_outside_hours_only_after_a_warning(self) -> None:
        appointment = booked()
        night = appointment.starts_at.replace(hour=20, minute=0)
        with pytest.raises(OutsideHours, match="en dehors de vos heures"):
            moved_by_practitioner(appointment, night)
        assert moved_by_practitioner(appointment, night, despite=True).starts_at == night

    def test_over_a_time_of_ones_own_the_warning_names_both(self) -> None:
        appointment = booked()
        start = other_time(appointment)
        local = start.astimezone(PARIS)
        Closure.objects.create(
            practitioner=appointment.practitioner,
            kind=Closure.Kind.BLOCK,
            first_day=local.date(),
            last_day=local.date(),
            start=local.time(),
            end=(local + HOUR).time(),
            note="Dentiste",
        )
        with pytest.raises(OutsideHours, match=r"Dentiste.*Léa Bernard"):
            moved_by_practitioner(appointment, start)
        assert moved_by_practitioner(appointment, start, despite=True).starts_at == start

    def test_two_appointments_never_overlap_whatever_is_accepted(self) -> None:
        appointment = booked()
        start = other_time(appointment)
        AppointmentFactory(practitioner=appointment.practitioner, starts_at=start)
        with pytest.raises(SlotTaken):
            moved_by_practitioner(appointment, start, despite=True)

    def test_what_makes_no_sense_is_refused(self) -> None:
        appointment = booked()
        start, elsewhere = other_time(appointment), PractitionerFactory().places.get()
        for wrong in ({"minutes": 0}, {"minutes": 10_000}, {"place_id": elsewhere.pk}, {"place_id": 10**12}):
            with pytest.raises(MoveRefused):
                moved_by_practitioner(appointment, start, **wrong)
        with pytest.raises(PastTime):
            moved_by_practitioner(appointment, now() - HOUR)
        with pytest.raises(AlreadyStarted):
            moved_by_practitioner(appointment, start, now=appointment.starts_at)
        asked = booked(status=Status.REQUESTED, answer_by=now() + HOUR)
        with pytest.raises(MoveRefused, match="proposez"):
            moved_by_practitioner(asked, start)
