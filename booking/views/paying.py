"""Paying what was asked for after the booking, by a link that anybody may be given; and going on with a payment elsewhere."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import access
from booking.actions import payment_links, payments, refunds
from booking.cancellation_terms import dated_lines
from booking.errors import AlreadyBooked, LinkOver
from booking.models import Appointment, PaymentLink, Status
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.views import pages
from common import clock
from common.errors import DomainError


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked, by whom and for what; nothing of the client. POST goes to Stripe's page."""
    found = PaymentLink.objects.filter(token=token[:32]).first()
    if found is None:
        return pages.refused(request, LinkOver(), status=404)
    error: DomainError | None = None
    now = clock.now()
    try:
        if request.method == "POST":
            return redirect(payment_links.start(link_id=found.pk, now=now))
        if "retour" in request.GET and found.is_open:
            # Coming back proves nothing: Stripe is asked.
            found = payment_links.refresh(link_id=found.pk, now=now)
    except AlreadyBooked:
        found.refresh_from_db()
    except LinkOver:
        pass  # said below, with the reason
    except (StripeUnreachable, StripeRefused) as failure:
        error = failure
    except DomainError as refusal:
        error = refusal
    appointment = Appointment.objects.for_pages().get(pk=found.appointment_id)
    return _link_page(request, found, appointment, error)


def _link_page(
    request: HttpRequest, found: PaymentLink, appointment: Appointment, error: DomainError | None
) -> HttpResponse:
    now = clock.now()
    paid_already = refunds.left_cents(appointment)
    payable = payment_links.is_payable(found, appointment, now=now)
    after = paid_already if found.paid_at else paid_already + found.amount_cents
    coming = appointment.is_upcoming and now < appointment.starts_at
    tiers = appointment.cancellation_tiers
    context = {
        "link": found,
        "appointment": appointment,
        "practitioner": appointment.practitioner,
        "zone": appointment.timezone,
        "payable": payable,
        "paid_already": paid_already,
        "remains": max(0, appointment.price_cents - after),
        "terms": dated_lines(tiers, paid=after, starts_at=appointment.starts_at, now=now) if coming and payable else [],
        "came_back": "retour" in request.GET,
        "profile_url": pages.profile_url(appointment.practitioner),
        "error": str(error.message) if error else "",
    }
    status = error.status if error else 200 if payable or found.paid_at else 410
    return render(request, "booking/pay_link.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    """A payment begun in another browser: the same attempt, the same page, one charge at most."""
    appointment = Appointment.objects.for_pages().filter(reference=reference[:12]).first()
    if appointment is None or not access.resumes(appointment, token):
        return pages.refused(request, LinkOver(), status=404)
    access.remember_paying(request, appointment)
    if appointment.status not in {Status.HELD, Status.EXPIRED}:
        return redirect("booking:appointment", reference)
    now, error = clock.now(), None
    if request.method == "POST":
        try:
            return redirect(payments.start_checkout(appointment_id=appointment.pk, now=now))
        except AlreadyBooked:
            return redirect("booking:payment_return", reference)
        except DomainError as refusal:
            error = refusal
    context = {
        "appointment": appointment,
        "practitioner": appointment.practitioner,
        "zone": appointment.timezone,
        "terms": pages.terms_of(appointment, now),
        "payable": appointment.status == Status.HELD and appointment.client_id is not None,
        "profile_url": pages.profile_url(appointment.practitioner),
        "error": str(error.message) if error else "",
    }
    status = error.status if error else 200 if context["payable"] else 410
    return render(request, "booking/pay_resume.html", context, status=status)
