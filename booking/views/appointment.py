"""An appointment, for its client: after the payment, to read, to cancel, as a calendar file. Opened by session, account or link."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from booking import access, calendar_file, lifecycle
from booking.actions import appointments, payments
from booking.errors import AlreadyStarted, AmountChanged, NotBookable
from booking.lifecycle import Step
from booking.models import Appointment, Payment, Refund, Status
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.views import pages
from common import clock
from common.errors import Conflict
from practitioners.models import Service

RELOADS = 20


@login_not_required
@never_cache
@require_GET
def open_link(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    """The link of a mail: whoever holds it may read and cancel this appointment, and nothing else of the account."""
    if not access.open_with(request, reference, token):
        return _unknown(request)
    return redirect("booking:appointment", reference)


@login_not_required
@never_cache
@require_GET
def show(request: HttpRequest, reference: str) -> HttpResponse:
    appointment = _appointment(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    if appointment.status == Status.HELD:
        return redirect("booking:details", reference)
    now = clock.now()
    context = _context(appointment) | {
        "terms": pages.terms_of(appointment, now) if appointment.is_upcoming else [],
        "may_cancel": lifecycle.may(appointment, Step.CANCEL_BY_CLIENT) and now < appointment.starts_at,
        "just_booked": appointment.is_upcoming and "merci" in request.GET,
        "knows_account": request.user.is_authenticated,
    }
    return render(request, "booking/appointment.html", context)


@login_not_required
@never_cache
@require_GET
def payment_return(request: HttpRequest, reference: str) -> HttpResponse:
    """Back from the payment page. That proves nothing: what Stripe says books the appointment, and the page reloads until then."""
    appointment = _appointment(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    tries = request.GET.get("essai", "0")
    number = int(tries) if tries.isascii() and tries.isdigit() and len(tries) < 4 else 0
    payment = appointment.payments.order_by("-attempt").first()
    if payment and number > 0 and payment.status in {Payment.Status.CREATING, Payment.Status.OPEN}:
        try:
            payments.refresh(payment_id=payment.pk, now=clock.now())
            appointment.refresh_from_db()
            payment.refresh_from_db()
        except (StripeUnreachable, StripeRefused):
            # Nothing certain: the page says so and asks again.
            number += 1
    if appointment.status == Status.HELD and payment and payment.status == Payment.Status.EXPIRED:
        return redirect(pages.address("booking:check", reference) + "?paiement=interrompu")
    if appointment.status not in {Status.HELD, Status.EXPIRED} or (payment and payment.refunds.exists()):
        request.session.pop("booking_draft", None)
        return redirect(pages.address("booking:appointment", reference) + "?merci=1")
    context = _context(appointment) | {
        "next_try": number + 1,
        "reloads": number < RELOADS,
        "seconds": 2 if number < 5 else 5,
    }
    return render(request, "booking/payment_return.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """GET says what cancelling gives back now; POST does exactly that, or shows the new amount (409)."""
    appointment = _appointment(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    if not lifecycle.may(appointment, Step.CANCEL_BY_CLIENT):
        return redirect("booking:appointment", reference)
    if request.method == "GET":
        return _cancel_page(request, appointment)
    announced = request.POST.get("amount", "")
    try:
        if not (announced.isascii() and announced.isdigit() and len(announced) < 10):
            raise AmountChanged
        appointments.cancel_by_client(
            appointment_id=appointment.pk,
            announced_cents=int(announced),
            actor=request.user if request.user.is_authenticated else None,
            now=clock.now(),
        )
    except (AmountChanged, AlreadyStarted) as error:
        return _cancel_page(request, appointment, error)
    except lifecycle.IllegalTransition:
        return redirect("booking:appointment", reference)
    return redirect("booking:appointment", reference)


def _cancel_page(request: HttpRequest, appointment: Appointment, error: Conflict | None = None) -> HttpResponse:
    now = clock.now()
    started = now >= appointment.starts_at
    context = _context(appointment) | {
        "due": appointments.refund_due(appointment, now=now),
        "paid": appointments.paid_cents(appointment),
        "started": started,
        "terms": pages.terms_of(appointment, now),
        "notice": str(error.message) if error else str(AlreadyStarted.message) if started else "",
    }
    return render(request, "booking/cancel.html", context, status=error.status if error else 200)


@login_not_required
@never_cache
@require_GET
def calendar(request: HttpRequest, reference: str) -> HttpResponse:
    appointment = _appointment(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    if appointment.status in {Status.HELD, Status.EXPIRED}:
        return _unknown(request)
    text = calendar_file.file_of(appointment, for_practitioner=False, now=clock.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rendez-vous-{appointment.reference.lower()}.ics"'
    return response


def _appointment(request: HttpRequest, reference: str) -> Appointment | HttpResponse:
    appointment = Appointment.objects.for_pages().filter(reference=reference[:12]).first()
    if appointment is None or not access.may_open(request, appointment):
        return _unknown(request)
    return appointment


def _unknown(request: HttpRequest) -> HttpResponse:
    text = _(
        "This appointment does not exist, or this address does not open it. Use the link of your confirmation mail, or sign in."
    )
    return pages.refused(request, NotBookable(text))


def _context(appointment: Appointment) -> dict[str, Any]:
    return {
        "appointment": appointment,
        "practitioner": appointment.practitioner,
        "place": appointment.place,
        "zone": appointment.timezone,
        "refunds": list(Refund.objects.filter(payment__appointment=appointment)),
        "payment": appointment.payments.order_by("-attempt").first(),
        "is_arrhes": appointment.advance_kind == Service.Advance.ARRHES,
        "profile_url": pages.profile_url(appointment.practitioner),
        "times_url": pages.times_url(appointment.practitioner, appointment.service),
    }
