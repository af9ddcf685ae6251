"""Reading a private document of an application file, once a view has checked who asks."""

from django.http import FileResponse, Http404

from common.uploads import sniff
from practitioners.models import ApplicationItem


def document_response(item: ApplicationItem) -> FileResponse:
    """The document, shown in place under the type found in its content; anything else is only downloaded."""
    try:
        opened = item.document.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    found = sniff(opened.read(16))
    opened.seek(0)
    content_type, extension = found or ("application/octet-stream", "")
    response = FileResponse(
        opened, content_type=content_type, as_attachment=found is None, filename=f"{item.kind}-{item.pk}{extension}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
