"""A worker killed with SIGKILL in the middle of a synchronisation with a real CalDAV server: nothing twice, nothing lost."""

import datetime as dt
import os
import signal
from typing import Any

import pytest
from django.db import transaction

from booking import lifecycle
from booking.actions import calendar_sync
from booking.calendars import claims, web
from booking.models import AppointmentEvent, CalendarConnection, PublishedEvent
from common import clock
from tests.booking.calendar_cases import at, busy, lasting, link
from tests.factories.booking import AppointmentFactory
from tests.factories.practitioners import PractitionerFactory
from tests.forks import forked
from tests.plugins.radicale import Radicale


def work(
    connection: CalendarConnection, monkeypatch: pytest.MonkeyPatch, *, dies_at: int, dies: str, ahead: int
) -> int:
    """A worker of its own. It dies before or after the request of this number: after, the server has done what it was asked and
    nobody here knows it."""
    real, asked = web.GuardedSession.request, 0

    def request(self: Any, *args: Any, **more: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == dies_at and dies == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(self, *args, **more)
        if asked == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(web.GuardedSession, "request", request)
        later = dt.timedelta(seconds=ahead)
        ended = os.waitstatus_to_exitcode(
            forked(lambda: calendar_sync.sync(connection_id=connection.pk, now=clock.now() + later))
        )
    assert ended in (0, -signal.SIGKILL)
    return ended


@pytest.mark.django_db(transaction=True)
def test_killed_again_and_again_it_ends_where_it_would_have_ended(
    radicale: Radicale, monkeypatch: pytest.MonkeyPatch
) -> None:
    from booking.actions import calendars
    from booking.receivers import calendars as receiver

    # Tasks run in place here: a worker of its own is the one who synchronises.
    monkeypatch.setattr(calendars, "enqueue", lambda *_args: True)
    monkeypatch.setattr(receiver, "enqueue", lambda *_args: True)
    practitioner: Any = PractitionerFactory()
    radicale.put("dentiste", *lasting(30))
    radicale.put("ecole", *lasting(40))
    kept = [AppointmentFactory(practitioner=practitioner, starts_at=at(50 + 2 * number)) for number in range(3)]
    gone = AppointmentFactory(practitioner=practitioner, starts_at=at(70))
    connection = link(radicale, practitioner)
    ahead, killed = 0, 0
    lasts = int(claims.LASTS.total_seconds()) + 1
    for dies_at, dies in ((5, "after"), (7, "after"), (5, "after"), (3, "before")):
        killed += work(connection, monkeypatch, dies_at=dies_at, dies=dies, ahead=ahead) == -signal.SIGKILL
        ahead += lasts
    gone.refresh_from_db()
    gone.cancelled_at = clock.now()
    with transaction.atomic():
        lifecycle.move(gone, lifecycle.Step.CANCEL_BY_CLIENT, by=AppointmentEvent.By.CLIENT, now=clock.now())
    for dies_at, dies in ((4, "after"), (3, "after")):
        killed += work(connection, monkeypatch, dies_at=dies_at, dies=dies, ahead=ahead) == -signal.SIGKILL
        ahead += lasts
    assert killed >= 4
    calendar_sync.sync(connection_id=connection.pk, now=clock.now() + dt.timedelta(seconds=ahead))
    connection.refresh_from_db()
    assert connection.state == CalendarConnection.State.WORKING
    assert busy(practitioner) == [(at(30), at(31)), (at(40), at(41))]
    names = sorted([f"mpdbe-{row.reference.lower()}.ics" for row in kept] + ["dentiste.ics", "ecole.ics"])
    assert sorted(radicale.files()) == names
    assert PublishedEvent.objects.count() == 3
    assert set(PublishedEvent.objects.values_list("written", flat=True)) & {"", "there"} == set()
