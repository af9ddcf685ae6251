"""An appointment, for its client: after the payment, to read, as a calendar file. Opened by session, account or link."""

import datetime as dt
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from booking import access, calendar_file, slots
from booking.actions import payments
from booking.models import Appointment, Payment, Status
from booking.policies.offer import bookable_services
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.views import pages
from booking.views.opened import context_of, opened, own_documents, unknown
from common import clock

RELOADS = 20


@login_not_required
@never_cache
@require_GET
def open_link(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    """The link of a mail: whoever holds it may read and cancel this appointment, and nothing else of the account."""
    if not access.open_with(request, reference, token):
        return unknown(request)
    return redirect("booking:appointment", reference)


@login_not_required
@never_cache
@require_GET
def show(request: HttpRequest, reference: str) -> HttpResponse:
    appointment = opened(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    if appointment.status == Status.HELD:
        return redirect("booking:details", reference)
    now = clock.now()
    context = context_of(appointment, now=now) | {
        "just_booked": appointment.is_upcoming and "merci" in request.GET,
        "just_moved": appointment.is_upcoming and "deplace" in request.GET,
        "just_cancelled": appointment.is_cancelled and "annule" in request.GET,
        "knows_account": request.user.is_authenticated,
        "itinerary": itinerary(appointment),
        "invoices": appointment.invoices.order_by("pk"),
        "nearest": _nearest(appointment, now),
        # Who has just booked has just read them.
        "own_documents": own_documents(appointment, now=now, compared="merci" not in request.GET),
    }
    return render(request, "booking/appointment.html", context)


def _nearest(appointment: Appointment, now: dt.datetime) -> list[slots.Slot]:
    """The free times nearest to one that the practitioner cancelled."""
    if appointment.status != Status.CANCELLED_BY_PRACTITIONER:
        return []
    if not bookable_services().filter(pk=appointment.service_id).exists():
        return []
    return slots.nearest(
        practitioner=appointment.practitioner, service=appointment.service, to=appointment.starts_at, now=now
    )


@login_not_required
@never_cache
@require_GET
def payment_return(request: HttpRequest, reference: str) -> HttpResponse:
    """Back from the payment page. That proves nothing: what Stripe says books the appointment, and the page reloads until then."""
    found = Appointment.objects.for_pages().select_related("policy").filter(reference=reference[:12]).first()
    if found is not None and access.is_paying(request, found):
        appointment: Appointment | HttpResponse = found
    else:
        appointment = opened(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    tries = request.GET.get("essai", "0")
    number = int(tries) if tries.isascii() and tries.isdigit() and len(tries) < 4 else 0
    payment = appointment.payments.filter(link=None).order_by("-attempt").first()
    if payment and number > 0 and payment.status in {Payment.Status.CREATING, Payment.Status.OPEN}:
        try:
            payments.refresh(payment_id=payment.pk, now=clock.now())
            appointment.refresh_from_db()
            payment.refresh_from_db()
        except (StripeUnreachable, StripeRefused):
            # Nothing certain: the page says so and asks again.
            number += 1
    if appointment.status == Status.HELD and payment and payment.status == Payment.Status.EXPIRED:
        if not access.is_holder(request, appointment):
            return redirect(access.resume_url(appointment))
        return redirect(pages.address("booking:check", reference) + "?paiement=interrompu")
    if appointment.status not in {Status.HELD, Status.EXPIRED} or (payment and payment.refunds.exists()):
        request.session.pop("booking_draft", None)
        return redirect(pages.address("booking:appointment", reference) + "?merci=1")
    context = context_of(appointment, now=clock.now()) | {
        "next_try": number + 1,
        "reloads": number < RELOADS,
        "seconds": 2 if number < 5 else 5,
    }
    return render(request, "booking/payment_return.html", context)


@login_not_required
@never_cache
@require_GET
def calendar(request: HttpRequest, reference: str) -> HttpResponse:
    appointment = opened(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    if appointment.status in {Status.HELD, Status.EXPIRED}:
        return unknown(request)
    text = calendar_file.file_of(appointment, for_practitioner=False, now=clock.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rendez-vous-{appointment.reference.lower()}.ics"'
    return response


def itinerary(appointment: Appointment) -> str:
    """The way there on OpenStreetMap; nothing but the place is in the address."""
    place = appointment.place
    if place is None or not appointment.is_upcoming:
        return ""
    return "https://www.openstreetmap.org/directions?" + urlencode(
        {"to": f"{place.latitude:.5f},{place.longitude:.5f}"}
    )
