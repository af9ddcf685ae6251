"""Properties: whatever happens to an appointment, in whatever order, with whatever fails."""

import datetime as dt
from dataclasses import dataclass, field
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from booking.models import Appointment, AppointmentEvent, Status
from booking.notifications import tell
from booking.notifications.kinds import of_template
from booking.notifications.quiet import is_night, window
from booking.notifications.reminders import remind
from common import clock, delivery, transport
from common.models import OutboxMessage
from common.tasks import deliver_outbox
from tests.factories.booking import AppointmentFactory

ZONE = "Europe/Paris"
BEGIN = dt.datetime(2026, 12, 1, 9, 0, tzinfo=dt.UTC)


class Killed(BaseException):
    """The worker is gone in the middle."""


@dataclass
class World:
    """One appointment, a clock, a transport that fails or dies when told."""

    now: dt.datetime = BEGIN
    fails: str = ""
    left: list[str] = field(default_factory=list)
    changed: int = 0
    wrong: list[str] = field(default_factory=list)

    def hand_over(self, message: OutboxMessage) -> str:
        if self.fails == "refused":
            raise ConnectionRefusedError
        if message.at_most_once:
            self.check_reminder(message)
        self.left.append(message.key)
        if self.fails == "dies":
            raise Killed
        if self.fails == "unclear":
            raise TimeoutError
        return ""

    def check_reminder(self, message: OutboxMessage) -> None:
        row = Appointment.objects.get(reference=message.about.removeprefix("appointment:"))
        kind, _reader = of_template(message.template)
        open_for = window(kind, row.starts_at, row.timezone)
        # Noted, not raised: the delivery takes every error of a transport for a failure of its own.
        found = {
            "twice": message.key in self.left,
            "for something cancelled": row.status != Status.CONFIRMED,
            "for a time that no longer holds": not message.key.endswith(str(int(row.starts_at.timestamp()))),
            "early or late": not open_for.opens <= self.now <= open_for.closes,
            "at night": message.channel == "sms" and is_night(self.now, row.timezone),
        }
        self.wrong += [f"{kind.name} {words}" for words, is_so in found.items() if is_so]

    def do(self, step: tuple[str, int]) -> None:
        name, amount = step
        row = Appointment.objects.get()
        if name == "wait":
            self.now += dt.timedelta(minutes=amount)
        elif name == "cancel" and row.status == Status.CONFIRMED and self.now < row.starts_at:
            self.event(row, Status.CANCELLED_BY_CLIENT)
            Appointment.objects.update(status=Status.CANCELLED_BY_CLIENT, cancelled_at=self.now)
            row.refresh_from_db()
            tell(row, "cancelled", refund_cents=0, by_client=True)
        elif name == "move" and row.status == Status.CONFIRMED and self.now < row.starts_at:
            self.move(row, self.now + dt.timedelta(minutes=amount + 5))
        elif name == "find":
            # The sweep found it; whatever comes next comes before it leaves.
            remind(now=self.now)
        elif name == "sweep":
            self.fails = ("", "refused", "unclear", "dies")[amount % 4]
            remind(now=self.now)
            for _tries in range(4):
                try:
                    deliver_outbox()
                except Killed:
                    continue
                break
            self.fails = ""

    def move(self, row: Appointment, start: dt.datetime) -> None:
        before = row.starts_at
        self.changed += 1
        end = start + dt.timedelta(hours=1)
        self.event(row, Status.CONFIRMED)
        Appointment.objects.update(
            starts_at=start, ends_at=end, busy_start=start, busy_end=end, calendar_sequence=self.changed
        )
        row.refresh_from_db()
        tell(row, "moved", number=self.changed, before=before, by_client=True, free_cancel=False)

    def event(self, row: Appointment, after: str) -> None:
        by = AppointmentEvent.By.CLIENT
        AppointmentEvent.objects.create(
            appointment=row, action="test", before=row.status, after=after, by=by, at=self.now
        )


STEPS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 7, 31, 60, 61, 119, 120, 600, 719, 720, 1440, 2880])),
    st.tuples(st.just("sweep"), st.integers(0, 3)),
    st.tuples(st.just("sweep"), st.just(0)),
    st.tuples(st.just("find"), st.just(0)),
    st.tuples(st.just("move"), st.sampled_from([30, 118, 130, 600, 1440, 2879, 2900, 5000, 9000])),
    st.tuples(st.just("cancel"), st.just(0)),
)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(ahead=3000, steps=[("wait", 120), ("find", 0), ("cancel", 0), ("sweep", 0)])
@example(ahead=3000, steps=[("wait", 120), ("find", 0), ("move", 2900), ("sweep", 0)])
@given(ahead=st.sampled_from([100, 121, 600, 2881, 3000, 4320]), steps=st.lists(STEPS, min_size=4, max_size=18))
def test_reminders_at_most_once_in_time_and_for_what_stands_and_every_other_message_at_least_once(ahead, steps):
    world = World()
    point = transaction.atomic()
    point.__enter__()
    try:
        with patch.object(clock, "now", lambda: world.now), patch.object(transport, "hand_over", world.hand_over):
            start = BEGIN + dt.timedelta(minutes=ahead)
            row = AppointmentFactory(starts_at=start, booked_at=BEGIN, contact_phone="+33612345678", sms_reminder=True)
            tell(row, "confirmed")
            for step in steps:
                world.do(step)
            # In the end everything works again, long enough for every message to be tried.
            for _day in range(len(delivery.RETRY_AFTER) + 2):
                world.do(("sweep", 0))
                world.do(("wait", 1440))
                if not OutboxMessage.objects.filter(status__in=["pending", "sending"]).exists():
                    break
            assert world.wrong == []
            ordinary = OutboxMessage.objects.filter(at_most_once=False)
            assert ordinary.count() >= 2
            for message in ordinary:
                assert message.key in world.left, f"never left: {message.status} {message.last_error}"
            assert not OutboxMessage.objects.filter(status__in=["pending", "sending"]).exists()
    finally:
        transaction.set_rollback(True)
        point.__exit__(None, None, None)


@pytest.mark.django_db
def test_a_quiet_history_has_each_reminder_exactly_once():
    """The property above would hold for a sweep that sends nothing."""
    world = World()
    with patch.object(clock, "now", lambda: world.now), patch.object(transport, "hand_over", world.hand_over):
        start = BEGIN + dt.timedelta(days=4, hours=3)
        AppointmentFactory(starts_at=start, booked_at=BEGIN, contact_phone="+33612345678", sms_reminder=True)
        while world.now < start:
            world.do(("sweep", 0))
            world.do(("wait", 31))
    assert world.wrong == []
    kinds = [key.split("-")[2] for key in world.left]
    assert kinds == ["reminder_48h", "reminder_2h", "reminder_sms"]
