"""Who books, as typed, and how it stands on an appointment."""

from dataclasses import dataclass

from booking.models import Appointment

# What `write` sets.
FIELDS = (
    "contact_first_name", "contact_last_name", "contact_email", "contact_phone", "adult_declared", "for_relative",
    "attendee_first_name", "attendee_last_name", "attendee_is_minor",
)  # fmt: skip


@dataclass(frozen=True)
class Contact:
    first_name: str
    last_name: str
    email: str
    phone: str = ""
    adult: bool = False
    for_relative: bool = False
    attendee_first_name: str = ""
    attendee_last_name: str = ""
    attendee_is_minor: bool = False


def write(appointment: Appointment, contact: Contact) -> None:
    """Not saved."""
    appointment.contact_first_name = contact.first_name
    appointment.contact_last_name = contact.last_name
    appointment.contact_email = contact.email
    appointment.contact_phone = contact.phone
    appointment.adult_declared = contact.adult
    appointment.for_relative = contact.for_relative
    appointment.attendee_first_name = contact.attendee_first_name if contact.for_relative else ""
    appointment.attendee_last_name = contact.attendee_last_name if contact.for_relative else ""
    appointment.attendee_is_minor = contact.for_relative and contact.attendee_is_minor
