"""Appointments as ICS: one event whose UID never changes and whose SEQUENCE grows, in the zone of the place.

A file one takes from a page is PUBLISHed: it is imported, and nobody is asked to answer. A file that comes with a mail is a
REQUEST, later a CANCEL (RFC 5546, 3.2.2 and 3.2.5): mail programs (Gmail, Outlook, Apple, Thunderbird) move and remove an
event they have only for these two, with an ORGANIZER who is not the reader, the reader as ATTENDEE, and a greater SEQUENCE.
The organizer is the site, from whose address the mail comes; the reader counts as having accepted and is asked nothing.
"""

import datetime as dt
import re
from collections.abc import Iterable
from email.utils import parseaddr
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from booking.models import Appointment, Status

DOMAIN = "monprodubienetre.example"
PRODID = "-//Mon Pro du Bien-Être//Rendez-vous//FR"
# Control characters have no place in a line of ICS, and a text of names has no lines.
CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
QUIET_STATES = {Status.DONE, Status.CLIENT_ABSENT, Status.PRACTITIONER_ABSENT}


def uid_of(appointment: Appointment) -> str:
    return f"{appointment.reference.lower()}@{DOMAIN}"


def is_ours(uid: str) -> bool:
    return uid.lower().endswith(f"@{DOMAIN}")


def one_line(text: str) -> str:
    return CONTROLS.sub(" ", text).encode("utf-8", "replace").decode().strip()


def is_gone(appointment: Appointment) -> bool:
    return not appointment.is_upcoming and appointment.status not in QUIET_STATES


def file_of(appointment: Appointment, *, for_practitioner: bool, now: dt.datetime) -> str:
    """The text of the file to take. METHOD is PUBLISH, or CANCEL once it is cancelled; no health data, no contact details."""
    event = _event(appointment, for_practitioner=for_practitioner, now=now)
    return calendar_text([event], zones=[appointment.timezone], method="CANCEL" if is_gone(appointment) else "PUBLISH")


def attachment(appointment: Appointment, *, for_practitioner: bool, now: dt.datetime) -> dict[str, str]:
    """The same for a mail: mail programs update and remove the event by it."""
    method = "CANCEL" if is_gone(appointment) else "REQUEST"
    event = _event(appointment, for_practitioner=for_practitioner, now=now)
    reader = appointment.practitioner.professional_email if for_practitioner else appointment.contact_email
    attendee = vCalAddress(f"mailto:{one_line(reader)}")
    attendee.params |= {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    event.add("attendee", attendee, encode=False)
    return {
        "name": "rendez-vous.ics",
        "content_type": f"text/calendar; method={method}",
        "text": calendar_text([event], zones=[appointment.timezone], method=method),
    }


def _event(appointment: Appointment, *, for_practitioner: bool, now: dt.datetime) -> Event:
    other = appointment.attendee_name if for_practitioner else appointment.practitioner.full_name
    summary = _("%(session)s with %(person)s") % {"session": appointment.service_name, "person": other}
    event = event_of(appointment, summary=summary if other else appointment.service_name, stamp=now)
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = vText(one_line(settings.WAGTAIL_SITE_NAME).replace('"', ""))
    event.add("organizer", organizer, encode=False)
    return event


def event_of(appointment: Appointment, *, summary: str, stamp: dt.datetime) -> Event:
    """What every reader sees of it: the time, the place, the state; `summary` is for the reader at hand."""
    gone = is_gone(appointment)
    confirmed = appointment.status == Status.CONFIRMED or appointment.status in QUIET_STATES
    return timed_event(
        uid=uid_of(appointment),
        sequence=appointment.calendar_sequence,
        stamp=stamp,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        zone=appointment.timezone,
        status="CANCELLED" if gone else "CONFIRMED" if confirmed else "TENTATIVE",
        summary=summary,
        location=str(appointment.place) if appointment.place else "",
    )


def timed_event(
    *,
    uid: str,
    sequence: int,
    stamp: dt.datetime,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    zone: str,
    status: str,
    summary: str,
    location: str = "",
) -> Event:
    local = ZoneInfo(zone)
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", stamp.astimezone(dt.UTC).replace(microsecond=0))
    event.add("dtstart", starts_at.astimezone(local))
    event.add("dtend", ends_at.astimezone(local))
    event.add("status", status)
    event.add("summary", one_line(summary))
    if location:
        event.add("location", one_line(location))
    return event


def calendar_text(
    events: Iterable[Event], *, zones: Iterable[str], method: str = "", name: str = "", refresh: str = ""
) -> str:
    """A whole calendar. Time zones are pieces of text kept from one file to the next: to make one costs more than a mail."""
    kept = list(events)
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("name", one_line(name))
        calendar.add("x-wr-calname", one_line(name))
    if refresh:
        calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"}, encode=False)
        calendar.add("x-published-ttl", refresh)
    head, _end, tail = calendar.to_ical().decode().rpartition("END:VCALENDAR")
    years = {event.start.year for event in kept} | {event.end.year for event in kept}
    parts = [head]
    if years:
        parts += [_zone_text(zone, min(years), max(years)) for zone in sorted(set(zones))]
    parts += [event.to_ical().decode() for event in kept]
    return "".join([*parts, _end, tail])


@lru_cache(maxsize=256)
def _zone_text(zone: str, first_year: int, last_year: int) -> str:
    """The VTIMEZONE of the years of the events and one more on each side: a change of clocks is always before the first.

    Written here: the library's begins summer time an hour late (it gives the onset on the new clock; RFC 5545, 3.6.5 wants the old).
    """
    local = ZoneInfo(zone)
    day = dt.datetime(first_year - 1, 1, 1, tzinfo=dt.UTC)
    end = dt.datetime(last_year + 2, 1, 1, tzinfo=dt.UTC)
    known = day.astimezone(local)
    onsets: dict[tuple[str, str, str, str], list[str]] = {
        _rule(known, known): [f"{known.replace(tzinfo=None):%Y%m%dT000000}"]
    }
    while day < end:
        following = day + dt.timedelta(days=1)
        if following.astimezone(local).utcoffset() != known.utcoffset():
            moment = _change(day, local)
            after = moment.astimezone(local)
            onset = moment + (known.utcoffset() or dt.timedelta())
            onsets.setdefault(_rule(known, after), []).append(f"{onset:%Y%m%dT%H%M%S}")
            known = after
        day = following
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    for (kind, name, before, now), moments in onsets.items():
        lines += [f"BEGIN:{kind}", f"DTSTART:{moments[0]}", *(f"RDATE:{moment}" for moment in moments[1:])]
        lines += [f"TZNAME:{name}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{now}", f"END:{kind}"]
    return "\r\n".join([*lines, "END:VTIMEZONE", ""])


def _change(day: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The minute within a day of 24 hours at which the clocks of `zone` change."""
    low, high = 0, 24 * 60
    while high - low > 1:
        middle = (low + high) // 2
        unchanged = (day + dt.timedelta(minutes=middle)).astimezone(zone).utcoffset() == day.astimezone(
            zone
        ).utcoffset()
        low, high = (middle, high) if unchanged else (low, middle)
    return day + dt.timedelta(minutes=high)


def _rule(before: dt.datetime, after: dt.datetime) -> tuple[str, str, str, str]:
    kind = "DAYLIGHT" if after.dst() else "STANDARD"
    return kind, after.tzname() or "", before.strftime("%z"), after.strftime("%z")
