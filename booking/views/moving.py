"""« Déplacer », for the client: choose a time, see what it changes in euros, confirm. Works from the mail's link."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import move_terms, picker
from booking.actions import moving
from booking.errors import AlreadyStarted, MoveRefused, SlotTaken
from booking.models import Appointment
from booking.views import pages
from booking.views.flow.times import instant_of
from booking.views.opened import actor_of, context_of, opened
from common import clock
from common.errors import DomainError


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """GET: the free times, or with `start` what moving there means. POST: does it; a time that is gone shows the others (409)."""
    appointment = opened(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    now = clock.now()
    if not appointment.is_upcoming:
        return redirect("booking:appointment", reference)
    if not move_terms.may_move(appointment, now=now):
        return _refused(request, appointment, now)
    start = instant_of((request.POST if request.method == "POST" else request.GET).get("start", ""))
    if request.method == "GET":
        return _times(request, appointment, now) if start is None else _confirm(request, appointment, start, now)
    if start is None:
        return _times(
            request, appointment, now, SlotTaken(_("This time does not exist. Choose another one.")), status=422
        )
    try:
        moving.move_by_client(appointment_id=appointment.pk, start=start, actor=actor_of(request), now=now)
    except (SlotTaken, MoveRefused) as error:
        # What is asked for may be refused for another reason than a race: the page says which.
        return _times(request, _again(appointment), now, error, wanted=start)
    except AlreadyStarted:
        return _refused(request, _again(appointment), now, status=409)
    return redirect(pages.address("booking:appointment", reference) + "?deplace=1")


def _again(appointment: Appointment) -> Appointment:
    return Appointment.objects.for_pages().select_related("policy").get(pk=appointment.pk)


def _times(
    request: HttpRequest,
    appointment: Appointment,
    now: dt.datetime,
    error: DomainError | None = None,
    *,
    wanted: dt.datetime | None = None,
    status: int | None = None,
) -> HttpResponse:
    if not move_terms.may_move(appointment, now=now):
        return _refused(request, appointment, now, status=error.status if error else 200)
    day = wanted.date() if wanted else _day(request.GET.get("du", ""))
    with moving.as_if_gone(appointment):
        context: dict[str, Any] = picker.pick(
            practitioner=appointment.practitioner,
            service=appointment.service,
            now=now,
            wanted=day,
            month=None if day else _month(request.GET.get("mois", "")),
        )
    for here in context["days"]:
        here.slots = [slot for slot in here.slots if slot.start != appointment.starts_at]
    partial = bool(request.htmx)  # type: ignore[attr-defined]
    context |= context_of(appointment, now=now) | {
        "service": appointment.service,
        "error": str(error.message) if error else "",
        "times_url": pages.address("booking:move", appointment.reference) + "?choix=1",
        "own_words": _("%s where you are"),
    }
    context["zone"] = appointment.timezone
    code = status or (error.status if error else 200)
    response = render(request, "booking/move_times.html" if partial else "booking/move.html", context, status=code)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _confirm(request: HttpRequest, appointment: Appointment, start: dt.datetime, now: dt.datetime) -> HttpResponse:
    """The old time and the new one, and what cancelling would give back before and after."""
    slot = moving.free_slot(appointment, start=start, now=now)
    if slot is None or start == appointment.starts_at:
        return _times(request, appointment, now, SlotTaken(), wanted=start)
    context = context_of(appointment, now=now)
    places = {place.pk: place for place in appointment.practitioner.places.select_related("commune__department")}
    context |= {
        "slot": slot,
        "move": moving.consequence(appointment=appointment, start=start, now=now),
        "new_place": places.get(slot.place_id) if slot.place_id else None,
        "back_url": f"{pages.address('booking:move', appointment.reference)}?du={start.date().isoformat()}",
    }
    return render(request, "booking/move_confirm.html", context)


def _refused(request: HttpRequest, appointment: Appointment, now: dt.datetime, *, status: int = 200) -> HttpResponse:
    context = context_of(appointment, now=now)
    why = moving.refusal(appointment, now=now) if now < appointment.starts_at else ""
    context |= {"why": why or _("The appointment has started: it can no longer be moved.")}
    return render(request, "booking/move_refused.html", context, status=status)


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text[:10])
    except ValueError:
        return None


def _month(text: str) -> dt.date | None:
    return _day(f"{text[:7]}-01")
