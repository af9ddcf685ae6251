"""What is declared by withdrawing from a subscription to an optional service, and what it brings about, in words."""

import datetime as dt

from django.utils.translation import gettext as _

from booking.models import ServiceSubscription, Standing
from booking.withdrawal_terms import Finding
from common.clock import PARIS
from common.money import format_euros
from common.wording import long_date


def statement(row: ServiceSubscription) -> str:
    """The words of the law's model form (annex to article R221-1), about this subscription."""
    return _(
        "I hereby give notice that I withdraw from my contract for the provision of the following service: %(service)s, "
        "subscribed to on %(day)s under the reference %(reference)s."
    ) % {
        "service": row.service_name,
        "day": long_date(row.begun_at or row.agreed_at, PARIS, weekday=False),
        "reference": row.reference,
    }


def consequence(found: Finding, row: ServiceSubscription, *, done: bool) -> list[str]:
    """In euros, before it is confirmed (`done` False) and after."""
    until = long_date(found.until - dt.timedelta(seconds=1), PARIS) if found.until else ""
    refund, owed = format_euros(found.refund), format_euros(found.owed)
    if found.ends_it:
        lines = [_("The withdrawal period runs until %(until)s: you need give no reason.") % {"until": until}]
        if found.standing == Standing.BEGUN:
            lines.append(
                _("The service began before its end at your express request: its whole days stay due, %(owed)s.")
                % {"owed": owed}
            )
        if found.refund:
            given = (
                _("%(refund)s goes back to the card that paid, in 14 days at most.")
                if done
                else _("You get back %(refund)s, on the card that paid, in 14 days at most.")
            )
            lines.append(given % {"refund": refund})
        return [*lines, _("The service ends at once, and nothing more is charged.")]
    if found.standing == Standing.LATE:
        return [
            _("The withdrawal period ended with %(until)s.") % {"until": until},
            _(
                "Nothing ends by the declaration alone: cancel online, and the service ends with the period that is paid."
            ),
        ]
    return [_("This contract had ended already, and nothing of it is left to be given back.")]
