"""Connections as tests make them, and appointments seen through a calendar elsewhere."""

import datetime as dt
from typing import Any

from booking.actions import calendar_sync, calendars
from booking.models import CalendarConnection, ExternalBusy
from common.clock import now
from tests.plugins.radicale import PASSWORD, Radicale

HOUR = dt.timedelta(hours=1)


def at(hours: int) -> dt.datetime:
    """A whole hour, so many hours ahead."""
    return now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=hours)


def stamp(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def lasting(hours: int, length: int = 1) -> tuple[str, str]:
    return f"DTSTART:{stamp(at(hours))}", f"DTEND:{stamp(at(hours + length))}"


def link(
    radicale: Radicale, practitioner: Any, *, written: bool = True, read: bool = True, **more: Any
) -> CalendarConnection:
    connection = calendars.link_caldav(
        practitioner=practitioner, label="", address=radicale.url, account=radicale.user, password=PASSWORD, now=now()
    )
    (calendar,) = connection.calendars.all()
    calendars.choose(
        connection=connection,
        read=[calendar.pk] if read else [],
        written=calendar.pk if written else None,
        **({"names": "first", "label": "Radicale", "show_titles": False, "now": now()} | more),
    )
    connection.refresh_from_db()
    return connection


def sync(connection: CalendarConnection) -> CalendarConnection:
    calendar_sync.sync(connection_id=connection.pk, now=now())
    connection.refresh_from_db()
    return connection


def busy(practitioner: Any) -> list[tuple[dt.datetime, dt.datetime]]:
    rows = ExternalBusy.objects.filter(practitioner=practitioner).order_by("starts_at")
    return [(row.starts_at, row.ends_at) for row in rows]
