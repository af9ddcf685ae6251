"""What the law and the terms make of a subscription to a paid service. Pure.

L221-18 to L221-25, which L221-3 extends to professionals of at most five employees: 14 days to withdraw. Every subscriber is given
them here, whatever the size: nobody has to prove it. Without the express request to begin at once the service begins when they are
over, and nothing is owed; with it, the whole days that passed are. L215-1: the renewal of a yearly one is announced in writing
between three months and one month before.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from booking.models import PaidServiceVersion, ServiceSubscription, SubscriptionPayment
from booking.withdrawal_terms import period_end
from common.money import share_of

DAY = dt.timedelta(days=1)
# Well inside the three months and the one month of L215-1: a sweep that fails for days still tells in time.
TOLD_FROM, TOLD_UNTIL = 75 * DAY, 31 * DAY


@dataclass(frozen=True)
class Withdrawal:
    """`owed`: for the days of use that were asked for; `refund`: of `paid`, what was paid and not given back yet."""

    until: dt.datetime
    is_open: bool
    paid: int
    owed: int
    back: tuple[tuple[SubscriptionPayment, int], ...]

    @property
    def last_day(self) -> dt.datetime:
        """Its last instant: what people are told is a day."""
        return self.until - dt.timedelta(seconds=1)

    @property
    def refund(self) -> int:
        return sum(cents for _payment, cents in self.back)


def serves_from(row: ServiceSubscription) -> dt.datetime | None:
    """When the service begins: at once if that was asked for, else once nobody can withdraw any more."""
    if row.begun_at is None:
        return None
    return row.begun_at if row.starts_at_once else period_end(row.begun_at)


def withdrawal(
    row: ServiceSubscription, paid: Iterable[tuple[SubscriptionPayment, int]], *, now: dt.datetime
) -> Withdrawal | None:
    """`paid`: the paid periods, each with what of it was not given back. None before it has begun."""
    if row.begun_at is None:
        return None
    until, kept = period_end(row.begun_at), list(paid)
    is_open = row.is_running and row.withdrawn_at is None and now < until
    back = [(payment, max(0, left - _used(row, payment, now))) for payment, left in kept]
    total = sum(left for _payment, left in kept)
    refund = tuple((payment, cents) for payment, cents in back if cents) if is_open else ()
    return Withdrawal(until, is_open, total, total - sum(cents for _payment, cents in refund), refund)


def held_back(row: ServiceSubscription, payment: SubscriptionPayment, *, left: int) -> int:
    """Of what is `left` of a paid period, what was owed back and could not be given as long as the bank had the money."""
    if row.withdrawn_at:
        return max(0, left - _used(row, payment, row.withdrawn_at))
    return left if row.ended_at and payment.paid_at > row.ended_at else 0


def _used(row: ServiceSubscription, payment: SubscriptionPayment, now: dt.datetime) -> int:
    """Of whole days only: the one that runs is free, and the amount shown stays true for as long."""
    if not row.starts_at_once:
        return 0
    days = max(1, round((payment.period_end - payment.period_start) / DAY))
    gone = min(days, max(0, int((now - payment.period_start) / DAY)))
    return share_of(payment.amount_cents, gone, days)


def renewal_to_announce(row: ServiceSubscription, *, now: dt.datetime) -> bool:
    if row.version.interval != PaidServiceVersion.Interval.YEAR or row.period_end is None:
        return False
    wanted = row.state == row.State.ACTIVE and not row.ends_with_period
    return wanted and TOLD_UNTIL <= row.period_end - now <= TOLD_FROM
