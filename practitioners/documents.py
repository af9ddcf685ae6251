"""Reading a private document of an application file, once a view has checked who asks."""

from django.http import FileResponse, Http404, HttpResponse

from common import untrusted
from common.uploads import sniff
from practitioners.models import ApplicationItem

WIDTH = 1100


def document_response(item: ApplicationItem) -> FileResponse:
    """The document as it was given, only ever to be kept: no browser of ours opens it in place."""
    if item.waits_for_scan:
        raise Http404
    try:
        opened = item.document.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    found = sniff(opened.read(16))
    opened.seek(0)
    content_type, extension = found or ("application/octet-stream", "")
    response = FileResponse(
        opened, content_type=content_type, as_attachment=True, filename=f"{item.kind}-{item.pk}{extension}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def picture_response(item: ApplicationItem, *, number: int) -> HttpResponse:
    """A page of the document (from 1), drawn by us."""
    try:
        drawn = untrusted.picture(_content(item), number=number - 1, width=WIDTH)
    except untrusted.NotShown as error:
        raise Http404 from error
    response = HttpResponse(drawn, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def page_numbers(item: ApplicationItem) -> list[int]:
    """The pages that can be shown; none when the document cannot be drawn."""
    try:
        return list(range(1, untrusted.page_count(_content(item)) + 1))
    except untrusted.NotShown:
        return []


def _content(item: ApplicationItem) -> bytes:
    if not item.document or item.waits_for_scan:
        raise Http404
    try:
        with item.document.open("rb") as opened:
            return bytes(opened.read())
    except FileNotFoundError as error:
        raise Http404 from error
