"""Many clients on few times, in any order: nothing twice, nothing lost, nothing stuck (the full run is in `make bench`)."""

import datetime as dt

import pytest

from booking.models import GroupSession
from booking.slots import next_slots
from common.clock import now
from tests.booking.attempts import Agenda, run, settle, wrongs
from tests.factories.accounts import UserFactory
from tests.factories.booking import bookable_practitioner
from tests.factories.practitioners import ServiceFactory


def agendas(practitioners: int, days: int, seats: int) -> list[Agenda]:
    """Each with its times one after the other, half an hour apart, so that neighbours overlap; and a group every evening."""
    found = []
    for _number in range(practitioners):
        practitioner, service = bookable_practitioner()
        free = next_slots([practitioner.pk], now=now(), days=days, per_day=50)[practitioner.pk]
        found.append(Agenda(practitioner, service, [slot.start for day in free for slot in day.slots]))
        yoga = ServiceFactory(practitioner=practitioner, seats=seats)
        starts = []
        for day in free:
            start = dt.datetime.combine(day.date, dt.time(19, 30), dt.UTC)
            GroupSession.objects.create(
                practitioner=practitioner, service=yoga, place=practitioner.places.first(), mode="cabinet",
                starts_at=start, ends_at=start + dt.timedelta(hours=1), busy_start=start,
                busy_end=start + dt.timedelta(hours=1), timezone="Europe/Paris", seats=seats,
            )  # fmt: skip
            starts.append(start)
        found.append(Agenda(practitioner, yoga, starts))
    return found


@pytest.mark.django_db(transaction=True)
def test_of_many_attempts_on_few_times_nothing_is_wrong() -> None:
    here = agendas(practitioners=2, days=2, seats=3)
    users = [UserFactory() for _ in range(8)]
    outcome = run(here, users, attempts=320, clients=8, seed=1)
    settle()
    assert not outcome.crashes
    assert not any(wrongs(outcome).values()), wrongs(outcome)
    # Enough happened for this to mean something.
    assert min(outcome.counts[what] for what in ("taken", "full", "booked", "cancelled", "released")) > 0, (
        outcome.counts
    )
