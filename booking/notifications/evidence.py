"""What was sent about an appointment, when, and what became of it."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.notifications.kinds import KINDS, of_template
from booking.notifications.sending import about
from common.models import BadAddress, OutboxMessage

Status = OutboxMessage.Status


@dataclass(frozen=True)
class Line:
    """`at`: when it left, or was caused; `tone`: how the fate is shown."""

    label: str | Promise
    to: str
    channel: str
    at: dt.datetime
    fate: str
    tone: str


def messages_about(appointment: Appointment) -> list[Line]:
    rows = OutboxMessage.objects.filter(about=about(appointment.reference)).order_by("-created_at", "-pk")
    return [_line(row) for row in rows.defer("text", "html", "attachments", "facts")]


def refused_addresses(appointment: Appointment) -> list[str]:
    """Of the client's address and number, those that do not receive."""
    mine = {value.strip().lower(): value for value in (appointment.contact_email, appointment.contact_phone) if value}
    return [mine[flagged] for flagged in BadAddress.objects.filter(address__in=mine).values_list("address", flat=True)]


def label_of(row: OutboxMessage) -> str | Promise:
    name = row.template.removeprefix("booking/").rpartition("_")[0]
    return of_template(row.template)[0].label if name in KINDS else row.subject or row.template


def fate_of(row: OutboxMessage) -> str:
    """What became of it, with the reason where there is one."""
    if not row.reason:
        return str(row.get_status_display())
    return _("%(fate)s: %(reason)s") % {"fate": row.get_status_display(), "reason": row.get_reason_display()}


def _line(row: OutboxMessage) -> Line:
    tones = {Status.SENT: "ok", Status.FAILED: "erreur", Status.RETURNED: "erreur"}
    return Line(
        label=label_of(row),
        to=row.to,
        channel=row.get_channel_display(),
        at=row.sent_at or row.created_at,
        fate=fate_of(row),
        tone=tones.get(Status(row.status), "neutre"),
    )
