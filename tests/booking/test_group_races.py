"""Seats under simultaneous visitors: real threads, the real database."""

import threading
from collections import Counter

import pytest
from django.db import connection

from booking.actions import groups, holds
from booking.errors import GroupFull, SeatsBelowTaken, SlotTaken
from booking.models import Appointment, GroupSession, Status
from booking.tasks import keep_groups
from common.clock import now
from tests.factories.booking import AppointmentFactory
from tests.factories.groups import session_of, yoga

pytestmark = pytest.mark.django_db(transaction=True)


def together(*jobs):
    """Run each job in its thread at the same instant; what each returned or raised, in order."""
    barrier, answers = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        try:
            barrier.wait(timeout=30)
            answers[number] = job()
        except Exception as error:  # noqa: BLE001 (what it was is the answer)
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "waiting for one another"
    return answers


def test_twenty_visitors_on_five_seats() -> None:
    group = session_of(*yoga(seats=5))
    jobs = [
        lambda key=f"visitor{number}": groups.hold_seat(group=group, service=group.service, holder_key=key, now=now())
        for number in range(20)
    ]
    found = Counter(type(answer) for answer in together(*jobs))
    assert found == {Appointment: 5, GroupFull: 15}
    assert group.seats_taken.filter(status=Status.HELD).count() == 5


def test_twenty_visitors_on_five_lapsed_seats() -> None:
    group = session_of(*yoga(seats=5))
    past = now().replace(year=2020)
    for number in range(5):
        lapsed = groups.hold_seat(group=group, service=group.service, holder_key=f"old{number}", now=now())
        Appointment.objects.filter(pk=lapsed.pk).update(hold_expires_at=past)
    jobs = [
        lambda key=f"visitor{number}": groups.hold_seat(group=group, service=group.service, holder_key=key, now=now())
        for number in range(20)
    ]
    assert Counter(type(answer) for answer in together(*jobs)) == {Appointment: 5, GroupFull: 15}


def test_a_seat_against_a_cancellation() -> None:
    """Whoever was first, nobody keeps a seat in a cancelled session, and nobody waits for ever."""
    for _round in range(6):
        practitioner, service = yoga(seats=5)
        group = session_of(practitioner, service)
        for _number in range(2):
            AppointmentFactory(
                practitioner=practitioner,
                service=service,
                group=group,
                starts_at=group.starts_at,
                ends_at=group.ends_at,
            )
        jobs = [
            lambda key=f"visitor{number}", group=group: groups.hold_seat(
                group=group, service=group.service, holder_key=key, now=now()
            )
            for number in range(4)
        ]
        answers = together(
            lambda group=group, actor=practitioner.user: groups.cancel_session(
                group_id=group.pk, actor=actor, now=now()
            ),
            *jobs,
        )
        assert isinstance(answers[0], GroupSession)
        assert all(isinstance(answer, Appointment | SlotTaken) for answer in answers[1:])
        keep_groups()
        assert not group.seats_taken.filter(status__in=[Status.HELD, Status.CONFIRMED]).exists()


def test_a_seat_taken_back_against_a_cancellation() -> None:
    """A hold that lapsed comes back (its row, then the session's) while the session is cancelled (the other way round)."""
    for _round in range(6):
        practitioner, service = yoga(seats=5)
        group = session_of(practitioner, service)
        mine = groups.hold_seat(group=group, service=service, holder_key="mine", now=now())
        holds.release(appointment_id=mine.pk, now=now())
        renewed, cancelled = together(
            lambda mine=mine: holds.renew(appointment_id=mine.pk, now=now()),
            lambda group=group, actor=practitioner.user: groups.cancel_session(
                group_id=group.pk, actor=actor, now=now()
            ),
        )
        assert isinstance(cancelled, GroupSession)
        assert isinstance(renewed, Appointment | SlotTaken)
        keep_groups()
        assert not group.seats_taken.filter(status__in=[Status.HELD, Status.CONFIRMED]).exists()


def test_seats_taken_away_while_they_are_taken() -> None:
    group = session_of(*yoga(seats=6))
    jobs = [
        lambda key=f"visitor{number}": groups.hold_seat(group=group, service=group.service, holder_key=key, now=now())
        for number in range(6)
    ]
    changed, *_seats = together(lambda: groups.change_seats(group_id=group.pk, seats=3, now=now()), *jobs)
    assert isinstance(changed, GroupSession | SeatsBelowTaken)
    group.refresh_from_db()
    assert group.seats_taken.filter(status=Status.HELD).count() <= group.seats


def test_two_sessions_scheduled_at_once_on_one_time() -> None:
    practitioner, service = yoga()
    answers = together(*[lambda: session_of(practitioner, service) for _number in range(4)])
    assert Counter(type(answer) for answer in answers) == {GroupSession: 1, SlotTaken: 3}
