"""Appointments as ICS: one event whose UID never changes and whose SEQUENCE grows, in the zone of the place."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from booking.models import Appointment

DOMAIN = "monprodubienetre.example"


def file_of(appointment: Appointment, *, for_practitioner: bool, now: dt.datetime) -> str:
    """The text of the file. METHOD is PUBLISH, or CANCEL once it is cancelled; no health data, no contact details."""
    zone = ZoneInfo(appointment.timezone)
    gone = not appointment.is_upcoming and appointment.status not in {"done"}
    calendar = Calendar()
    calendar.add("prodid", "-//Mon Pro du Bien-Être//Rendez-vous//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    event = Event()
    event.add("uid", f"{appointment.reference.lower()}@{DOMAIN}")
    event.add("sequence", appointment.calendar_sequence)
    event.add("dtstamp", now)
    event.add("dtstart", appointment.starts_at.astimezone(zone))
    event.add("dtend", appointment.ends_at.astimezone(zone))
    event.add("status", "CANCELLED" if gone else "CONFIRMED" if appointment.status == "confirmed" else "TENTATIVE")
    other = appointment.attendee_name if for_practitioner else appointment.practitioner.full_name
    event.add("summary", _("%(session)s with %(person)s") % {"session": appointment.service_name, "person": other})
    if appointment.place:
        event.add("location", str(appointment.place))
    calendar.add_component(event)
    day = appointment.starts_at.date()
    calendar.add_missing_timezones(
        first_date=day.replace(month=1, day=1), last_date=day.replace(year=day.year + 2, month=1, day=1)
    )
    return str(calendar.to_ical().decode())


def attachment(appointment: Appointment, *, for_practitioner: bool, now: dt.datetime) -> dict[str, str]:
    return {
        "name": "rendez-vous.ics",
        "content_type": "text/calendar",
        "text": file_of(appointment, for_practitioner=for_practitioner, now=now),
    }
