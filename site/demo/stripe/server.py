"""The stand-in as one object: what `python -m demo.stripe` runs, and what tests start in a thread."""

import logging
import threading
from collections.abc import Iterable
from typing import Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from demo.stripe.api import DESCRIPTION, Api
from demo.stripe.client import Control as ControlClient
from demo.stripe.control import Control
from demo.stripe.pages import Pages
from demo.stripe.passing import pass_time
from demo.stripe.store import Store
from demo.stripe.webhooks import Courier

logger = logging.getLogger(__name__)
HOST = "127.0.0.1"
LONGEST_BODY = 1_000_000
SECRET = "whsec_demo"  # noqa: S105 (for the demo only, as everything here)


class _Handler(WSGIRequestHandler):
    # One request a connection: a stopped stand-in is then gone at once, also for a client that keeps connections.
    protocol_version = "HTTP/1.0"

    def log(self, type: str, message: str, *args: Any) -> None:
        logger.log(logging.ERROR if type == "error" else logging.DEBUG, message, *args)


class StandIn:
    """`StandIn().start()` listens on a free port with its state in memory; `stop()` ends it."""

    def __init__(
        self,
        *,
        port: int = 0,
        state: str = ":memory:",
        webhook_url: str = "",
        webhook_secret: str = SECRET,
        public_url: str = "",
    ) -> None:
        self.store = Store(state)
        self.courier = Courier(self.store, webhook_url, webhook_secret, pass_time)
        self._server = make_server(HOST, port, self, threaded=True, request_handler=_Handler)
        self.api_base = f"http://{HOST}:{self._server.port}"
        self.webhook_secret = webhook_secret
        self.control = ControlClient(self.api_base)
        self._api = Api(self.store, public_url.rstrip("/") or self.api_base)
        self._control = Control(self.store, self.courier)
        self._pages = Pages(self.store)
        self._thread: threading.Thread | None = None

    def start(self) -> "StandIn":
        self.courier.start()
        # Asked to stop, it hears of it at once: each journey has a stand-in of its own.
        listen = {"poll_interval": 0.02}
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs=listen, name="stripe-stand-in", daemon=True
        )
        self._thread.start()
        return self

    def serve(self) -> None:
        """Until the process is told to stop."""
        DESCRIPTION.warm()
        self.courier.start()
        self._server.serve_forever()

    def stop(self) -> None:
        if self._thread:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self.courier.stop()
        self.store.close()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = LONGEST_BODY
        request.max_form_memory_size = LONGEST_BODY
        try:
            request.get_data(parse_form_data=False)  # read once, kept: the fingerprint and the form both need it
            response = self._respond(request)
        except RequestEntityTooLarge as error:
            response = Response(error.description, error.code)
        self.courier.wake()
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if request.path.startswith("/_control/"):
            return self._control.respond(request)
        if request.path.startswith(("/v1/", "/v2/")):
            return self._api.respond(request)
        return self._pages.respond(request)
