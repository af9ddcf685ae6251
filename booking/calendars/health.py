"""How each connection is doing, in words; and the one mail about one that has been failing for a day."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import CalendarConnection
from common import outbox
from practitioners.models import Practitioner

State = CalendarConnection.State
TOLD_AFTER = dt.timedelta(hours=24)
# Two readings that fail are nothing one has to know of.
SHOWN_AFTER = dt.timedelta(minutes=25)


@dataclass(frozen=True)
class Broken:
    """What the agenda's strip says of one: its name, since when it is not read, why, and whether it has to be linked again."""

    connection: CalendarConnection
    label: str
    read_until: dt.datetime | None
    reason: str
    to_link_again: bool
    url: str


def broken_for(practitioner: Practitioner, *, now: dt.datetime) -> list[Broken]:
    """Connections that have failed for a while, the longest first. One query."""
    failing = practitioner.calendar_connections.filter(state__in=[State.FAILING, State.REFUSED]).order_by(
        "failing_since"
    )
    return [
        Broken(
            connection=row,
            label=row.label,
            read_until=row.last_success_at,
            reason=str(row.get_last_error_display()),
            to_link_again=row.state == State.REFUSED,
            url=reverse("office:calendars"),
        )
        for row in failing
        if row.state == State.REFUSED or (row.failing_since and now - row.failing_since >= SHOWN_AFTER)
    ]


def tell_when_due(connection: CalendarConnection, *, now: dt.datetime) -> None:
    """Writes once a failure to its owner, a day after it began. The caller saves the row, in the same transaction."""
    since = connection.failing_since
    to = connection.practitioner.professional_email
    if connection.told_at or since is None or now - since < TOLD_AFTER or not to:
        return
    connection.told_at = now
    outbox.send(
        key=f"calendar-broken-{connection.pk}-{since:%Y%m%dT%H%M%S}",
        to=to,
        template="booking/calendar_broken",
        context={
            "connection": connection,
            "practitioner": connection.practitioner,
            "since": since,
            "zone": "Europe/Paris",
            "reason": connection.get_last_error_display(),
            "url": settings.BASE_URL + reverse("office:calendars"),
            "button": _("See my linked calendars"),
        },
    )
