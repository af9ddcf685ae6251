"""Why a message must not leave, asked at the very moment and under the lock of what it is about."""

from booking.models import Appointment, PractitionerNotifications, Status
from booking.notifications import preferences
from booking.notifications.kinds import PRACTITIONER, Kind, of_template
from booking.notifications.quiet import is_night
from common import clock
from common.models import OutboxMessage

Reason = OutboxMessage.Reason


def reason(message: OutboxMessage) -> str:
    """A Reason, or nothing. Reminders look at the appointment; others only at what a practitioner turned off."""
    kind, reader = of_template(message.template)
    if kind.is_reminder:
        return _of_reminder(message, kind, reader)
    if reader == PRACTITIONER and kind.choice(reader):
        # One row a practitioner, found without the appointment: many are told of the same one.
        choices = PractitionerNotifications.objects.filter(pk=message.facts["practitioner"]["id"]).first()
        if choices and not getattr(choices, kind.choice(reader)):
            return Reason.UNWANTED
    return ""


def _of_reminder(message: OutboxMessage, kind: Kind, reader: str) -> str:
    """The row stays locked until the message has left: whoever cancels waits for it, or came first and is seen here."""
    frozen = message.facts["appointment"]
    row = Appointment.objects.select_for_update(no_key=True).filter(pk=frozen["id"]).first()
    if row is None or row.status != Status.CONFIRMED or row.starts_at != frozen["starts_at"]:
        return Reason.OFF
    if clock.now() >= row.starts_at:
        return Reason.LATE
    if not preferences.wants(row, kind, reader):
        return Reason.UNWANTED
    if kind.channel == OutboxMessage.Channel.SMS and is_night(clock.now(), row.timezone):
        return Reason.NIGHT
    return ""
