"""Each request is one line of the log, written when it was answered; what is said meanwhile carries its id and its address."""

import uuid

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

log = structlog.get_logger(__name__)


class RequestLogMiddleware(RequestMiddleware):
    """django-structlog's, of whose two lines a request the first says nothing that the second does not, at the same price.

    The address is what `proxy` believes, not what any header claims; who asked is said where the session was looked at.
    """

    def prepare(self, request: HttpRequest) -> None:
        address = request.META.get("REMOTE_ADDR", "")
        structlog.contextvars.bind_contextvars(request_id=str(uuid.uuid4()), ip=address)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        # What failed was said with its traceback.
        if not hasattr(request, "_raised_exception"):
            who = {}
            if getattr(getattr(request, "session", None), "accessed", False) and hasattr(request, "user"):
                who["user_id"] = request.user.pk
            level = self._log_level_for_status_code(response.status_code)
            log.log(
                level,
                "request_finished",
                code=response.status_code,
                request=self.format_request(request),
                user_agent=request.META.get("HTTP_USER_AGENT"),
                **who,
            )
        structlog.contextvars.clear_contextvars()
