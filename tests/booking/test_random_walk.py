"""An appointment led through its life by everybody at random: whatever they try, what must hold holds after every act."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from booking import lifecycle_sql, slots
from booking.actions import appointments, holds, moving, payments, proposals, requests
from booking.lifecycle import Step
from booking.models import Appointment, BookingSettings, Occupation, Payment, Refund, Status
from booking.models.appointment import OCCUPYING
from common.clock import now
from common.errors import DomainError
from tests.factories.accounts import UserFactory
from tests.factories.booking import PaymentFactory, bookable_practitioner

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
TIERS = [{"hours_before": 72, "percent": 100}, {"hours_before": 30, "percent": 40}]
NUMBERS = st.integers(0, 40)


class Life(RuleBasedStateMachine):
    """Money is either taken online, only authorised (on request), or none; Stripe always agrees."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.stripe = mock.patch.object(payments, "capture")
        self.stripe.start()

    def teardown(self) -> None:
        self.stripe.stop()
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @initialize(
        on_request=st.booleans(), paid=st.booleans(), number=NUMBERS, at_once=st.sampled_from([True] * 5 + [False])
    )
    def chosen(self, on_request: bool, paid: bool, number: int, at_once: bool) -> None:
        self.now = now()
        practitioner, service = bookable_practitioner(confirmation="request" if on_request else "instant")
        BookingSettings.objects.create(
            practitioner=practitioner, cancellation_tiers=TIERS, move_hours=6, most_moves=3, horizon_days=30
        )
        self.practitioner, self.service = practitioner, service
        start = self.offered(number)
        row = holds.hold(practitioner=practitioner, service=service, start=start, holder_key="k", now=self.now)
        Appointment.objects.filter(pk=row.pk).update(
            client=UserFactory(),
            advance_cents=6000 if paid else 0,
            fee_cents=245 if paid else 0,
            contact_email="lea@exemple.fr",
        )
        self.pk, self.paid, self.on_request = row.pk, paid, on_request
        if at_once:
            self.book()

    def row(self) -> Appointment:
        return Appointment.objects.get(pk=self.pk)

    def offered(self, number: int) -> dt.datetime:
        found = slots.next_slots([self.practitioner.pk], now=self.now, days=12, per_day=4)[self.practitioner.pk]
        times = [slot.start for day in found for slot in day.slots]
        return times[number % len(times)]

    def tried(self, act: Callable[[], Any]) -> bool:
        """Done as a whole, or refused in words with nothing changed. The database's own checks are asked at once."""
        before = self.seen()
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                act()
                cursor.execute("set constraints all immediate")
                cursor.execute("set constraints all deferred")
        except DomainError:
            assert self.seen() == before
            return False
        return True

    def seen(self) -> tuple[Any, ...]:
        row = self.row()
        return row.status, row.starts_at, row.moves, row.events.count(), Refund.objects.count(), row.cancellation_tiers

    @rule(hours=st.sampled_from([1, 1, 5, 20, 100]))
    def time_passes(self, hours: int) -> None:
        self.now += hours * HOUR
        row = self.row()
        if row.status == Status.HELD and row.hold_expires_at and row.hold_expires_at <= self.now:
            holds.expire(appointment_id=self.pk, now=self.now)
        requests.lapse(appointment_id=self.pk, now=self.now)
        appointments.complete_quietly(appointment_id=self.pk, now=self.now)

    @rule()
    def booked(self) -> None:
        self.book()

    def book(self) -> None:
        def act() -> None:
            row = appointments.locked(self.pk)
            if row.status != Status.HELD or row.client_id is None:
                return
            if self.paid:
                status = Payment.Status.AUTHORISED if self.on_request else Payment.Status.PAID
                PaymentFactory(appointment=row, status=status)
            appointments.secure(row, by=appointments.BY.STRIPE if self.paid else appointments.BY.CLIENT, now=self.now)

        self.tried(act)

    @rule()
    def gone_on_with(self) -> None:
        self.tried(lambda: holds.renew(appointment_id=self.pk, now=self.now))

    @rule(number=NUMBERS)
    def moved_by_its_client(self, number: int) -> None:
        before = appointments.refund_due(self.row(), now=self.now)
        start = self.offered(number)
        if self.tried(lambda: moving.move_by_client(appointment_id=self.pk, start=start, now=self.now)):
            assert appointments.refund_due(self.row(), now=self.now) <= before

    @rule(number=NUMBERS, agreed=st.booleans(), despite=st.booleans(), minutes=st.sampled_from([None, 30, 90]))
    def moved_by_its_practitioner(self, number: int, agreed: bool, despite: bool, minutes: int | None) -> None:
        start = self.offered(number)
        self.tried(
            lambda: moving.move_by_practitioner(
                appointment_id=self.pk,
                start=start,
                now=self.now,
                actor=self.practitioner.user,
                tell=True,
                minutes=minutes,
                agreed=agreed,
                despite=despite,
            )
        )

    @rule(right=st.booleans())
    def cancelled_by_its_client(self, right: bool) -> None:
        due = appointments.refund_due(self.row(), now=self.now)
        done = self.tried(
            lambda: appointments.cancel_by_client(
                appointment_id=self.pk, announced_cents=due if right else due + 1, now=self.now
            )
        )
        assert right or not done
        if done:
            assert self.refunded() == due

    @rule()
    def cancelled_by_its_practitioner(self) -> None:
        self.tried(
            lambda: appointments.cancel_by_practitioner(
                appointment_id=self.pk, actor=self.practitioner.user, now=self.now
            )
        )

    @rule(answer=st.sampled_from([requests.accept, requests.refuse]))
    def answered(self, answer: Callable[..., Any]) -> None:
        self.tried(lambda: answer(appointment_id=self.pk, actor=self.practitioner.user, now=self.now))

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=3))
    def other_times_proposed(self, numbers: list[int]) -> None:
        starts = [self.offered(number) for number in numbers]
        self.tried(
            lambda: proposals.propose(appointment_id=self.pk, starts=starts, actor=self.practitioner.user, now=self.now)
        )

    @rule(number=st.integers(0, 2))
    def one_of_them_taken(self, number: int) -> None:
        proposal = self.row().proposals.last()
        start = proposal.starts[number % len(proposal.starts)] if proposal else self.now
        self.tried(lambda: proposals.choose(appointment_id=self.pk, start=start, now=self.now))

    @rule()
    def none_of_them(self) -> None:
        self.tried(lambda: proposals.decline(appointment_id=self.pk, now=self.now))

    @rule(step=st.sampled_from([Step.COMPLETE, Step.CLIENT_ABSENT]))
    def closed(self, step: Step) -> None:
        self.tried(
            lambda: appointments.close(appointment_id=self.pk, step=step, actor=self.practitioner.user, now=self.now)
        )

    @rule()
    def practitioner_declared_absent(self) -> None:
        self.tried(lambda: appointments.declare_absence(appointment_id=self.pk, now=self.now))

    def refunded(self) -> int:
        return Refund.objects.aggregate(total=Sum("amount_cents"))["total"] or 0

    @invariant()
    def every_step_is_legal_and_has_its_event(self) -> None:
        if not hasattr(self, "pk"):
            return
        row, state = self.row(), ""
        for event in row.events.all():
            assert event.before == state
            assert event.before == event.after or not state or (event.before, event.after) in lifecycle_sql.pairs()
            state = event.after
        assert state == row.status

    @invariant()
    def the_time_is_taken_as_long_as_the_state_says(self) -> None:
        if not hasattr(self, "pk"):
            return
        row, taken = self.row(), Occupation.objects.filter(appointment=self.pk).first()
        assert (taken is not None) == (row.status in OCCUPYING)
        assert taken is None or (taken.starts_at, taken.ends_at) == (row.starts_at, row.ends_at)

    @invariant()
    def money_is_conserved(self) -> None:
        if not hasattr(self, "pk"):
            return
        row, back = self.row(), self.refunded()
        taken = Payment.objects.filter(status=Payment.Status.PAID).aggregate(total=Sum("amount_cents"))["total"] or 0
        assert row.price_cents == self.service.price_cents
        assert back <= taken <= (6000 if self.paid else 0)
        if row.status == Status.CANCELLED_BY_PRACTITIONER:
            assert back == taken
        elif row.status != Status.CANCELLED_BY_CLIENT:
            assert back == 0
        if row.status in {Status.REFUSED, Status.EXPIRED, Status.CANCELLED_BY_CLIENT, Status.CANCELLED_BY_PRACTITIONER}:
            assert not Payment.objects.filter(status=Payment.Status.AUTHORISED).exists()
        if row.status in {Status.CONFIRMED, Status.DONE} and self.paid:
            assert taken == 6000

    @invariant()
    def calendars_hear_of_every_change(self) -> None:
        if not hasattr(self, "pk"):
            return
        acts = self.row().events.filter(action__in=["move", Step.CANCEL_BY_CLIENT, Step.CANCEL_BY_PRACTITIONER])
        assert self.row().calendar_sequence == acts.count()


def test_whatever_they_try() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
