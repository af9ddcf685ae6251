"""What a practitioner's own calendars are told of appointments and group sessions: the same words in the feed and over CalDAV.

Of a client, the name as far as the practitioner chose; never an address, a number, a reason or an answer.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from icalendar import Event

from booking import calendar_file
from booking.models import Appointment, GroupSession, Status
from booking.models.appointment import OCCUPYING, UPCOMING
from booking.models.calendar import Names
from practitioners.models import Practitioner

PAST = dt.timedelta(days=30)
AHEAD = dt.timedelta(days=365)
KEPT = (*UPCOMING, Status.DONE, Status.CLIENT_ABSENT, Status.PRACTITIONER_ABSENT)


@dataclass(frozen=True)
class OwnEvent:
    """`source` is the appointment or the group session it tells of."""

    source: Appointment | GroupSession
    uid: str
    zone: str
    event: Event

    @property
    def fingerprint(self) -> str:
        """Of all that a reader sees; not of when it was made, nor of how often."""
        seen = (str(self.event[name].to_ical()) for name in ("dtstart", "dtend", "status", "summary"))
        return hashlib.sha256("\n".join([self.zone, str(self.event.get("location", "")), *seen]).encode()).hexdigest()


def events_of(
    practitioner: Practitioner, *, names: str, now: dt.datetime, past: dt.timedelta = PAST
) -> Iterator[OwnEvent]:
    """Everything in the window, in a bounded number of queries."""
    window = Q(practitioner=practitioner, ends_at__gt=now - past, starts_at__lt=now + AHEAD)
    places = "place__commune__department"
    booked = Appointment.objects.filter(window, group=None, status__in=KEPT).select_related(places)
    for appointment in booked.order_by("starts_at", "pk"):
        yield of_appointment(appointment, names=names)
    groups = GroupSession.objects.filter(window).exclude(status=GroupSession.Status.CANCELLED)
    taken = Count("seats_taken", filter=Q(seats_taken__status__in=(*OCCUPYING, *KEPT)))
    for group in groups.select_related("service", places).annotate(taken=taken).order_by("starts_at", "pk"):
        yield of_group(group, taken=group.taken)


def of_appointment(appointment: Appointment, *, names: str) -> OwnEvent:
    first = appointment.attendee_first_name if appointment.for_relative else appointment.contact_first_name
    who = {Names.NONE: "", Names.FIRST: first, Names.FULL: appointment.attendee_name}[Names(names)]
    summary = _("%(session)s with %(person)s") % {"session": appointment.service_name, "person": who}
    # The moment it was booked, not that of the reading: the same appointments make the same text, and the same ETag.
    event = calendar_file.event_of(
        appointment,
        summary=summary if who else appointment.service_name,
        stamp=appointment.booked_at or appointment.created_at,
    )
    return OwnEvent(appointment, calendar_file.uid_of(appointment), appointment.timezone, event)


def of_group(group: GroupSession, *, taken: int) -> OwnEvent:
    summary = _("%(session)s (%(taken)s of %(seats)s seats)") % {
        "session": group.service.name,
        "taken": taken,
        "seats": group.seats,
    }
    uid = f"groupe-{group.pk}@{calendar_file.DOMAIN}"
    event = calendar_file.timed_event(
        uid=uid,
        sequence=0,
        stamp=group.created_at,
        starts_at=group.starts_at,
        ends_at=group.ends_at,
        zone=group.timezone,
        status="CANCELLED" if group.status == GroupSession.Status.CANCELLED else "CONFIRMED",
        summary=summary,
        location=str(group.place) if group.place else "",
    )
    return OwnEvent(group, uid, group.timezone, event)
