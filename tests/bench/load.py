"""A client that costs little: kept-alive connections on bare sockets, so that what is measured is the server."""

import socket
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Load:
    """What a server stood: requests a second, and milliseconds of half and of nineteen in twenty of them."""

    per_second: float
    p50: float
    p95: float

    def __str__(self) -> str:
        return f"{self.per_second:,.0f} a second, p50 {self.p50:.2f} ms, p95 {self.p95:.2f} ms ({self.p95 / self.p50:.1f} ×)"


class Connection:
    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self.host = f"{parts.hostname}:{parts.port}"
        self.socket = socket.create_connection((str(parts.hostname), parts.port or 80))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def get(self, path: str) -> bytes:
        """The body; RuntimeError for anything but 200."""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\nAccept-Language: fr\r\n\r\n".encode())
        while b"\r\n\r\n" not in self.rest:
            self._more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(self.rest) < length:
            self._more()
        body, self.rest = self.rest[:length], self.rest[length:]
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{path}: {head[:60]!r} {body[:200]!r}")
        return body

    def _more(self) -> None:
        received = self.socket.recv(262_144)
        if not received:
            raise ConnectionError("closed by the server")
        self.rest += received


def ask(base: str, path: Callable[[int], str], *, seconds: float = 4, clients: int = 4) -> Load:
    """`clients` connections ask for `path(number)` one request after the other, for some seconds."""
    took: list[float] = []
    failures: list[BaseException] = []
    ends = time.perf_counter() + seconds

    def run(first: int) -> None:
        try:
            connection, number, mine = Connection(base), first, []
            while (began := time.perf_counter()) < ends:
                try:
                    connection.get(path(number))
                except ConnectionError:
                    # gunicorn replaces its workers after some thousands of requests.
                    connection = Connection(base)
                    continue
                mine.append(time.perf_counter() - began)
                number += clients
            took.extend(mine)
        except BaseException as error:  # noqa: BLE001 (raised again where it is seen)
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    cuts = statistics.quantiles(took, n=100)
    return Load(len(took) / seconds, cuts[49] * 1000, cuts[94] * 1000)
