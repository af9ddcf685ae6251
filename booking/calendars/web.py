"""HTTP towards addresses that practitioners type: never into our own network, never more than a few megabytes, never for long.

The one module that imports the HTTP library; what the CalDAV library asks goes through `GuardedSession` too.
"""

import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager

from booking.calendars.faults import Error, Fault

MOST_BYTES = 5 * 1024 * 1024
TIMEOUT = (5, 15)  # seconds to connect, and between two pieces of an answer
IN_A_TASK = 80  # seconds for everything that is asked, inside the time limit of the task
IN_A_REQUEST = 15  # while somebody waits for a page
MOST_REDIRECTS = 3
AGENT = "MonProDuBienEtre-Agenda/1.0"
# Addresses that wrap another one (6to4, NAT64, Teredo): what is inside may be ours.
WRAPPED = [ipaddress.ip_network(text) for text in ("2002::/16", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32")]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class AddressRefused(OSError):
    """The name leads to an address that the public internet cannot reach."""


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in WRAPPED):
            return False
    return ip.is_global and not ip.is_multicast


def refuse_private(host: str, port: int | None) -> None:
    """Before connecting: whoever types addresses learns nothing of what listens behind ours."""
    if settings.CALENDARS_MAY_BE_PRIVATE:
        return
    bare = host.strip("[]")
    try:
        addresses = [str(ipaddress.ip_address(bare))]
    except ValueError:
        addresses = [str(found[4][0]) for found in socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM)]
    if not all(is_public(address) for address in addresses):
        raise AddressRefused


def refuse_private_peer(connected: socket.socket) -> socket.socket:
    """Once connected, before a byte is sent: a name may have changed its mind since it was checked."""
    if not settings.CALENDARS_MAY_BE_PRIVATE and not is_public(str(connected.getpeername()[0])):
        connected.close()
        raise AddressRefused
    return connected


class PublicHTTPConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        refuse_private(self.host, self.port)
        return refuse_private_peer(super()._new_conn())


class PublicHTTPSConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        refuse_private(self.host, self.port)
        return refuse_private_peer(super()._new_conn())


class PublicHTTPPool(HTTPConnectionPool):
    ConnectionCls = PublicHTTPConnection


class PublicHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = PublicHTTPSConnection


class PublicAdapter(HTTPAdapter):
    """`ends`: the moment of the monotonic clock after which nothing is waited for, redirects included."""

    def __init__(self, ends: float) -> None:
        self.ends = ends
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": PublicHTTPPool, "https": PublicHTTPSPool}

    def send(self, *args: Any, **more: Any) -> requests.Response:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise requests.exceptions.Timeout
        more["timeout"] = tuple(min(seconds, left) for seconds in TIMEOUT)
        response = super().send(*args, **more)
        if response.is_redirect:
            # The library would read the whole body of a redirect before it follows it.
            response.close()
            _hand_over(response, b"")
        return response


class GuardedSession(requests.Session):
    """Every request of it, redirects included, is connected by `PublicAdapter`; bodies are read up to a size and a time."""

    def __init__(self, seconds: float = IN_A_TASK) -> None:
        super().__init__()
        self.ends = time.monotonic() + seconds
        self.mount("http://", PublicAdapter(self.ends))
        self.mount("https://", PublicAdapter(self.ends))
        self.trust_env = False  # no proxy, no .netrc of the machine
        self.max_redirects = MOST_REDIRECTS
        self.headers["User-Agent"] = AGENT

    def request(self, method: str, url: str | bytes, *args: Any, **more: Any) -> requests.Response:
        more["stream"] = True
        known = more.get("auth")
        if isinstance(known, HTTPBasicAuth):
            # The library knows only western letters, and passwords have an apostrophe or an accent (RFC 7617 says UTF-8).
            more["auth"] = HTTPBasicAuth(_bytes(known.username), _bytes(known.password))
        try:
            response = super().request(method, url, *args, **more)
            body = _read(response, self.ends)
        except requests.exceptions.TooManyRedirects as error:
            raise Fault(Error.FORBIDDEN_ADDRESS, "too many redirects") from error
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError) as error:
            # UnicodeError: a name and a password written before the host, in letters that the library cannot send.
            raise Fault(Error.FORBIDDEN_ADDRESS, type(error).__name__) from error
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
            raise Fault(Error.INCOMPLETE, type(error).__name__) from error
        except (requests.exceptions.Timeout, TimeoutError) as error:
            raise Fault(Error.SLOW, type(error).__name__) from error
        except (requests.exceptions.RequestException, OSError) as error:
            raise _why(error) from error
        _hand_over(response, body)
        return response


def _hand_over(response: Any, body: bytes) -> None:
    """Both are what reading `content` would set; there is no public way to give a body that was read with a limit."""
    response._content, response._content_consumed = body, True


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _read(response: Any, ends: float) -> bytes:
    pieces, size = [], 0
    for piece in response.iter_content(65536):
        size += len(piece)
        if size > MOST_BYTES:
            response.close()
            raise Fault(Error.TOO_LARGE)
        if time.monotonic() > ends:
            response.close()
            raise Fault(Error.SLOW, "the answer drips")
        pieces.append(piece)
    return b"".join(pieces)


def _why(error: BaseException) -> Fault:
    """A refused address and an interrupted body are wrapped by the library: look inside."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, AddressRefused):
            return Fault(Error.FORBIDDEN_ADDRESS, "not a public address")
        if isinstance(seen, TimeoutError | socket.timeout):
            return Fault(Error.SLOW, type(seen).__name__)
        reasons = [getattr(seen, "reason", None), *seen.args, seen.__cause__, seen.__context__]
        seen = next((one for one in reasons if isinstance(one, BaseException) and one is not seen), None)
    return Fault(Error.UNREACHABLE, type(error).__name__)


def is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def request(method: str, url: str, *, seconds: float = IN_A_TASK, **more: Any) -> Answer:
    """One request of its own; the answer whatever its status, or Fault."""
    if not is_web_address(url):
        raise Fault(Error.FORBIDDEN_ADDRESS, "not a web address")
    with GuardedSession(seconds) as opened:
        response = opened.request(method, url, **more)
        headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
        return Answer(int(response.status_code or 0), headers, bytes(response.content or b""))
