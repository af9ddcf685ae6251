"""A server that behaves as badly as a cluster can: for what killing a node cannot bring about."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COUNT = {"count": 3, "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0}}


class Fake(ThreadingHTTPServer):
    """`search` and `count` are (status, body) or a number of seconds to stay silent; `asked` counts questions by kind."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.search: tuple[int, object] | float = 200, {}
        self.count: tuple[int, object] | float = 200, COUNT
        self.asked = {"search": 0, "count": 0}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked had enough of waiting."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Fake

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = "count" if "/_count" in self.path else "search"
        self.server.asked[kind] += 1
        answer = getattr(self.server, kind)
        if isinstance(answer, float):
            time.sleep(answer)
            answer = 200, {}
        status, body = answer
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9")
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_HEAD = do_PUT = do_POST

    def log_message(self, *args: object) -> None: ...


@contextmanager
def serving() -> Iterator[Fake]:
    server = Fake()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
