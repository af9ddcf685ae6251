"""Spreadsheets of people leave the CMS by the registers alone, which ask why and mark each line (`common.access.exports`)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class MarkedExportsMiddleware:
    """Wagtail's own lists and reports would hand out the names of who did what without a trace: there they are read on the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        # What decorates a view keeps its class and its module; Wagtail's documents are views wrapped in themselves: nothing to unwrap.
        if request.GET.get("export") and getattr(view, "view_class", view).__module__.startswith("wagtail."):
            words = _(
                "This list is read on its page. Files are made by the registers, which say who took them and why."
            )
            messages.error(request, words)
            return redirect(request.path)
        return None
