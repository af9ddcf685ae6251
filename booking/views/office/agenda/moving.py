"""Moving an appointment: a form, then what it changes, then the move. Drags on the grid come straight to the second step."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import obstacles
from booking.actions import moving
from booking.agenda_page import reading
from booking.agenda_page.layout import Item, Kind
from booking.errors import OutsideHours, PastTime, SlotTaken
from booking.forms.agenda import MoveForm
from booking.models import Appointment, Status
from booking.views.office.agenda import answers
from common import clock
from common.errors import Conflict, DomainError
from common.wording import long_datetime
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner


@require_http_methods(["GET", "POST"])
@for_practitioner
def move(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    """GET without a time: the form. GET with one: its consequence, nothing done. POST: the move."""
    appointment = _own(practitioner, reference)
    now = clock.now()
    data = request.POST if request.method == "POST" else request.GET
    if "day" not in data:
        return _form(request, appointment, MoveForm(appointment=appointment, today=clock.today()))
    form = MoveForm(_completed(data, appointment), appointment=appointment, today=clock.today())
    if not form.is_valid() or "change" in data:
        refused = not form.is_valid() and "change" not in data
        return _form(request, appointment, form, status=422 if refused else 200)
    chosen = form.cleaned_data
    if request.method == "GET":
        return _consequence(request, appointment, form, now)
    place = chosen.get("place")
    try:
        if parse_datetime(data.get("was", "")[:40]) != appointment.starts_at:
            raise Conflict(_("This appointment was moved in the meantime. Here is how it stands now."))
        moved = moving.move_by_practitioner(
            appointment_id=appointment.pk,
            start=chosen["moment"],
            now=now,
            actor=request.user,  # type: ignore[arg-type]
            tell="tell" in data,
            place_id=place.pk if place else None,
            minutes=chosen["minutes"],
            despite="despite" in data,
        )
    except DomainError as error:
        return _consequence(request, appointment, form, now, error)
    words = {"person": moved.attendee_name, "moment": long_datetime(moved.starts_at, moved.timezone)}
    said = _("The session of %(person)s is now on %(moment)s.") % words
    return answers.to_day(request, moved.starts_at.astimezone(form.zone).date(), said, f"rdv-{moved.reference}")


def _completed(data: QueryDict, appointment: Appointment) -> QueryDict:
    """A drag says where to; what it does not say stays as it is."""
    full = data.copy()
    lasts = appointment.ends_at - appointment.starts_at
    full.setdefault("minutes", str(int(lasts.total_seconds() // 60)))
    if appointment.place_id:
        full.setdefault("place", str(appointment.place_id))
    return full


def _form(request: HttpRequest, appointment: Appointment, form: MoveForm, status: int = 200) -> HttpResponse:
    context = {
        "appointment": appointment,
        "form": form,
        "zone": appointment.timezone,
        "movable": _movable(appointment, clock.now()),
    }
    template = answers.template(request, "booking/office/agenda_move.html", "booking/office/agenda_move_inside.html")
    return render(request, template, context, status=status)


def _consequence(
    request: HttpRequest, appointment: Appointment, form: MoveForm, now: dt.datetime, error: DomainError | None = None
) -> HttpResponse:
    chosen = form.cleaned_data
    start: dt.datetime = chosen["moment"]
    end = start + dt.timedelta(minutes=chosen["minutes"])
    place = chosen.get("place") or appointment.place
    taken = _taken(appointment, start, end, form, now)
    warnings = obstacles.in_words(
        appointment, start=start, end=end, place_id=place.pk if place else None, zone=form.zone
    )
    if error is None and start <= now:
        error = PastTime()
    if error is None and taken:
        error = SlotTaken(_("Another appointment is there: two never overlap. Choose another time."))
    if isinstance(error, OutsideHours):
        error = None  # its words are the warnings, to be confirmed
    context: dict[str, Any] = {
        "appointment": appointment,
        "zone": appointment.timezone,
        "form": form,
        "asked": _asked(form),
        "now": now,
        "start": start,
        "end": end,
        "place": place if place != appointment.place else None,
        "minutes": chosen["minutes"],
        "changes_length": end - start != appointment.ends_at - appointment.starts_at,
        "stays": (start, end, place) == (appointment.starts_at, appointment.ends_at, appointment.place),
        "warnings": warnings,
        "taken": taken,
        "movable": _movable(appointment, now),
        "error": str(error.message) if error else "",
        "tell": request.method == "GET" or "tell" in request.POST,
        "paid": moving.paid_cents(appointment),
    }
    template = answers.template(
        request, "booking/office/agenda_consequence.html", "booking/office/agenda_consequence_inside.html"
    )
    status = 200
    if request.method == "POST":
        status = error.status if error else OutsideHours.status
    elif error:
        status = error.status
    return render(request, template, context, status=status)


def _asked(form: MoveForm) -> list[tuple[str, str]]:
    """The choice as the next step sends it."""
    chosen = form.cleaned_data
    pairs = [
        ("day", chosen["day"].isoformat()),
        ("start", f"{chosen['start']:%H:%M}"),
        ("minutes", str(chosen["minutes"])),
    ]
    if chosen.get("place"):
        pairs.append(("place", str(chosen["place"].pk)))
    return [*pairs, ("again", "on")] if chosen.get("again") else pairs


def _taken(
    appointment: Appointment, start: dt.datetime, end: dt.datetime, form: MoveForm, now: dt.datetime
) -> list[Item]:
    """The appointments in the way, pauses included: those the database would refuse."""
    before, after = appointment.starts_at - appointment.busy_start, appointment.busy_end - appointment.ends_at
    found = reading.taking(appointment.practitioner, start - before, end + after, zone=form.zone, now=now)
    fixed = {Kind.APPOINTMENT, Kind.GROUP, Kind.HOLD}
    return [item for item in found if item.kind in fixed and item.key != f"rdv-{appointment.reference}"]


def _movable(appointment: Appointment, now: dt.datetime) -> bool:
    return appointment.status == Status.CONFIRMED and appointment.group_id is None and appointment.starts_at > now


def _own(practitioner: Practitioner, reference: str) -> Appointment:
    """Another practitioner's appointment does not exist here."""
    rows = Appointment.objects.for_pages().booked().filter(practitioner=practitioner, reference=reference[:12])
    appointment = rows.first()
    if appointment is None:
        raise Http404
    return appointment
