"""The calendar that the demo's practitioner keeps with their family, as a program of theirs would publish it."""

import datetime as dt
from zoneinfo import ZoneInfo

from icalendar import Event

from booking.calendar_file import calendar_text
from common import clock

ZONE = "Europe/Paris"
# Day of the week, from, to, what, and every how many weeks.
HABITS = (
    (1, dt.time(12, 15), dt.time(13, 45), "Course à pied avec Sonia", 1),
    (2, dt.time(16, 15), dt.time(17, 30), "Sortie d’école, musique de Tom", 1),
    (4, dt.time(8, 0), dt.time(9, 30), "Marché", 2),
)
DENTIST = 16  # days ahead


def text(today: dt.date) -> str:
    """Of the current week on, so that there is always something in it."""
    zone = ZoneInfo(ZONE)
    monday = today - dt.timedelta(days=today.weekday())
    stamp = dt.datetime.combine(monday, dt.time(), zone)
    events = []
    for number, (weekday, start, end, what, every) in enumerate(HABITS):
        day = monday + dt.timedelta(days=weekday)
        event = _event(f"habitude-{number}", what, stamp, day, start, end)
        event.add("rrule", {"freq": "weekly", "interval": every})
        events.append(event)
    events.append(_event("dentiste", "Dentiste", stamp, monday + dt.timedelta(days=DENTIST), dt.time(10), dt.time(11)))
    return calendar_text(events, zones=[ZONE], name="Famille")


def _event(uid: str, what: str, stamp: dt.datetime, day: dt.date, start: dt.time, end: dt.time) -> Event:
    zone = ZoneInfo(ZONE)
    event = Event()
    event.add("uid", f"{uid}@famille.example")
    event.add("dtstamp", stamp.astimezone(dt.UTC))
    event.add("dtstart", dt.datetime.combine(day, start, zone))
    event.add("dtend", dt.datetime.combine(day, end, zone))
    event.add("summary", what)
    return event


def now_text() -> str:
    return text(clock.today())
