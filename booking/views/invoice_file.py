"""The PDF of an invoice, once a view has checked who asks."""

from django.http import HttpRequest, HttpResponse

from booking.errors import InvoiceEnded
from booking.invoicing import pdf
from booking.models import Invoice
from booking.views import pages


def pdf_response(request: HttpRequest, invoice: Invoice) -> HttpResponse:
    try:
        content = bytes(pdf.file_of(invoice).content)
    except InvoiceEnded as error:
        return pages.refused(request, error)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{pdf.file_name(invoice)}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
