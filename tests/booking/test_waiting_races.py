"""Offers of the waiting list under simultaneous people: real threads, the real database."""

import datetime as dt
from collections import Counter

import pytest

from booking.actions import holds, waiting, waiting_offers
from booking.errors import OfferElsewhere, OfferGone, SlotTaken
from booking.models import Appointment, Status, WaitingEntry, WaitingOffer
from booking.tasks import keep_waiting_list
from common.clock import now
from tests.booking.test_group_races import together
from tests.factories.booking import AppointmentFactory, bookable_practitioner
from tests.factories.waiting import booked, cancel, waits

pytestmark = pytest.mark.django_db(transaction=True)
State = WaitingOffer.State


@pytest.fixture
def offered() -> WaitingOffer:
    practitioner, service = bookable_practitioner()
    for name in ("anne", "boris", "chloe"):
        waits(practitioner, service, name)
    cancel(booked(practitioner, service))
    return WaitingOffer.objects.get()


def occupying(offer: WaitingOffer) -> list[Appointment]:
    return list(Appointment.objects.occupying().filter(practitioner=offer.entry.practitioner))


def test_two_acceptors_of_one_offer(offered) -> None:
    def accept(key: str):
        return lambda: waiting_offers.accept(offer_id=offered.pk, holder_key=key, now=now())

    answers = together(*[accept(f"session{number}") for number in range(6)])
    assert Counter(type(answer) for answer in answers) == {Appointment: 1, OfferElsewhere: 5}
    (held,) = occupying(offered)
    winner = next(answer for answer in answers if isinstance(answer, Appointment))
    assert held.holder_key == winner.holder_key


def test_the_acceptor_and_the_end_of_the_time_to_answer(offered) -> None:
    """At the last instant, by clocks that differ by a second: it is either accepted or passed on, never both."""
    instant = offered.expires_at
    accepted, expired = together(
        lambda: waiting_offers.accept(offer_id=offered.pk, holder_key="anne", now=instant - dt.timedelta(seconds=1)),
        lambda: waiting_offers.expire(offer_id=offered.pk, now=instant + dt.timedelta(seconds=1)),
    )
    offered.refresh_from_db()
    (held,) = occupying(offered)
    if isinstance(accepted, Appointment):
        assert (expired, offered.state, held.holder_key) == (False, State.ACCEPTED, "anne")
    else:
        assert isinstance(accepted, OfferGone)
        assert (expired, offered.state) == (True, State.EXPIRED)
        assert held.waiting_offer.entry.first_name == "boris"


def test_the_acceptor_and_whoever_declines_with_the_same_link(offered) -> None:
    accepted, declined = together(
        lambda: waiting_offers.accept(offer_id=offered.pk, holder_key="anne", now=now()),
        lambda: waiting_offers.decline(offer_id=offered.pk, now=now()),
    )
    won = isinstance(accepted, Appointment), isinstance(declined, WaitingOffer)
    assert won in {(True, False), (False, True)}
    assert len(occupying(offered)) == 1


def test_a_booker_and_the_offer_of_a_freed_time() -> None:
    """The time goes from the one who cancels to the one who waits: five visitors who try all along never come between."""
    for number in range(4):
        practitioner, service = bookable_practitioner()
        first = waits(practitioner, service, f"anne{number}")
        appointment = booked(practitioner, service)

        def book(key: str, appointment: Appointment = appointment):
            return holds.hold(
                practitioner=appointment.practitioner,
                service=appointment.service,
                start=appointment.starts_at,
                holder_key=key,
                now=now(),
            )

        jobs = [lambda key=f"visitor{visitor}": book(key) for visitor in range(5)]
        cancelled, *answers = together(lambda appointment=appointment: cancel(appointment), *jobs)
        assert isinstance(cancelled, Appointment)
        assert all(isinstance(answer, Appointment | SlotTaken) for answer in answers), answers
        keep_waiting_list()
        (held,) = Appointment.objects.occupying().filter(practitioner=practitioner, starts_at=appointment.starts_at)
        got_it = [answer for answer in answers if isinstance(answer, Appointment)]
        offers = WaitingOffer.objects.filter(entry=first, appointment__starts_at=appointment.starts_at)
        assert (len(got_it), offers.count()) in {(0, 1), (1, 0)}
        assert held.status == Status.HELD


def test_two_times_freed_at_once_are_two_offers_to_two_people() -> None:
    practitioner, service = bookable_practitioner()
    names = ["anne", "boris", "chloe"]
    for name in names:
        waits(practitioner, service, name)
    one = booked(practitioner, service)
    other = AppointmentFactory(
        practitioner=practitioner, service=service, starts_at=one.starts_at + dt.timedelta(days=1)
    )
    assert all(isinstance(answer, Appointment) for answer in together(lambda: cancel(one), lambda: cancel(other)))
    keep_waiting_list()
    offers = WaitingOffer.objects.filter(state=State.OPEN)
    assert sorted(offer.entry.first_name for offer in offers) == ["anne", "boris"]
    assert {offer.appointment.starts_at for offer in offers} == {one.starts_at, other.starts_at}


def test_the_same_offers_from_two_sweeps_at_once() -> None:
    practitioner, service = bookable_practitioner()
    for name in ("anne", "boris"):
        waits(practitioner, service, name)
    held = holds.hold(
        practitioner=practitioner,
        service=service,
        start=booked(practitioner, service).ends_at,
        holder_key="v",
        now=now(),
    )
    holds.release(appointment_id=held.pk, now=now())
    together(keep_waiting_list, keep_waiting_list, keep_waiting_list)
    assert WaitingOffer.objects.filter(state=State.OPEN, appointment__starts_at=held.starts_at).count() == 1


def test_leaving_while_the_time_is_accepted(offered) -> None:
    accepted, left = together(
        lambda: waiting_offers.accept(offer_id=offered.pk, holder_key="anne", now=now()),
        lambda: waiting.leave(entry_id=offered.entry_id, now=now()),
    )
    assert isinstance(left, WaitingEntry)
    assert isinstance(accepted, Appointment | OfferGone)
    keep_waiting_list()
    assert len(occupying(offered)) == 1
