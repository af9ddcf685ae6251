"""`/compte/paiements/`: what was paid online, given back and remains to be paid; a receipt for each payment."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from booking import access, payment_receipt
from booking.models import Payment
from common import clock

A_PAGE = 10


@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """By appointment, the one that was paid last first."""
    paid = Q(payments__status=Payment.Status.PAID)
    rows = access.seen_by(request).for_pages().annotate(last_paid=Max("payments__paid_at", filter=paid))
    number = request.GET.get("page", "1")
    page = Paginator(rows.filter(last_paid__isnull=False).order_by("-last_paid", "-pk"), A_PAGE).get_page(
        number if number.isascii() and number.isdigit() and len(number) < 8 else 1
    )
    return render(request, "booking/my_payments.html", {"page": page, "paid": payment_receipt.paid(page.object_list)})


@login_not_required
@never_cache
@require_GET
def receipt(request: HttpRequest, reference: str, attempt: int) -> HttpResponse:
    """For whoever may open the appointment: signed in, in the browser that booked, or by the link of the mail."""
    rows = Payment.objects.select_related("appointment__practitioner", "appointment__place")
    found = rows.filter(
        appointment__reference=reference[:12], attempt=min(attempt, 32_767), status=Payment.Status.PAID
    ).first()
    if found is None or not access.may_open(request, found.appointment):
        raise Http404
    content = payment_receipt.pdf(payment_receipt.receipt_of(found), now=clock.now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="recu-{reference.lower()}-{attempt}.pdf"'
    return response
