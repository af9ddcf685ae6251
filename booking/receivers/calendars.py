"""An appointment that changes is written to the calendar its practitioner linked: asked for after commit, found by the next
sweep when that is lost."""

import datetime as dt
from typing import Any

from django.db import transaction

from booking.models import Appointment, CalendarConnection, GroupSession, Status
from booking.models.appointment import NEVER_BOOKED
from booking.signals import appointment_changed, group_changed
from common.compiled import Compiled, Given
from common.tasks import enqueue

_WRITTEN = Compiled(
    lambda: CalendarConnection.objects.filter(
        practitioner=Given("practitioner"), calendars__is_written=True
    ).values_list("pk")
)


def connect() -> None:
    appointment_changed.connect(_appointment, dispatch_uid="booking.calendars.appointment")
    group_changed.connect(_group, dispatch_uid="booking.calendars.group")


def _appointment(sender: object, appointment: Appointment, before: str, now: dt.datetime, **_more: Any) -> None:
    unseen = {"", *NEVER_BOOKED}
    if before in unseen and appointment.status in unseen:
        return
    if appointment.status in {Status.DONE, Status.CLIENT_ABSENT, Status.PRACTITIONER_ABSENT}:
        return
    _later(appointment.practitioner_id, now)


def _group(sender: object, group: GroupSession, now: dt.datetime, **_more: Any) -> None:
    _later(group.practitioner_id, now)


def _later(practitioner_id: int, now: dt.datetime) -> None:
    transaction.on_commit(lambda: _ask(practitioner_id, now))


def _ask(practitioner_id: int, now: dt.datetime) -> None:
    from booking.tasks import sync_calendar

    for (pk,) in _WRITTEN.all(practitioner=practitioner_id):
        # Due at once also for the sweep, should the task be lost or another worker be at it now.
        CalendarConnection.objects.filter(pk=pk).update(next_sync_at=now)
        enqueue(sync_calendar, pk)
