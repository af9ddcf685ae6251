"""The time that a visitor holds while booking: whose it is, what the steps show of it, keeping it longer, giving it back."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking import access, hold_limits
from booking.actions import holds
from booking.actions.series import may_repeat
from booking.errors import HoldLost, NotBookable
from booking.models import Appointment, Status
from booking.series_plan import held_with
from booking.views import pages
from common import clock
from common.compiled import Compiled, Given
from common.errors import Conflict, DomainError
from practitioners.models import Practitioner

DRAFT = "booking_draft"
STEPS = "booking_steps"
# The details step was left out of their number.
LEFT_OUT = "booking_known"
_WHOLE = Compiled(lambda: Appointment.objects.for_pages().filter(reference=Given("reference")).order_by())
_STEP = Compiled(
    lambda: (
        Appointment.objects.select_related("practitioner", "service", "place__commune", "policy")
        .filter(reference=Given("reference"))
        .order_by()
    )
)


@login_not_required
@require_POST
def extend(request: HttpRequest, reference: str) -> HttpResponse:
    appointment = own_hold(request, reference)
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
    appointment = own_hold(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    try:
        holds.release(appointment_id=appointment.pk, now=clock.now())
    except DomainError as error:
        return pages.refused(request, error, practitioner=appointment.practitioner)
    hold_limits.give_back(request, appointment.practitioner, holder_key=appointment.holder_key)
    return redirect(pages.times_url(appointment.practitioner, appointment.service))


def own_hold(request: HttpRequest, reference: str) -> Appointment | HttpResponse:
    """The hold of this visitor; what is booked already is shown instead, and anybody else's does not exist."""
    # A page shows everything of it; a step that was filled in needs what the messages of a booking say.
    appointment = (_WHOLE if request.method == "GET" else _STEP).first(reference=reference)
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
    appointment.service.practitioner = appointment.practitioner
    return appointment


def held_context(request: HttpRequest, practitioner: Practitioner, *, now: dt.datetime) -> dict[str, Any]:
    """What the times show of it: the line that leads back, and which of them it is."""
    held = access.held_by(access.holder_key(request), practitioner, now=now)
    return {
        "held": held,
        "held_start": held.starts_at if held else None,
        "held_url": access.details_url(held) if held else "",
    }


def gone(request: HttpRequest, error: HoldLost, appointment: Appointment) -> HttpResponse:
    """The held time was lost: the nearest ones, with what was typed kept in the session."""
    return pages.slot_gone(
        request,
        error,
        practitioner=appointment.practitioner,
        service=appointment.service,
        wanted=appointment.starts_at,
    )


def step_context(appointment: Appointment) -> dict[str, Any]:
    now = clock.now()
    lapsed = appointment.hold_expires_at is None or appointment.hold_expires_at <= now
    companions = held_with(appointment)
    return {
        "appointment": appointment,
        "practitioner": appointment.practitioner,
        "service": appointment.service,
        "zone": appointment.timezone,
        "lapsed": lapsed or appointment.status != Status.HELD,
        "terms": pages.terms_of(appointment, now),
        "change_time_url": pages.times_url(appointment.practitioner, appointment.service),
        "companions": companions,
        "whole_cents": sum(row.price_cents for row in (appointment, *companions)),
        "may_repeat": may_repeat(appointment),
    }
