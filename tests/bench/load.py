"""Clients that cost next to nothing: one loop for all of them, requests written beforehand, of an answer only what is asked for.

They share the machine with the server: what they take of it is missing in what is measured. A client is a generator that yields
requests and is sent their answers; it checks each, and raises for one that is not what it must be.
"""

import select
import socket
import time
from array import array
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Load:
    """What a server stood: requests a second, and milliseconds of half and of nineteen in twenty of them."""

    per_second: float
    p50: float
    p95: float

    @classmethod
    def of(cls, took: "array[float]", seconds: float) -> "Load":
        ordered = sorted(took)
        return cls(len(ordered) / seconds, *(ordered[int(len(ordered) * part)] * 1000 for part in (0.5, 0.95)))

    def __str__(self) -> str:
        return f"{self.per_second:,.0f} a second, p50 {self.p50:.2f} ms, p95 {self.p95:.2f} ms ({self.p95 / self.p50:.1f} ×)"


class Answer:
    __slots__ = ("body", "head")

    def __init__(self, head: bytes, body: bytes) -> None:
        self.head, self.body = head, body

    @property
    def status(self) -> int:
        return int(self.head[9:12])

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        wanted, lines = name.lower(), self.head.decode("latin-1").split("\r\n")[1:]
        return [line.partition(":")[2].strip() for line in lines if line.partition(":")[0].lower() == wanted]


Client = Generator[bytes, Answer, None]


def request(base: str, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """As it goes over the wire."""
    parts = urlsplit(base)
    lines = {"Host": f"{parts.hostname}:{parts.port}", "Accept-Language": "fr", **(headers or {})}
    if body:
        lines["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


class _Connection:
    def __init__(self, address: tuple[str, int], client: Client) -> None:
        self.address, self.client = address, client
        self.sent, self.began = next(client, b""), 0.0
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(self.address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def ask(self) -> None:
        self.began = time.perf_counter()
        self.socket.sendall(self.sent)

    def answer(self) -> Answer | None:
        """The whole of it, once it is there; ConnectionError when the server closed."""
        more = self.socket.recv(262_144)
        if not more:
            raise ConnectionError("closed by the server")
        self.received += more
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self.received[:end]
        _before, _name, length = head.lower().partition(b"content-length: ")
        whole = end + 4 + int(length.partition(b"\r\n")[0])
        if len(self.received) < whole:
            return None
        body, self.received = self.received[end + 4 : whole], b""
        return Answer(head, body)


def play(base: str, clients: Sequence[Client]) -> Load:
    """All of them at once, each on a connection of its own that stays, until every one has ended."""
    parts, took, poll = urlsplit(base), array("d"), select.epoll()
    address = (str(parts.hostname), parts.port or 80)
    # Each has its first request written before the clock starts.
    ready = [one for one in (_Connection(address, client) for client in clients) if one.sent]
    waiting: dict[int, _Connection] = {}

    def ask(one: _Connection) -> None:
        waiting[one.socket.fileno()] = one
        poll.register(one.socket, select.EPOLLIN)
        one.ask()

    began = time.perf_counter()
    for one in ready:
        ask(one)
    while waiting:
        for number, _event in poll.poll():
            one = waiting[number]
            try:
                answer = one.answer()
                if answer is None:
                    continue
                took.append(time.perf_counter() - one.began)
                one.sent = one.client.send(answer)
                one.ask()
            except StopIteration:
                del waiting[number]
                one.socket.close()
            except ConnectionError:
                # gunicorn replaces its workers after some thousands of requests: asked again, as a browser does.
                del waiting[number]
                one.socket.close()
                one.open()
                ask(one)
    seconds = time.perf_counter() - began
    poll.close()
    return Load.of(took, seconds)


def ask(base: str, path: Callable[[int], str], *, seconds: float = 4, clients: int = 8) -> Load:
    """`clients` connections ask for `path(number)` one request after the other, for some seconds; every answer must be 200."""
    ends = time.perf_counter() + seconds
    written: dict[str, bytes] = {}

    def one(first: int) -> Client:
        number = first
        while time.perf_counter() < ends:
            asked = path(number)
            if asked not in written:
                written[asked] = request(base, "GET", asked)
            answer = yield written[asked]
            if answer.status != 200:
                raise RuntimeError(f"{asked}: {answer.head[:60]!r} {answer.body[:200]!r}")
            number += clients

    return play(base, [one(number) for number in range(clients)])
