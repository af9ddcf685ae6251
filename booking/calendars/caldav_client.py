"""CalDAV (RFC 4791, sync of RFC 6578): the one module that imports `caldav`, used for its sign-in and its answers.

Requests are written here because what matters is what the library hides: which token was refused, which href had no data,
which etag lost. Connections go through `web.GuardedSession`.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from xml.sax.saxutils import escape

from caldav.davclient import DAVClient
from caldav.lib import error as caldav_errors
from django.conf import settings

from booking.calendars import web
from booking.calendars.faults import Error, Fault, Stale, of_status

D, C, A = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://apple.com/ns/ical/}"
NAMES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:a="http://apple.com/ns/ical/"'
AT_ONCE = 50
MOST_EVENTS = 5_000
MOST_PAGES = 50
PROXIED = "text/plain"


@dataclass(frozen=True)
class Found:
    """A calendar that the account shows."""

    href: str
    name: str
    colour: str
    writable: bool


@dataclass
class Changes:
    changed: dict[str, str] = field(default_factory=dict)  # href as the server writes it → etag
    gone: set[str] = field(default_factory=set)
    token: str = ""


class Lost(Exception):
    """If-Match or If-None-Match did not hold: somebody else wrote, or it is not there."""


class _Session(web.GuardedSession):
    """The library writes into the log whatever body is announced as XML and is none: nothing is announced to it."""

    def request(self, *args: Any, **more: Any) -> Any:
        response = super().request(*args, **more)
        response.headers["Content-Type"] = PROXIED
        return response


def key_of(href: str) -> str:
    """One spelling for a resource, whichever way the server writes it."""
    return unquote(urlsplit(href).path)


class CalDavClient:
    def __init__(self, url: str, username: str, password: str, *, seconds: float = web.IN_A_TASK) -> None:
        if not web.is_web_address(url) or (urlsplit(url).scheme != "https" and not settings.CALENDARS_MAY_BE_PRIVATE):
            raise Fault(Error.FORBIDDEN_ADDRESS, "not https")
        self.url = url
        self._client = DAVClient(
            url=url, username=username, password=password, enable_rfc6764=False, rate_limit_handle=False
        )
        self._client.session.close()
        self._client.session = _Session(seconds)

    def close(self) -> None:
        self._client.close()

    # Discovery

    def calendars(self) -> list[Found]:
        """Calendars of events that the account shows, from whatever address of the server was typed."""
        home = self._home()
        body = (
            f"<d:propfind {NAMES}><d:prop><d:resourcetype/><d:displayname/><a:calendar-color/>"
            "<c:supported-calendar-component-set/><d:current-user-privilege-set/></d:prop></d:propfind>"
        )
        found = []
        for href, props, _status in self._multistatus("PROPFIND", home, body, depth="1"):
            if props.find(f"{D}resourcetype/{C}calendar") is None:
                continue
            kinds = [str(item.get("name")).upper() for item in props.iter(f"{C}comp")]
            if kinds and "VEVENT" not in kinds:
                continue
            rights = props.find(f"{D}current-user-privilege-set")
            may = {item.tag for item in rights.iter()} if rights is not None else {f"{D}write"}
            writable = bool(may & {f"{D}write", f"{D}write-content", f"{D}bind", f"{D}all"})
            name = (props.findtext(f"{D}displayname") or key_of(href).rstrip("/").rsplit("/", 1)[-1]).strip()
            colour = (props.findtext(f"{A}calendar-color") or "").strip()[:7]
            found.append(Found(urljoin(home, href), name[:120], colour, writable))
        return found

    def _home(self) -> str:
        for start in (self.url, urljoin(self.url, "/.well-known/caldav")):
            try:
                principal = self._property(start, f"{D}current-user-principal/{D}href", "<d:current-user-principal/>")
                if principal:
                    home = self._property(principal, f"{C}calendar-home-set/{D}href", "<c:calendar-home-set/>")
                    if home:
                        return home
            except Fault as fault:
                # The first address may be a page for people; the second is where servers say where they are.
                if fault.error in {Error.REFUSED, Error.FORBIDDEN_ADDRESS} or start != self.url:
                    raise
        raise Fault(Error.NOT_A_CALENDAR, "no calendar home")

    def _property(self, url: str, path: str, prop: str) -> str:
        body = f"<d:propfind {NAMES}><d:prop>{prop}</d:prop></d:propfind>"
        for _href, props, _status in self._multistatus("PROPFIND", url, body, depth="0"):
            text = (props.findtext(path) or "").strip()
            if text:
                return urljoin(url, text)
        return ""

    # Reading

    def token(self, calendar: str) -> str:
        """The token of now, asked for before a calendar is read whole; empty where the server knows none."""
        body = f"<d:propfind {NAMES}><d:prop><d:sync-token/></d:prop></d:propfind>"
        for _href, props, _status in self._multistatus("PROPFIND", calendar, body, depth="0"):
            return (props.findtext(f"{D}sync-token") or "").strip()
        return ""

    def changes(self, calendar: str, token: str) -> Changes:
        """What changed since `token`, all pages of it. Raises Stale when the server no longer knows the token."""
        found = Changes(token=token)
        for _page in range(MOST_PAGES):
            body = (
                f"<d:sync-collection {NAMES}><d:sync-token>{escape(found.token)}</d:sync-token>"
                "<d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop></d:sync-collection>"
            )
            response = self._ask("REPORT", calendar, body, {"Depth": "0"})
            if response.status in {400, 403, 409, 410, 412, 501}:
                raise Stale
            tree = self._tree(response)
            cut = False
            for href, props, status in _responses(tree):
                if status == 507:
                    cut = True
                elif status == 404:
                    found.changed.pop(href, None)
                    found.gone.add(href)
                elif key_of(href).rstrip("/") != key_of(calendar).rstrip("/"):
                    found.gone.discard(href)
                    found.changed[href] = (props.findtext(f"{D}getetag") or "").strip()
            token = (tree.findtext(f"{D}sync-token") or "").strip()
            if not token:
                raise Stale
            found.token = token
            if not cut:
                return found
        raise Fault(Error.TOO_LARGE, "too many pages of changes")

    def between(self, calendar: str, since: dt.datetime, until: dt.datetime) -> list[str]:
        """Hrefs of the events with an occurrence between two instants."""
        body = (
            f"<c:calendar-query {NAMES}><d:prop><d:getetag/></d:prop><c:filter><c:comp-filter name='VCALENDAR'>"
            f"<c:comp-filter name='VEVENT'><c:time-range start='{since:%Y%m%dT%H%M%SZ}' end='{until:%Y%m%dT%H%M%SZ}'/>"
            "</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
        )
        hrefs = []
        for href, _props, status in self._multistatus("REPORT", calendar, body, depth="1"):
            if status == 507:
                raise Fault(Error.TOO_LARGE, "the server lists only a part")
            hrefs.append(href)
        if len(hrefs) > MOST_EVENTS:
            raise Fault(Error.TOO_LARGE, "too many events")
        return hrefs

    def events(self, calendar: str, hrefs: Iterable[str]) -> Iterator[tuple[str, str, bytes | None]]:
        """(href, etag, text) of each; the text is None when it is gone. A href the server does not answer for is a Fault."""
        wanted = list(hrefs)
        for start in range(0, len(wanted), AT_ONCE):
            piece = wanted[start : start + AT_ONCE]
            listed = "".join(f"<d:href>{escape(urlsplit(href).path or href)}</d:href>" for href in piece)
            body = (
                f"<c:calendar-multiget {NAMES}><d:prop><d:getetag/><c:calendar-data/></d:prop>{listed}"
                "</c:calendar-multiget>"
            )
            answered = set()
            for href, props, status in self._multistatus("REPORT", calendar, body, depth=None):
                answered.add(key_of(href))
                text = props.findtext(f"{C}calendar-data")
                if status == 404:
                    yield href, "", None
                elif text is None:
                    raise Fault(Error.INCOMPLETE, "an event without its data")
                else:
                    yield href, (props.findtext(f"{D}getetag") or "").strip(), text.encode()
            if {key_of(href) for href in piece} - answered:
                raise Fault(Error.INCOMPLETE, "an event is missing")

    # One resource

    def get(self, href: str) -> tuple[bytes, str] | None:
        response = self._ask("GET", href, "", {})
        if response.status in {404, 410}:
            return None
        if response.status != 200:
            raise of_status(response.status)
        return str(response.raw).encode(), str(response.headers.get("ETag", "")).strip()

    def put(self, href: str, text: str, *, etag: str) -> str:
        """Write over `etag`, or where there is nothing without one; the new etag. Raises Lost."""
        condition = {"If-Match": etag} if etag else {"If-None-Match": "*"}
        response = self._ask("PUT", href, text, {"Content-Type": "text/calendar; charset=utf-8", **condition})
        if response.status in {404, 410, 412} or (response.status == 409 and not etag):
            raise Lost
        if response.status not in {200, 201, 204}:
            raise Fault(Error.NOT_WRITTEN, f"HTTP {response.status}")
        written = str(response.headers.get("ETag", "")).strip()
        if written:
            return written
        # A server that changes what it is given says no etag: it is read back.
        current = self.get(href)
        return current[1] if current else ""

    def delete(self, href: str, *, etag: str) -> None:
        """Remove it, whoever removed it first. Raises Lost when it changed."""
        response = self._ask("DELETE", href, "", {"If-Match": etag} if etag else {})
        if response.status == 412:
            raise Lost
        if response.status not in {200, 202, 204, 404, 410}:
            raise Fault(Error.NOT_WRITTEN, f"HTTP {response.status}")

    # What is beneath

    def _ask(self, method: str, url: str, body: str, headers: dict[str, str]) -> Any:
        try:
            return self._client.request(url, method, body, headers)
        except caldav_errors.AuthorizationError as refused:
            # 403 is also how a token or a write is refused; only a 401 is about the account.
            if refused.status == 403:
                return _Answer(403)
            raise Fault(Error.REFUSED, "sign-in") from refused
        except caldav_errors.RateLimitError as busy:
            raise Fault(Error.SERVER, "too many requests") from busy
        except caldav_errors.DAVError as failed:
            raise Fault(Error.SERVER, type(failed).__name__) from failed

    def _tree(self, response: Any) -> Any:
        if response.status != 207:
            raise of_status(response.status) if response.status >= 400 else Fault(Error.NOT_A_CALENDAR)
        # Anything else that is well-formed would look like a calendar without events.
        if response.tree is None or response.tree.tag != f"{D}multistatus":
            raise Fault(Error.INCOMPLETE, "no list of answers")
        return response.tree

    def _multistatus(self, method: str, url: str, body: str, *, depth: str | None) -> list[tuple[str, Any, int]]:
        headers = {"Depth": depth} if depth is not None else {}
        return list(_responses(self._tree(self._ask(method, url, body, headers))))


@dataclass(frozen=True)
class _Answer:
    status: int
    tree: None = None


def _responses(tree: Any) -> Iterator[tuple[str, Any, int]]:
    """(href, properties found, status) of each; the status is the resource's own, or that of its properties."""
    for response in tree.iter(f"{D}response"):
        href = (response.findtext(f"{D}href") or "").strip()
        status = _code(response.findtext(f"{D}status"))
        found = None
        for part in response.findall(f"{D}propstat"):
            if _code(part.findtext(f"{D}status")) == 200:
                found = part.find(f"{D}prop")
        yield href, found if found is not None else response.makeelement(f"{D}prop"), status


def _code(line: str | None) -> int:
    parts = (line or "").split()
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 200
