"""The PDF of an invoice, once a view has checked who asks."""

from django.http import HttpResponse

from booking.invoicing import pdf
from booking.models import Invoice


def pdf_response(invoice: Invoice) -> HttpResponse:
    response = HttpResponse(bytes(pdf.file_of(invoice).content), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{pdf.file_name(invoice)}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
