"""What the law gives a consumer who withdraws from a session booked at a distance. Pure.

L221-18 and L221-19: 14 days after the contract, the day of which does not count, until the last hour of the last day; a period that
would end on a Saturday, a Sunday or a public holiday goes on to the next working day. L221-25: of a session that began at the
client's express request, the part already given is owed. L221-28, 1°: once given in full at that request, nothing can be
withdrawn from any more. Without the express request nothing is ever owed.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from booking.consents import WITHDRAWAL_PERIOD
from booking.holidays_calendar import public_holidays
from booking.models import Appointment, Status
from booking.models.appointment import NEVER_BOOKED
from booking.models.withdrawal import Standing
from common.clock import PARIS
from common.money import share_of

DAY = dt.timedelta(days=1)
ENDED = {*NEVER_BOOKED, Status.REFUSED, Status.CANCELLED_BY_PRACTITIONER}
MISSED = {Status.CLIENT_ABSENT, Status.PRACTITIONER_ABSENT}


@dataclass(frozen=True)
class Finding:
    """`owed`: of a session that had begun; `refund`: of `left`, what was paid online and not given back yet."""

    standing: Standing
    concluded_at: dt.datetime | None = None
    until: dt.datetime | None = None
    left: int = 0
    owed: int = 0
    refund: int = 0
    reason: str = ""

    @property
    def ends_it(self) -> bool:
        return self.standing in {Standing.OPEN, Standing.BEGUN}

    @property
    def still_owed(self) -> int:
        """Of the part already given, what the online payment does not cover."""
        return max(0, self.owed - self.left)


NOT_FOUND = Finding(Standing.UNKNOWN)


@lru_cache(maxsize=512)
def last_day(concluded_on: dt.date) -> dt.date:
    day = concluded_on + WITHDRAWAL_PERIOD
    closed = {holiday.first_day for holiday in public_holidays("75", day, day + 10 * DAY)}
    while day.weekday() >= 5 or day in closed:
        day += DAY
    return day


def period_end(concluded_at: dt.datetime) -> dt.datetime:
    """The first instant after the period, by the clock of Paris: the contract's law, wherever the session takes place."""
    day = last_day(concluded_at.astimezone(PARIS).date()) + DAY
    return dt.datetime.combine(day, dt.time(), PARIS).astimezone(dt.UTC)


def judge(appointment: Appointment, *, left: int, excluded: str = "", now: dt.datetime) -> Finding:
    """`left`: what was paid online and not given back; `excluded`: the reason of a rule that takes dated sessions out."""
    concluded = appointment.booked_at
    if concluded is None:
        return Finding(Standing.OVER, left=left)
    until = period_end(concluded)

    def found(standing: Standing, *, owed: int = 0) -> Finding:
        refund = max(0, left - owed) if standing in {Standing.OPEN, Standing.BEGUN} else 0
        reason = excluded if standing == Standing.DATED else ""
        return Finding(standing, concluded, until, left, owed, refund, reason)

    if appointment.status in ENDED or (appointment.is_cancelled and left == 0):
        return found(Standing.OVER)
    if now >= until:
        return found(Standing.LATE)
    if excluded:
        return found(Standing.DATED)
    if appointment.booked_in_office or appointment.status in MISSED:
        # Whether it was concluded at a distance, or who missed it, is not known here.
        return found(Standing.DOUBTFUL)
    if appointment.is_cancelled or appointment.express_request_at is None or now < appointment.starts_at:
        return found(Standing.OPEN)
    if appointment.status == Status.DONE or now >= appointment.ends_at:
        return found(Standing.PERFORMED)
    given, whole = now - appointment.starts_at, appointment.ends_at - appointment.starts_at
    return found(
        Standing.BEGUN, owed=share_of(appointment.price_cents, int(given.total_seconds()), int(whole.total_seconds()))
    )
