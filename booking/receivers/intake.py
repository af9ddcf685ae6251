"""Answers end so long after the session: its day settles when, and a time that nobody booked keeps them a day only."""

import datetime as dt
from typing import Any

from booking.actions import intake
from booking.models import Appointment
from booking.signals import appointment_changed


def connect() -> None:
    appointment_changed.connect(_follow, dispatch_uid="booking.intake")


def _follow(sender: object, appointment: Appointment, action: str, now: dt.datetime, **_more: Any) -> None:
    if action != "hold":
        intake.follow(appointment=appointment, now=now)
