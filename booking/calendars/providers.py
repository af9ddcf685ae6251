"""What a kind of calendar must be able to do, and which class does it. Another kind is another class and a row here."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

from booking.calendars.expansion import Expansion
from booking.models import CalendarConnection, ExternalCalendar


@dataclass(frozen=True)
class Window:
    """Between which instants times are kept, and on which clock all-day and floating events are read."""

    since: dt.datetime
    until: dt.datetime
    zone: ZoneInfo


@dataclass
class Reading:
    """What a calendar said, complete as far as it goes: a reading that broke off is a Fault and never one of these.

    `whole`: resources that are not in it are gone. `unchanged`: there is nothing to write. Events by resource: an ICS address
    and Google have one, named by the empty string.
    """

    whole: bool = False
    unchanged: bool = False
    resources: dict[str, Expansion] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    sync_token: str = ""
    etag: str = ""
    last_modified: str = ""


class Provider(Protocol):
    def read(self, calendar: ExternalCalendar, window: Window, *, whole: bool) -> Reading:
        """Times taken, or what changed since the last reading when `whole` is not asked for. Raises Fault."""

    def revoke(self) -> None:
        """Give the access back where it came from; called when the practitioner unlinks the calendar. Raises Fault."""

    def close(self) -> None: ...


def of(connection: CalendarConnection) -> Provider:
    # Each knows this module; which of them is needed is known only now.
    from booking.calendars.caldav_reading import CalDavProvider
    from booking.calendars.google import GoogleProvider
    from booking.calendars.ics_address import IcsProvider

    kinds: dict[CalendarConnection.Kind, Callable[[CalendarConnection], Provider]] = {
        CalendarConnection.Kind.ICS: IcsProvider,
        CalendarConnection.Kind.CALDAV: CalDavProvider,
        CalendarConnection.Kind.GOOGLE: GoogleProvider,
    }
    return kinds[CalendarConnection.Kind(connection.kind)](connection)
