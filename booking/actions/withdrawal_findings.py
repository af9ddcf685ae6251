"""What the law makes of withdrawing from a contract, with what is known of its money and of the rule it was concluded under."""

import datetime as dt

from booking.actions import refunds, subscription_money
from booking.models import Appointment, ServiceSubscription, Standing, WithdrawalRule
from booking.subscription_terms import withdrawal
from booking.withdrawal_terms import Finding, judge


def finding(contract: Appointment | ServiceSubscription, *, now: dt.datetime) -> Finding:
    if isinstance(contract, ServiceSubscription):
        return _of_subscription(contract, now)
    return of_appointment(contract, now=now)


def _of_subscription(row: ServiceSubscription, now: dt.datetime) -> Finding:
    found = withdrawal(row, subscription_money.left(row), now=now)
    if found is None:
        return Finding(Standing.OVER)
    if found.is_open:
        standing = Standing.BEGUN if found.owed else Standing.OPEN
    else:
        standing = Standing.LATE if row.is_running and row.withdrawn_at is None else Standing.OVER
    owed = found.owed if found.is_open else 0
    return Finding(standing, row.begun_at, found.until, found.paid, owed, found.refund)


def of_appointment(appointment: Appointment, *, now: dt.datetime) -> Finding:
    return judge(appointment, left=refunds.left_cents(appointment), excluded=_excluded(appointment), now=now)


def _excluded(appointment: Appointment) -> str:
    """The reason of the rule that takes sessions at a given time out of the right, if the contract falls under one."""
    if appointment.booked_at is None:
        return ""
    rule = WithdrawalRule.objects.filter(valid_from__lte=appointment.booked_at).order_by("-valid_from").first()
    return rule.reason if rule and rule.excludes_dated else ""
