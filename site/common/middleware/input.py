"""PostgreSQL text cannot hold NUL: such input is refused once, here, with a 400, instead of failing in every view."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class RefuseNulBytesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
            raise BadRequest("NUL byte in the address")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        if request.method in {"POST", "PUT", "PATCH"} and request.content_type in FORMS:
            fields = (value for _name, values in request.POST.lists() for value in values)
            if any("\x00" in value for value in fields):
                raise BadRequest("NUL byte in a field")
