"""Pages that several steps answer with, and addresses they share."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from booking import access, slots
from booking.actions import appointments
from booking.cancellation_terms import Line, dated_lines
from booking.models import Appointment, Status
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner, Service


def address(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def times_url(practitioner: Practitioner, service: Service, day: dt.date | None = None) -> str:
    query = {"service": service.pk} | ({"du": day.isoformat()} if day else {})
    return f"{reverse('booking:time', args=[practitioner.slug])}?{urlencode(query)}"


def profile_url(practitioner: Practitioner) -> str:
    return f"/praticiens/{practitioner.slug}/"


def refused(
    request: HttpRequest, error: DomainError, *, practitioner: Practitioner | None = None, status: int | None = None
) -> HttpResponse:
    """What could not be done, in words, with the status of the error and a way on."""
    context = {
        "text": str(error.message),
        "back_url": profile_url(practitioner) if practitioner else "/recherche/",
        "practitioner": practitioner,
    }
    return render(request, "booking/refused.html", context, status=status or error.status)


def slot_gone(
    request: HttpRequest, error: DomainError, *, practitioner: Practitioner, service: Service, wanted: dt.datetime
) -> HttpResponse:
    """The time is not to be had: the three nearest ones, one press away, with everything typed so far kept."""
    now = clock.now()
    nearest = slots.nearest(
        practitioner=practitioner, service=service, to=wanted, now=now, holder_key=access.holder_key(request)
    )
    context = {
        "text": str(error.message),
        "practitioner": practitioner,
        "service": service,
        "wanted": wanted,
        "nearest": nearest,
        "zone": nearest[0].zone if nearest else "Europe/Paris",
        "draft": request.session.get("booking_draft", {}),
        "times_url": times_url(practitioner, service),
        "steps": request.session.get("booking_steps", 2),
    }
    return render(request, "booking/slot_gone.html", context, status=error.status)


def warn(request: HttpRequest, error: DomainError) -> None:
    messages.warning(request, str(error.message))


def terms_of(appointment: Appointment, now: dt.datetime, *, paid: int | None = None) -> list[Line]:
    """What cancelling gives back of what is paid online, later payments included; empty when nothing is.

    `paid`: what was, for who read it already. As long as nothing was, what is to be.
    """
    if paid is None:
        paid = 0 if appointment.status == Status.HELD else appointments.paid_cents(appointment)
    online = paid or appointment.advance_cents
    if not online:
        return []
    return dated_lines(appointment.cancellation_tiers, paid=online, starts_at=appointment.starts_at, now=now)
