"""Versions of policies, and moves that meet others at the same instant, with real threads."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from booking.actions import appointments, holds, policy_versions
from booking.errors import MoveRefused, SlotTaken
from booking.models import Appointment, BookingSettings, Occupation, PolicyVersion, Status
from common.clock import now
from tests.booking.test_moving import HOUR, booked, free_times, moved, other_time
from tests.factories.booking import bookable_practitioner

pytestmark = pytest.mark.django_db


class TestPolicyVersions:
    def test_the_same_terms_are_one_version_with_their_words(self) -> None:
        practitioner, _service = bookable_practitioner()
        first = policy_versions.current(practitioner=practitioner, now=now())
        assert policy_versions.current(practitioner=practitioner, now=now()) == first
        assert first.text == (
            "Une annulation au moins 24 heures avant la séance rend 100\u00a0% de ce qui a été payé en ligne.\n"
            "Ensuite, rien n’est rendu.\nDéplacer est gratuit jusqu’à 24 heures avant la séance, 2 fois au plus."
        )
        row = BookingSettings.objects.create(practitioner=practitioner, move_hours=72, most_moves=1)
        second = policy_versions.current(practitioner=practitioner, now=now())
        assert (second.number, second.move_hours) == (2, 72)
        assert "3 jours avant la séance, une fois" in second.text
        row.most_moves, row.cancellation_tiers = 0, []
        row.save()
        third = policy_versions.current(practitioner=practitioner, now=now())
        assert third.text == (
            "Une annulation ne rend rien de ce qui a été payé en ligne.\n"
            "Les clients ne déplacent pas eux-mêmes une séance."
        )

    def test_a_hold_freezes_the_version(self) -> None:
        practitioner, service = bookable_practitioner()
        slot = free_times(practitioner, service, HOUR)[0]
        held = holds.hold(practitioner=practitioner, service=service, start=slot.start, holder_key="k", now=now())
        assert held.policy == policy_versions.current(practitioner=practitioner, now=now())
        assert held.cancellation_tiers == held.policy.cancellation_tiers


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def at_once(self, *acts: Callable[[], Any]) -> list[Any]:
        """Each in its own thread and connection; what it returned, or the error that it raised."""
        barrier, ends = threading.Barrier(len(acts)), {}

        def run(number: int, act: Callable[[], Any]) -> None:
            barrier.wait(timeout=30)
            try:
                ends[number] = act()
            except Exception as error:  # noqa: BLE001 - what it raised is the result
                ends[number] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        return [ends[number] for number in range(len(acts))]

    def test_move_and_book(self) -> None:
        appointment = booked()
        start = other_time(appointment)
        practitioner, service = appointment.practitioner, appointment.service
        ends = self.at_once(
            lambda: moved(appointment, start),
            lambda: holds.hold(practitioner=practitioner, service=service, start=start, holder_key="b", now=now()),
        )
        assert sorted(isinstance(end, SlotTaken) for end in ends) == [False, True], ends
        assert Occupation.objects.filter(starts_at=start).count() == 1

    def test_two_moves_to_one_time(self) -> None:
        first = booked()
        second = booked(whose=(first.practitioner, first.service), number=3)
        start = other_time(first)
        ends = self.at_once(lambda: moved(first, start), lambda: moved(second, start))
        assert sorted(isinstance(end, SlotTaken) for end in ends) == [False, True], ends
        assert Occupation.objects.count() == 2

    def test_two_that_swap_their_times_wait_in_no_circle(self) -> None:
        first = booked()
        second = booked(whose=(first.practitioner, first.service), number=3)
        ends = self.at_once(lambda: moved(first, second.starts_at), lambda: moved(second, first.starts_at))
        assert all(isinstance(end, SlotTaken) for end in ends), ends

    def test_move_and_cancel(self) -> None:
        appointment = booked()
        start = other_time(appointment)
        ends = self.at_once(
            lambda: moved(appointment, start),
            lambda: appointments.cancel_by_client(appointment_id=appointment.pk, announced_cents=0, now=now()),
        )
        row = Appointment.objects.get()
        assert row.status == Status.CANCELLED_BY_CLIENT
        assert not Occupation.objects.exists()
        assert row.calendar_sequence == row.events.count()
        assert isinstance(ends[0], MoveRefused) or row.starts_at == start

    def test_eight_who_book_at_once_make_one_version(self) -> None:
        practitioner, _service = bookable_practitioner()
        ends = self.at_once(*[lambda: policy_versions.current(practitioner=practitioner, now=now())] * 8)
        assert len({end.pk for end in ends}) == 1
        assert PolicyVersion.objects.count() == 1
