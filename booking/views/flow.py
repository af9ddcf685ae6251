"""Booking, step by step, without JavaScript: service, time, details, check. Every page is an address; going back works."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking import access, calendar_grid
from booking.actions import appointments, checkout, holds, payments
from booking.errors import AlreadyBooked, AmountChanged, HoldLost, NotBookable, PastTime, SlotTaken, TermsChanged
from booking.forms.client import DetailsForm
from booking.forms.consent import ConsentForm
from booking.models import Appointment, Status
from booking.policies.offer import bookable_services
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.views import pages
from common import clock
from common.errors import Conflict, DomainError
from practitioners.models import Practitioner, Service

DRAFT = "booking_draft"
STEPS = "booking_steps"
DRAFT_LENGTH = 300
LAST_YEAR = 9990


@login_not_required
@require_GET
def choose_service(request: HttpRequest, slug: str) -> HttpResponse:
    """Step 1. With one service only, straight to its times."""
    practitioner = _practitioner(slug)
    services = list(bookable_services().filter(practitioner=practitioner)) if practitioner else []
    if practitioner is None or not services:
        return pages.refused(request, NotBookable(), practitioner=practitioner)
    context = {"practitioner": practitioner, "services": services, "step_number": 1, "step_total": 4}
    return render(request, "booking/service.html", context)


@login_not_required
@require_GET
def choose_time(request: HttpRequest, slug: str) -> HttpResponse:
    """Step 2. Opens on the first free day; days without times say why."""
    practitioner = _practitioner(slug)
    service = _service(practitioner, request.GET.get("service", ""))
    if practitioner is None or service is None:
        return pages.refused(request, NotBookable(), practitioner=practitioner)
    context = calendar_grid.week(
        practitioner=practitioner,
        service=service,
        wanted=_day(request.GET.get("du", "")),
        now=clock.now(),
        holder_key=access.holder_key(request),
    )
    context |= {"practitioner": practitioner, "service": service, "step_number": 2, "step_total": 4}
    return render(request, "booking/time.html", context)


@login_not_required
@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """From a card, a profile or the page of times: the time is held, and one goes on to step 3."""
    practitioner = _practitioner(request.POST.get("practitioner", ""))
    service = _service(practitioner, request.POST.get("service", ""))
    start = _instant(request.POST.get("start", ""))
    if practitioner is None or service is None:
        return pages.refused(request, NotBookable(), practitioner=practitioner)
    if start is None:
        return pages.refused(
            request,
            SlotTaken(_("This time does not exist. Choose another one.")),
            practitioner=practitioner,
            status=422,
        )
    now, key = clock.now(), access.ensure_holder_key(request)
    steps = request.POST.get("etapes", "")
    request.session[STEPS] = int(steps) if steps in {"2", "3", "4"} else 2
    try:
        appointment = holds.hold(practitioner=practitioner, service=service, start=start, holder_key=key, now=now)
    except (SlotTaken, PastTime) as error:
        return pages.slot_gone(request, error, practitioner=practitioner, service=service, wanted=start)
    except DomainError as error:
        return pages.refused(request, error, practitioner=practitioner)
    return redirect("booking:details", appointment.reference)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, reference: str) -> HttpResponse:
    """Step 3: who one is."""
    appointment = _own_hold(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    accepts_minors = appointment.service.accepts_minors
    known = request.user.email if request.user.is_authenticated else ""
    if request.method == "GET":
        form = DetailsForm(
            initial=_known_answers(request, appointment), accepts_minors=accepts_minors, known_email=known
        )
        return _details_page(request, appointment, form)
    # Kept whatever happens next: a time that is lost loses nothing of what was typed.
    names = DetailsForm.base_fields
    request.session[DRAFT] = {
        name: request.POST[name][:DRAFT_LENGTH] for name in names if name in request.POST and name != "adult"
    }
    form = DetailsForm(request.POST, accepts_minors=accepts_minors, known_email=known)
    if not form.is_valid():
        return _details_page(request, appointment, form, status=422)
    try:
        holds.renew(appointment_id=appointment.pk, now=clock.now())
        appointments.identify(appointment_id=appointment.pk, contact=form.contact())
    except HoldLost as error:
        return _gone(request, error, appointment)
    except AlreadyBooked:
        return redirect("booking:appointment", reference)
    return redirect("booking:check", reference)


def _gone(request: HttpRequest, error: HoldLost, appointment: Appointment) -> HttpResponse:
    """The held time was lost: the nearest ones, with what was typed kept in the session."""
    return pages.slot_gone(
        request,
        error,
        practitioner=appointment.practitioner,
        service=appointment.service,
        wanted=appointment.starts_at,
    )


def _details_page(request: HttpRequest, appointment: Appointment, form: DetailsForm, status: int = 200) -> HttpResponse:
    total = request.session.get(STEPS, 2)
    context = _step(appointment) | {"form": form, "step_number": total - 1, "step_total": total}
    return render(request, "booking/details.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """Step 4: what is paid, what cancelling gives back, what is accepted; then the booking, or the payment page."""
    appointment = _own_hold(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    if not appointment.contact_email and not _draft_restored(request, appointment):
        return redirect("booking:details", reference)
    now = clock.now()
    if request.method == "GET":
        return _check_page(request, appointment, ConsentForm(appointment=appointment, now=now))
    form = ConsentForm(request.POST, appointment=appointment, now=now)
    if not form.is_valid():
        return _check_page(request, appointment, form, status=422)
    try:
        if form.cleaned_data["shown_cents"] != appointment.advance_cents:
            raise AmountChanged
        if form.changed_documents():
            raise TermsChanged
        return redirect(_commit(request, appointment, form, now))
    except HoldLost as error:
        return _gone(request, error, appointment)
    except AlreadyBooked:
        return redirect("booking:appointment", reference)
    except (AmountChanged, TermsChanged) as error:
        return _check_page(
            request, appointment, ConsentForm(appointment=appointment, now=now), status=409, notice=error
        )
    except (StripeUnreachable, StripeRefused) as error:
        return _check_page(request, appointment, form, status=503, notice=error)
    except DomainError as error:
        return _check_page(request, appointment, form, status=error.status, notice=error)


def _commit(request: HttpRequest, appointment: Appointment, form: ConsentForm, now: dt.datetime) -> str:
    """Book, or open the payment; returns where to go."""
    contact = _contact_of(appointment)
    holds.renew(appointment_id=appointment.pk, now=now)
    appointments.identify(appointment_id=appointment.pk, contact=contact)
    checkout.commit(
        appointment_id=appointment.pk,
        user=request.user if request.user.is_authenticated else None,
        boxes=form.boxes,
        express_request=bool(form.cleaned_data.get("express_request")),
        page=request.path,
        ip=request.META.get("REMOTE_ADDR", ""),
        agent=request.headers.get("User-Agent", ""),
        now=now,
    )
    if appointment.advance_cents:
        return payments.start_checkout(appointment_id=appointment.pk, now=now)
    appointments.book(appointment_id=appointment.pk, now=now)
    request.session.pop(DRAFT, None)
    return pages.address("booking:appointment", appointment.reference) + "?merci=1"


def _check_page(
    request: HttpRequest,
    appointment: Appointment,
    form: ConsentForm,
    status: int = 200,
    notice: DomainError | None = None,
) -> HttpResponse:
    total = request.session.get(STEPS, 2)
    context = _step(appointment) | {
        "form": form,
        "step_number": total,
        "step_total": total,
        "notice": str(notice.message) if notice else "",
        "interrupted": request.GET.get("paiement") == "interrompu",
    }
    return render(request, "booking/check.html", context, status=status)


@login_not_required
@require_POST
def extend(request: HttpRequest, reference: str) -> HttpResponse:
    appointment = _own_hold(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    try:
        holds.extend(appointment_id=appointment.pk, now=clock.now())
    except Conflict as error:
        pages.warn(request, error)
    return redirect("booking:check" if request.POST.get("retour") == "verifier" else "booking:details", reference)


@login_not_required
@require_POST
def release(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the time back and choose another one; what was typed stays."""
    appointment = _own_hold(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    try:
        holds.release(appointment_id=appointment.pk, now=clock.now())
    except DomainError as error:
        return pages.refused(request, error, practitioner=appointment.practitioner)
    return redirect(pages.times_url(appointment.practitioner, appointment.service))


def _own_hold(request: HttpRequest, reference: str) -> Appointment | HttpResponse:
    """The hold of this visitor; what is booked already is shown instead, and anybody else's does not exist."""
    appointment = Appointment.objects.for_pages().filter(reference=reference).first()
    if appointment is None or not access.may_open(request, appointment):
        return pages.refused(
            request, NotBookable(_("This booking does not exist, or it was begun in another browser."))
        )
    if appointment.status not in {Status.HELD, Status.EXPIRED}:
        return redirect("booking:appointment", reference)
    if not access.is_holder(request, appointment):
        return pages.refused(
            request, NotBookable(_("This booking does not exist, or it was begun in another browser."))
        )
    return appointment


def _step(appointment: Appointment) -> dict[str, Any]:
    now = clock.now()
    lapsed = appointment.hold_expires_at is None or appointment.hold_expires_at <= now
    return {
        "appointment": appointment,
        "practitioner": appointment.practitioner,
        "service": appointment.service,
        "zone": appointment.timezone,
        "lapsed": lapsed or appointment.status != Status.HELD,
        "terms": pages.terms_of(appointment, now),
        "change_time_url": pages.times_url(appointment.practitioner, appointment.service),
    }


def _known_answers(request: HttpRequest, appointment: Appointment) -> dict[str, Any]:
    """What was typed for this booking, or for one that was lost, or is known of the client."""
    if appointment.contact_email:
        contact = _contact_of(appointment)
        return {
            "first_name": contact.first_name,
            "last_name": contact.last_name,
            "email": contact.email,
            "phone": contact.phone,
            "whom": DetailsForm.RELATIVE if contact.for_relative else DetailsForm.MYSELF,
            "attendee_first_name": contact.attendee_first_name,
            "attendee_last_name": contact.attendee_last_name,
            "attendee_is_minor": contact.attendee_is_minor,
        }
    answers: dict[str, Any] = dict(request.session.get(DRAFT, {}))
    if request.user.is_authenticated:
        user = request.user
        answers = {"first_name": user.first_name, "last_name": user.last_name, "phone": user.phone} | answers
    return answers


def _draft_restored(request: HttpRequest, appointment: Appointment) -> bool:
    """A hold that lapsed forgot who was booking; the visitor's own session did not."""
    form = DetailsForm(
        request.session.get(DRAFT, {}) | {"adult": "on"}, accepts_minors=appointment.service.accepts_minors
    )
    if not request.session.get(DRAFT) or not form.is_valid() or not appointment.adult_declared:
        return False
    contact = form.contact()
    appointment.contact_first_name, appointment.contact_last_name = contact.first_name, contact.last_name
    appointment.contact_email, appointment.contact_phone = contact.email, contact.phone
    appointment.attendee_first_name = contact.attendee_first_name if contact.for_relative else ""
    appointment.attendee_last_name = contact.attendee_last_name if contact.for_relative else ""
    return True


def _contact_of(appointment: Appointment) -> appointments.Contact:
    return appointments.Contact(
        first_name=appointment.contact_first_name,
        last_name=appointment.contact_last_name,
        email=appointment.contact_email,
        phone=appointment.contact_phone,
        adult=appointment.adult_declared,
        for_relative=appointment.for_relative,
        attendee_first_name=appointment.attendee_first_name,
        attendee_last_name=appointment.attendee_last_name,
        attendee_is_minor=appointment.attendee_is_minor,
    )


def _practitioner(slug: str) -> Practitioner | None:
    return Practitioner.objects.listed().filter(slug=slug[:120]).first()


def _service(practitioner: Practitioner | None, number: str) -> Service | None:
    if practitioner is None or not (number.isascii() and number.isdigit()) or len(number) > 18:
        return None
    return bookable_services().filter(practitioner=practitioner, pk=int(number)).first()


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text[:10])
    except ValueError:
        return None


def _instant(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text[:40])
        # The last years of the calendar leave no room to look for other times around.
        return moment.astimezone(dt.UTC) if moment.tzinfo and moment.year < LAST_YEAR else None
    except (ValueError, OverflowError):
        return None
