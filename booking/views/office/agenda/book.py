"""Booking for a client: found by two letters or new, then what and when; each step is in the address."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from booking import slots
from booking.actions import client_records, office_booking
from booking.agenda_page import reading
from booking.agenda_page.periods import day_named
from booking.errors import ClientKnown, OutsideHours
from booking.forms.agenda_booking import OTHER, BookingForm, NewClientForm
from booking.models import Appointment, ClientRecord
from booking.views.office.agenda import answers
from common import clock
from common.errors import DomainError
from common.wording import long_datetime
from practitioners.models import Practitioner, Service
from practitioners.views.office import for_practitioner

SUGGESTED = 8
LISTED = 20


@dataclass
class Wanted:
    """What the address says: who, what, which day."""

    practitioner: Practitioner
    zone: str
    today: dt.date
    services: list[Service]
    record: ClientRecord | None
    is_new: bool
    service: Service | None
    day: dt.date


@require_GET
@for_practitioner
def find_client(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """Suggestions while one types: each leads to the form for that client."""
    found = client_records.find(practitioner, request.GET.get("q", ""), limit=SUGGESTED)
    kept = {name: request.GET[name] for name in ("jour", "heure", "prestation") if name in request.GET}
    results = [
        {"label": str(record), "detail": record.email or record.phone, "url": _address({**kept, "client": record.pk})}
        for record in found
    ]
    return JsonResponse({"results": results})


@require_http_methods(["GET", "POST"])
@for_practitioner
def book_for(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    wanted = _wanted(request, practitioner)
    if request.method == "GET" or wanted.service is None or not (wanted.record or wanted.is_new):
        return _page(request, wanted)
    now = clock.now()
    times = _times(wanted, now)
    form = BookingForm(request.POST, **_made_of(wanted, times))
    new = NewClientForm(request.POST) if wanted.is_new else None
    if "voir" in request.POST:  # without scripts: the times of another day or session, nothing booked
        form = BookingForm(initial=request.POST.dict(), **_made_of(wanted, times))
        new = NewClientForm(initial=request.POST.dict()) if wanted.is_new else None
        return _page(request, wanted, form, new, times)
    if not all([form.is_valid(), new is None or new.is_valid()]):
        return _page(request, wanted, form, new, times, status=422)
    try:
        appointment = _book(request, wanted, form, new, now)
    except DomainError as error:
        return _page(request, wanted, form, new, _times(wanted, now), error=error, status=error.status)
    words = {"person": appointment.attendee_name, "moment": long_datetime(appointment.starts_at, appointment.timezone)}
    said = _("Booked: %(person)s, %(moment)s.") % words
    day = appointment.starts_at.astimezone(ZoneInfo(wanted.zone)).date()
    return answers.to_day(request, day, said, f"rdv-{appointment.reference}")


def _book(
    request: HttpRequest, wanted: Wanted, form: BookingForm, new: NewClientForm | None, now: dt.datetime
) -> Appointment:
    place = form.cleaned_data.get("place")
    what: dict[str, Any] = {
        "practitioner": wanted.practitioner,
        "service": form.cleaned_data["service"],
        "start": form.cleaned_data["moment"],
        "actor": request.user,
        "now": now,
        "tell": form.cleaned_data["tell"],
        "despite": "despite" in request.POST,
        "place_id": place.pk if place else None,
    }
    if new is not None:
        return office_booking.book_for_new(client=new.client(), **what)
    return office_booking.book_for(record=wanted.record, **what)


def _wanted(request: HttpRequest, practitioner: Practitioner) -> Wanted:
    data = request.POST if request.method == "POST" else request.GET
    zone = reading.zone_of(practitioner).key
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    services = list(practitioner.services.filter(archived_at=None, seats=1).order_by("position", "pk"))
    asked = data.get("service", data.get("prestation", ""))
    day = day_named(data.get("day", data.get("jour", ""))) or today
    return Wanted(
        practitioner=practitioner,
        zone=zone,
        today=today,
        services=services,
        record=_record(practitioner, request.GET.get("client", "")),
        is_new=request.GET.get("client") == "nouveau",
        service=next((one for one in services if str(one.pk) == asked), services[0] if services else None),
        day=max(day, today),
    )


def _record(practitioner: Practitioner, text: str) -> ClientRecord | None:
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    return ClientRecord.objects.filter(practitioner=practitioner, pk=int(text)).select_related("user").first()


def _times(wanted: Wanted, now: dt.datetime) -> list[slots.Slot]:
    """The free times of the day, as clients would see them."""
    if wanted.service is None:
        return []
    found = slots.free_slots(
        practitioner=wanted.practitioner, service=wanted.service, first_day=wanted.day, last_day=wanted.day, now=now
    )
    return [slot for here in found.values() for slot in here.slots]


def _made_of(wanted: Wanted, times: list[slots.Slot]) -> dict[str, Any]:
    return {
        "practitioner": wanted.practitioner,
        "services": wanted.services,
        "slots": times,
        "zone": wanted.zone,
        "today": wanted.today,
    }


def _page(
    request: HttpRequest,
    wanted: Wanted,
    form: BookingForm | None = None,
    new: NewClientForm | None = None,
    times: list[slots.Slot] | None = None,
    *,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    chosen = wanted.record is not None or wanted.is_new
    if chosen and wanted.service is not None and form is None:
        times = _times(wanted, now)
        form = BookingForm(initial=_initial(request, wanted, times), **_made_of(wanted, times))
        new = NewClientForm(initial=_name_in(request.GET.get("q", ""))) if wanted.is_new else None
    typed = request.GET.get("q", "")[:80]
    found = [] if chosen else list(client_records.find(wanted.practitioner, typed, limit=LISTED))
    context = {
        "wanted": wanted,
        "form": form,
        "new": new,
        "times": times or [],
        "typed": typed,
        "found": [(record, _address(_kept(request, client=record.pk))) for record in found],
        "as_new": _address(_kept(request, client="nouveau", q=typed)),
        "as_other": _address(_kept(request)),
        "kept": {name: value for name, value in _kept(request).items() if value},
        "suggestions": f"{reverse('office:find_client')}?{urlencode(_kept(request))}",
        "error": str(error.message) if error else "",
        "despite": isinstance(error, OutsideHours),
        "known": _known(wanted, new) if isinstance(error, ClientKnown) else None,
        "known_url": "",
        "zone": wanted.zone,
        "has_address": bool(wanted.is_new or (wanted.record and (wanted.record.email or wanted.record.user_id))),
        "tell": request.method == "GET" or "tell" in request.POST,
        "to_block": f"{reverse('office:block')}?{urlencode({'jour': wanted.day.isoformat()})}",
    }
    if context["known"]:
        context["known_url"] = _address(_kept(request, client=context["known"].pk))
    return render(request, "booking/office/agenda_book.html", context, status=status)


def _known(wanted: Wanted, new: NewClientForm | None) -> ClientRecord | None:
    email = new.cleaned_data.get("email", "") if new is not None else ""
    return ClientRecord.objects.filter(practitioner=wanted.practitioner, email=email.lower()).first() if email else None


def _initial(request: HttpRequest, wanted: Wanted, times: list[slots.Slot]) -> dict[str, Any]:
    """A gap of the day list gives its hour: the free time that starts then, or that hour as another time."""
    hour = request.GET.get("heure", "")[:5]
    zone = ZoneInfo(wanted.zone)
    same = next((slot for slot in times if slot.start.astimezone(zone).strftime("%H:%M") == hour), None)
    initial = {"service": wanted.service.pk if wanted.service else None, "day": wanted.day}
    if same is not None:
        return initial | {"slot": same.start.isoformat()}
    try:
        other = {"slot": OTHER, "start": dt.time.fromisoformat(hour)} if len(hour) == 5 else {}
    except ValueError:
        other = {}
    return initial | (other or ({} if times else {"slot": OTHER}))


def _name_in(typed: str) -> dict[str, str]:
    """What was typed to find somebody who is not there yet: first name, then last name."""
    first, _space, last = typed.strip().partition(" ")
    return {"first_name": first[:80], "last_name": last[:80]}


def _kept(request: HttpRequest, **changed: Any) -> dict[str, Any]:
    kept = {name: request.GET[name][:20] for name in ("jour", "heure", "prestation") if request.GET.get(name)}
    return kept | {name: value for name, value in changed.items() if value}


def _address(query: dict[str, Any]) -> str:
    return f"{reverse('office:book_for')}?{urlencode(query)}"
