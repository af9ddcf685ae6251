"""What is offered can be had, and nothing else: the times of the database's own agendas, each taken by its visitor."""

import datetime as dt
import random
from dataclasses import dataclass

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking import slots
from booking.actions import holds
from booking.errors import SlotTaken
from booking.models import BookingSettings, Closure, OpeningRule
from common.clock import PARIS
from practitioners.models import Practitioner, Service
from tests.factories.booking import AppointmentFactory, bookable_practitioner

pytestmark = pytest.mark.django_db
# Days before the clocks change, and after it.
NOW = dt.datetime(2026, 10, 22, 7, 10, tzinfo=dt.UTC)
FIRST = dt.date(2026, 10, 23)
DAYS = 4
QUARTER = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Case:
    opens: int
    """quarters of an hour after 7:00"""
    lasts: int
    """quarters"""
    minutes: int
    before: int
    after: int
    notice: int
    """hours"""
    most_a_day: int | None
    booked: tuple[int, ...]
    """quarters after 7:00 of the second day"""
    closed: tuple[int, int]
    """quarters after 7:00 of the third day"""


CASES = st.builds(
    Case,
    opens=st.integers(0, 12),
    lasts=st.integers(8, 20),
    minutes=st.sampled_from([20, 30, 45, 60, 90]),
    before=st.sampled_from([0, 10, 15]),
    after=st.sampled_from([0, 5, 15]),
    notice=st.sampled_from([0, 12, 48]),
    most_a_day=st.sampled_from([None, 1, 3]),
    booked=st.sets(st.sampled_from([4, 8, 12, 16, 20]), max_size=2).map(lambda s: tuple(sorted(s))),
    closed=st.tuples(st.integers(0, 20), st.integers(1, 12)),
)


def at(day: int, quarters: int) -> dt.datetime:
    morning = dt.datetime.combine(FIRST + dt.timedelta(days=day), dt.time(7), tzinfo=PARIS)
    return (morning + quarters * QUARTER).astimezone(dt.UTC)


def clock_of(quarters: int) -> dt.time:
    return (dt.datetime(2026, 1, 1, 7) + quarters * QUARTER).time()


def laid_out(case: Case) -> tuple[Practitioner, Service]:
    practitioner, service = bookable_practitioner(
        duration_minutes=case.minutes, buffer_before_minutes=case.before, buffer_after_minutes=case.after
    )
    OpeningRule.objects.filter(practitioner=practitioner).update(
        start=clock_of(case.opens), end=clock_of(case.opens + case.lasts)
    )
    BookingSettings.objects.create(
        practitioner=practitioner, minimum_notice_minutes=60 * case.notice, daily_maximum=case.most_a_day
    )
    for quarters in case.booked:
        AppointmentFactory(practitioner=practitioner, service=service, starts_at=at(1, quarters), minutes=45)
    first, length = case.closed
    day = FIRST + dt.timedelta(days=2)
    Closure.objects.create(
        practitioner=practitioner, first_day=day, last_day=day, start=clock_of(first), end=clock_of(first + length)
    )
    return practitioner, service


def offered(practitioner: Practitioner, service: Service) -> list[dt.datetime]:
    last = FIRST + dt.timedelta(days=DAYS - 1)
    found = slots.free_slots(practitioner=practitioner, service=service, first_day=FIRST, last_day=last, now=NOW)
    return [slot.start for day in found.values() for slot in day.slots]


def had(
    practitioner: Practitioner, service: Service, start: dt.datetime, *, key: str = "k", kept: bool = False
) -> bool:
    try:
        with transaction.atomic():
            holds.hold(practitioner=practitioner, service=service, start=start, holder_key=key, now=NOW)
            if not kept:
                transaction.set_rollback(True)
    except SlotTaken:
        return False
    return True


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CASES)
def test_each_time_that_is_offered_is_had_and_no_other(db: None, case: Case) -> None:
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        practitioner, service = laid_out(case)
        times = offered(practitioner, service)
        assert [start for start in times if not had(practitioner, service, start)] == []
        grid = [at(day, quarters) for day in range(DAYS) for quarters in range(0, 40, 5)]
        assert [start for start in grid if start not in times and had(practitioner, service, start)] == []
        transaction.set_rollback(True)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CASES, st.randoms(use_true_random=False))
def test_what_one_visitor_takes_is_no_longer_offered_and_the_rest_still_is(
    db: None, case: Case, chance: random.Random
) -> None:
    """Until nothing is left: each time that is still offered is had, whatever was taken before."""
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        practitioner, service = laid_out(case)
        taken: list[dt.datetime] = []
        while times := offered(practitioner, service):
            assert not set(times) & set(taken)
            start = chance.choice(times)
            assert had(practitioner, service, start, key=f"k{len(taken)}", kept=True)
            taken.append(start)
        assert case.most_a_day is None or len(taken) <= case.most_a_day * DAYS
        transaction.set_rollback(True)
