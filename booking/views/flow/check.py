"""Step 4: what is paid, what cancelling gives back, what is accepted; then the booking, or the payment page."""

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import hold_limits
from booking.actions import checkout, details, holds, payments, series
from booking.actions.contact import write
from booking.actions.details import Home
from booking.errors import AlreadyBooked, AmountChanged, HoldLost, TermsChanged
from booking.forms.client import DetailsForm
from booking.forms.consent import ConsentForm
from booking.forms.home import HomeForm
from booking.models import Appointment
from booking.policies.home_visits import reach_of
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.views import pages
from booking.views.flow import held
from booking.views.flow.details import contact_of, relatives_of
from booking.views.flow.known import contact_of_account
from common import clock
from common.errors import DomainError
from practitioners.models.service import Mode


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, reference: str) -> HttpResponse:
    appointment = held.own_hold(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    forgotten = not appointment.contact_email
    if forgotten and not _draft_restored(request, appointment):
        return redirect("booking:details", reference)
    now = clock.now()
    if request.method == "GET":
        return _page(request, appointment, ConsentForm(appointment=appointment, now=now))
    form = ConsentForm(request.POST, appointment=appointment, now=now)
    if not form.is_valid():
        return _page(request, appointment, form, status=422)
    try:
        if form.cleaned_data["shown_cents"] != appointment.advance_cents:
            raise AmountChanged
        if form.changed_documents():
            raise TermsChanged
        return redirect(_commit(request, appointment, form, now, forgotten=forgotten))
    except HoldLost as error:
        return held.gone(request, error, appointment)
    except AlreadyBooked:
        return redirect("booking:appointment", reference)
    except (AmountChanged, TermsChanged) as error:
        fresh = ConsentForm(appointment=appointment, now=now)
        return _page(request, appointment, fresh, status=409, notice=error)
    except (StripeUnreachable, StripeRefused) as error:
        return _page(request, appointment, form, status=503, notice=error)
    except DomainError as error:
        return _page(request, appointment, form, status=error.status, notice=error)


def _commit(
    request: HttpRequest, appointment: Appointment, form: ConsentForm, now: dt.datetime, *, forgotten: bool
) -> str:
    """Book, or open the payment; returns where to go. `forgotten`: the row lost who is booking, the session did not."""
    if forgotten or not holds.stands(appointment, now=now):
        # Taken back, with what was typed: a hold that lapses forgets who was booking.
        holds.renew(appointment_id=appointment.pk, now=now)
        details.note(
            appointment_id=appointment.pk,
            contact=contact_of(appointment),
            home=_home_of(appointment),
            relative=appointment.relative,
            sms_reminder=appointment.sms_reminder,
            now=now,
        )
    if appointment.series_id is not None:
        series.renew(appointment_id=appointment.pk, now=now)
    checkout.commit(
        appointment_id=appointment.pk,
        read=appointment,
        user=request.user if request.user.is_authenticated else None,
        boxes=form.boxes,
        privacy=form.privacy,
        express_request=bool(form.cleaned_data.get("express_request")),
        page=request.path,
        ip=request.META.get("REMOTE_ADDR", ""),
        agent=request.headers.get("User-Agent", ""),
        now=now,
    )
    if appointment.advance_cents:
        return payments.start_checkout(appointment_id=appointment.pk, now=now)
    request.session.pop(held.DRAFT, None)
    hold_limits.give_back(request, appointment.practitioner, holder_key=appointment.holder_key)
    return pages.address("booking:appointment", appointment.reference) + "?merci=1"


def _page(
    request: HttpRequest,
    appointment: Appointment,
    form: ConsentForm,
    status: int = 200,
    notice: DomainError | None = None,
) -> HttpResponse:
    total = request.session.get(held.STEPS, 2)
    context = held.step_context(appointment)
    left_out = request.session.get(held.LEFT_OUT, False)
    context |= {
        "form": form,
        "came_from": context["change_time_url"]
        if left_out
        else pages.address("booking:details", appointment.reference),
        "step_number": total,
        "step_total": total,
        "notice": str(notice.message) if notice else "",
        "interrupted": request.GET.get("paiement") == "interrompu",
    }
    return render(request, "booking/check.html", context, status=status)


def _draft_restored(request: HttpRequest, appointment: Appointment) -> bool:
    """A hold that lapsed forgot who was booking; the visitor's own session, or account, did not."""
    if request.session.get(held.LEFT_OUT):
        known = contact_of_account(request, appointment.service, now=clock.now())
        if known is not None:
            write(appointment, known)
        return known is not None
    draft = request.session.get(held.DRAFT, {})
    relatives = relatives_of(request)
    known_email = request.user.email if request.user.is_authenticated else ""
    form = DetailsForm(
        draft | {"adult": "on"},
        accepts_minors=appointment.service.accepts_minors,
        known_email=known_email,
        relatives=relatives,
    )
    if not draft or not form.is_valid() or not appointment.adult_declared:
        return False
    if appointment.mode == Mode.HOME:
        address = HomeForm(draft, reach=reach_of(appointment.practitioner))
        if not address.is_valid():
            return False
        home = address.home()
        appointment.home_street, appointment.home_complement = home.street, home.complement
        appointment.home_postal_code, appointment.home_commune = home.postal_code, home.commune
    contact = form.contact()
    appointment.contact_first_name, appointment.contact_last_name = contact.first_name, contact.last_name
    appointment.contact_email, appointment.contact_phone = contact.email, contact.phone
    appointment.attendee_first_name = contact.attendee_first_name if contact.for_relative else ""
    appointment.attendee_last_name = contact.attendee_last_name if contact.for_relative else ""
    appointment.relative = form.relative
    appointment.sms_reminder = bool(form.cleaned_data["sms_reminder"])
    return True


def _home_of(appointment: Appointment) -> Home | None:
    if appointment.mode != Mode.HOME or appointment.home_commune is None:
        return None
    return Home(
        street=appointment.home_street,
        complement=appointment.home_complement,
        postal_code=appointment.home_postal_code,
        commune=appointment.home_commune,
    )
