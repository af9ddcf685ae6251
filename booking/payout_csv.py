"""Payouts as a spreadsheet: a line for each movement, with the appointment, so that an accountant can match the bank."""

import csv
import io
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.client_csv import escape
from booking.models import Payout, PayoutLine


def write(payouts: Iterable[Payout]) -> str:
    """As a French Excel opens it: semicolons, CRLF. Amounts stay numbers, minus included; texts are never computed."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(_rows(payouts))
    return out.getvalue()


def _rows(payouts: Iterable[Payout]) -> Iterator[list[str]]:
    yield [
        _("Payout made on"), _("On your account on"), _("State"), _("Payout"), _("Amount of the payout"), _("Movement"),
        _("Appointment"), _("Session of"), _("Client"), _("Gross"), _("Service fee"), _("Net"),
    ]  # fmt: skip
    for payout in payouts:
        head = [
            f"{payout.created_at.astimezone(ZoneInfo('Europe/Paris')):%d/%m/%Y}",
            f"{payout.arrival_on:%d/%m/%Y}",
            str(payout.get_status_display()),
            payout.payout_id,
            euros(payout.amount_cents),
        ]
        lines = list(payout.lines.all())
        yield from ([*head, *_line(line)] for line in lines)
        if not lines:
            yield [*head, "", "", "", "", "", "", euros(payout.amount_cents)]


def _line(line: PayoutLine) -> list[str]:
    appointment = line.payment.appointment if line.payment else None
    session = appointment.starts_at.astimezone(ZoneInfo(appointment.timezone)) if appointment else None
    return [
        str(line.get_kind_display()),
        appointment.reference if appointment else "",
        f"{session:%d/%m/%Y}" if session else "",
        escape(appointment.contact_name) if appointment else "",
        euros(line.amount_cents),
        euros(line.fee_cents),
        euros(line.net_cents),
    ]


def euros(cents: int) -> str:
    """`-45,50`, as a French spreadsheet reads a number."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02d}"
