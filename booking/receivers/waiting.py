"""The waiting list follows appointments and group sessions: what frees a time is offered on in the same transaction."""

import datetime as dt
from typing import Any

from booking.actions import waiting_offers
from booking.models import Appointment, GroupSession
from booking.signals import appointment_changed, group_changed

# They take a time, or change nothing of it.
FREES_NOTHING = {"hold", "extend", "retake", "request", "confirm", "accept", "agree"}
# A visitor chooses another time: the one let go of is offered on once this is over, never in the middle of it.
LATER = {"release", "expire"}


def connect() -> None:
    appointment_changed.connect(_follow, dispatch_uid="booking.waiting")
    group_changed.connect(_group, dispatch_uid="booking.waiting")


def _follow(sender: object, appointment: Appointment, action: str, before: str, now: dt.datetime, **_more: Any) -> None:
    if action != "hold":
        waiting_offers.follow(appointment=appointment, action=action, before=before, now=now)
    if action in FREES_NOTHING:
        return
    waiting_offers.pass_on(practitioner_id=appointment.practitioner_id, now=now, at_once=action not in LATER)


def _group(sender: object, group: GroupSession, now: dt.datetime, **_more: Any) -> None:
    waiting_offers.pass_on(practitioner_id=group.practitioner_id, now=now)
