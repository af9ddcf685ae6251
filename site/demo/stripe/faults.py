"""Requests that fail on command, before or after they take effect."""

import json
import socket
import time
from dataclasses import asdict, dataclass

from werkzeug.wrappers import Request, Response

from demo.stripe.errors import StripeError
from demo.stripe.store import Body, Store

WHENS = ("before", "after")
KINDS = ("error", "timeout")


@dataclass
class Fault:
    """`error` answers with a status; `timeout` waits, then cuts the connection without an answer."""

    when: str = "before"
    kind: str = "error"
    count: int = 1
    status: int = 500
    seconds: float = 0
    method: str = ""
    path: str = ""  # the beginning of the request's path

    def __post_init__(self) -> None:
        if (
            self.when not in WHENS
            or self.kind not in KINDS
            or self.count < 1
            or not 400 <= self.status <= 599
            or not 0 <= self.seconds <= 300
        ):
            raise StripeError(
                f"A fault is when: {WHENS}, kind: {KINDS}, count ≥ 1, status 400 to 599, seconds 0 to 300."
            )

    def matches(self, method: str, path: str) -> bool:
        return self.method.upper() in ("", method) and path.startswith(self.path)

    def body(self, request_id: str) -> Body:
        kind = "rate_limit_error" if self.status == 429 else "api_error"
        return StripeError("An error injected by the stand-in.", status=self.status, kind=kind).body(request_id)


def add_fault(store: Store, fault: Fault) -> None:
    store.set_setting("request_faults", [*store.setting("request_faults", []), asdict(fault)])


def take_fault(store: Store, method: str, path: str) -> Fault | None:
    """The first fault in the queue for this request, used up by one."""
    with store.transaction():
        faults = [Fault(**fault) for fault in store.setting("request_faults", [])]
        chosen = next((fault for fault in faults if fault.matches(method, path)), None)
        if chosen:
            left = [asdict(fault) | {"count": fault.count - (fault is chosen)} for fault in faults]
            store.set_setting("request_faults", [fault for fault in left if fault["count"] > 0])
        return chosen


def fail(fault: Fault, request: Request, request_id: str) -> Response:
    if fault.kind == "timeout":
        time.sleep(fault.seconds)
        connection: socket.socket | None = request.environ.get("werkzeug.socket")
        if connection:
            connection.shutdown(socket.SHUT_RDWR)
    return Response(
        json.dumps(fault.body(request_id)), fault.status, {"Request-Id": request_id}, content_type="application/json"
    )
