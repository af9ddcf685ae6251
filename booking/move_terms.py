"""When a client may move an appointment, and what becomes of its cancellation scale (B5).

Moving is free until `hours` before the session (elapsed time, to the second, whatever the clocks do), `most` times. Afterwards
the scale counts from the new time, but gives back at most the share that cancelling gave at the moment of the move: moving
never wins back what cancelling had already lost. A move that the practitioner decides costs the client nothing: until the
session starts, cancelling then gives everything back.
"""

import datetime as dt
from dataclasses import dataclass

from booking.cancellation_terms import Tier, capped, percent_at
from booking.models import Appointment, BookingSettings, Status

FREELY: list[Tier] = [{"hours_before": 0, "percent": 100}]


@dataclass(frozen=True)
class MoveTerms:
    hours: int
    most: int

    def until(self, starts_at: dt.datetime) -> dt.datetime:
        """The last instant at which it may be moved."""
        return starts_at.astimezone(dt.UTC) - dt.timedelta(hours=self.hours)


def terms_of(appointment: Appointment) -> MoveTerms:
    """As booked; the practitioner's present ones for what was booked before there were versions."""
    if appointment.policy:
        return MoveTerms(appointment.policy.move_hours, appointment.policy.most_moves)
    # Kept by the practitioner's instance: a page asks several times.
    present = getattr(appointment.practitioner, "booking_settings", None) or BookingSettings()
    return MoveTerms(present.move_hours, present.most_moves)


def is_movable(appointment: Appointment) -> bool:
    """A request may be asked for at another time; once accepted for its time, only the practitioner moves it."""
    return appointment.status == Status.REQUESTED or (
        appointment.status == Status.CONFIRMED and not appointment.on_request
    )


def may_move(appointment: Appointment, *, now: dt.datetime) -> bool:
    terms = terms_of(appointment)
    in_time = now <= terms.until(appointment.starts_at) and now < appointment.starts_at
    return is_movable(appointment) and in_time and appointment.moves < terms.most


def tiers_after(appointment: Appointment, *, now: dt.datetime) -> list[Tier]:
    """The scale once the client moved it at `now`."""
    now_given = percent_at(appointment.cancellation_tiers, starts_at=appointment.starts_at, now=now)
    return capped(appointment.cancellation_tiers, now_given)
