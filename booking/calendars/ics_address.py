"""Busy times from an ICS address: webcal, http or https; asked again only when it changed."""

from urllib.parse import urlsplit

from booking.calendars import credentials, web
from booking.calendars.expansion import expand
from booking.calendars.faults import Error, Fault, of_status
from booking.calendars.providers import Reading, Window
from booking.models import CalendarConnection, ExternalCalendar

LONGEST_ADDRESS = 2000


def web_address(typed: str) -> str:
    """The address to ask; Fault when it is none. `webcal` is what calendars call theirs, and means https."""
    address = typed.strip()
    scheme, separator, rest = address.partition("://")
    if scheme.lower() in {"webcal", "webcals"}:
        address = f"https{separator}{rest}"
    elif not separator and address:
        address = f"https://{address}"
    if len(address) > LONGEST_ADDRESS or not web.is_web_address(address):
        raise Fault(Error.FORBIDDEN_ADDRESS, "not a web address")
    return address


def host_of(address: str) -> str:
    return (urlsplit(address).hostname or "")[:253]


def look(address: str) -> None:
    """Whether there is a calendar, when the address is typed. Raises Fault."""
    _whole(web.request("GET", address, seconds=web.IN_A_REQUEST))


def _whole(answer: web.Answer) -> bytes:
    if answer.status != 200:
        raise of_status(answer.status)
    body = answer.body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body[:15].upper().startswith(b"BEGIN:VCALENDAR"):
        raise Fault(Error.NOT_A_CALENDAR)
    return body


class IcsProvider:
    def __init__(self, connection: CalendarConnection) -> None:
        self.connection = connection
        self.address = str(credentials.of(connection)["address"])

    def read(self, calendar: ExternalCalendar, window: Window, *, whole: bool) -> Reading:
        headers = {"Accept": "text/calendar, */*;q=0.5"}
        if not whole:
            if calendar.etag:
                headers["If-None-Match"] = calendar.etag
            if calendar.last_modified:
                headers["If-Modified-Since"] = calendar.last_modified
        answer = web.request("GET", self.address, headers=headers)
        if answer.status == 304 and not whole:
            return Reading(unchanged=True, etag=calendar.etag, last_modified=calendar.last_modified)
        found = expand(
            _whole(answer),
            zone=window.zone,
            since=window.since,
            until=window.until,
            titles=self.connection.show_titles,
        )
        return Reading(
            whole=True,
            resources={"": found},
            etag=answer.headers.get("etag", "")[:200],
            last_modified=answer.headers.get("last-modified", "")[:60],
        )

    def revoke(self) -> None:
        """Whoever has the address may read it: there is nothing to give back."""

    def close(self) -> None:
        """Every reading has a connection of its own."""
