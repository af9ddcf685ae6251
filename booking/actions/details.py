"""Who comes and where, noted on a held time: the contact, the relative, the address of a session at home."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from booking.actions import relatives
from booking.actions.contact import FIELDS, Contact, write
from booking.errors import HoldLost
from booking.models import Appointment, Relative, Status
from places.models import Commune

if TYPE_CHECKING:
    from accounts.models import User

WRITTEN = (
    *FIELDS, "relative", "home_street", "home_complement", "home_postal_code", "home_commune", "sms_reminder",
)  # fmt: skip


@dataclass(frozen=True)
class Home:
    """Where a session at home takes place, as typed; the commune was found within the practitioner's reach."""

    street: str
    complement: str
    postal_code: str
    commune: Commune


@transaction.atomic
def note(
    *,
    appointment_id: int,
    contact: Contact,
    home: Home | None = None,
    relative: Relative | None = None,
    keep_relative_of: "User | None" = None,
    sms_reminder: bool = False,
    now: dt.datetime,
) -> Appointment:
    """Write everything at once. Raises HoldLost. `keep_relative_of`: whose list the person named joins."""
    appointment = Appointment.objects.select_for_update(no_key=True).get(pk=appointment_id)
    if appointment.status != Status.HELD:
        raise HoldLost
    write(appointment, contact)
    if keep_relative_of is not None and relative is None and contact.for_relative:
        relative = relatives.add(
            user=keep_relative_of,
            first_name=contact.attendee_first_name,
            last_name=contact.attendee_last_name,
            is_minor=contact.attendee_is_minor,
            now=now,
        )
    appointment.relative = relative
    appointment.home_street = home.street if home else ""
    appointment.home_complement = home.complement if home else ""
    appointment.home_postal_code = home.postal_code if home else ""
    appointment.home_commune = home.commune if home else None
    appointment.sms_reminder = sms_reminder and bool(contact.phone)
    appointment.save(update_fields=WRITTEN)
    return appointment
