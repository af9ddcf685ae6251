"""What the law makes of withdrawing from an appointment, with what is known of its money and of the rule it was concluded under."""

import datetime as dt

from booking.actions import refunds
from booking.models import Appointment, WithdrawalRule
from booking.withdrawal_terms import Finding, judge


def finding(appointment: Appointment, *, now: dt.datetime) -> Finding:
    return judge(appointment, left=refunds.left_cents(appointment), excluded=_excluded(appointment), now=now)


def _excluded(appointment: Appointment) -> str:
    """The reason of the rule that takes sessions at a given time out of the right, if the contract falls under one."""
    if appointment.booked_at is None:
        return ""
    rule = WithdrawalRule.objects.filter(valid_from__lte=appointment.booked_at).order_by("-valid_from").first()
    return rule.reason if rule and rule.excludes_dated else ""
