"""The waiting list, for the practitioner: who waits for what, in which order, and offering a time by hand."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking import calendar_grid, slots
from booking.actions import waiting, waiting_offers
from booking.errors import NotBookable
from booking.forms.series import moments
from booking.models import WaitingEntry, WaitingOffer
from booking.slots import DaySlots
from booking.waiting_rules import wants
from booking.waiting_words import order_rule, wishes_in_words
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

DAYS_SHOWN = 60
TIMES_A_DAY = 8


@require_GET
@for_practitioner
def entries(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    rows = WaitingEntry.objects.filter(practitioner=practitioner, state=WaitingEntry.State.WAITING)
    rows = rows.select_related("service").prefetch_related("offers__appointment").order_by("created_at", "pk")
    number = request.GET.get("page", "1")
    page = Paginator(rows, 30).get_page(number if number.isascii() and number.isdigit() and len(number) < 8 else 1)
    context = {
        "page": page,
        "lines": [
            {
                "place": page.start_index() + number,
                "entry": entry,
                "wishes": wishes_in_words(entry),
                "offer": next((one for one in entry.offers.all() if one.state in WaitingOffer.GOING_ON), None),
                "asked": sum(one.state not in WaitingOffer.GOING_ON for one in entry.offers.all()),
            }
            for number, entry in enumerate(page)
        ],
        "rule": order_rule(),
        "zone": calendar_grid.zone_of(practitioner),
    }
    return render(request, "booking/office/waiting.html", context)


@require_http_methods(["GET", "POST"])
@for_practitioner
def offer(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    """Free times that fit the wishes, then the others; the one chosen is offered like any freed time."""
    entry = _own(practitioner, pk)
    if entry.state != WaitingEntry.State.WAITING:
        return redirect("office:waiting")
    notice, status = "", 200
    if request.method == "POST":
        wanted = moments([request.POST.get("start", "")])
        try:
            if not wanted:
                raise NotBookable(_("This time does not exist. Choose another one."))
            made = waiting_offers.offer_by_hand(entry_id=entry.pk, start=wanted[0], now=clock.now())
        except DomainError as error:
            notice, status = str(error.message), 409
        else:
            messages.success(request, _("The time is offered to %(person)s.") % {"person": made.entry.name})
            return redirect("office:waiting")
    fitting, others = _times(practitioner, entry)
    context = {
        "entry": entry,
        "wishes": wishes_in_words(entry),
        "fitting": fitting,
        "others": others,
        "notice": notice,
        "zone": calendar_grid.zone_of(practitioner),
    }
    return render(request, "booking/office/waiting_offer.html", context, status=status)


@require_POST
@for_practitioner
def remove(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    entry = _own(practitioner, pk)
    waiting.remove(entry_id=entry.pk, now=clock.now())
    messages.success(request, _("%(person)s is no longer on the list and is told by mail.") % {"person": entry.name})
    return redirect("office:waiting")


def _times(practitioner: Practitioner, entry: WaitingEntry) -> tuple[list[DaySlots], list[DaySlots]]:
    now = clock.now()
    today = now.astimezone(ZoneInfo(calendar_grid.zone_of(practitioner))).date()
    found = slots.free_slots(
        practitioner=practitioner,
        service=entry.service,
        first_day=today,
        last_day=today + dt.timedelta(days=DAYS_SHOWN),
        now=now,
    )
    fitting, others = [], []
    for day in found.values():
        fits = [slot for slot in day.slots if wants(entry, slot)]
        rest = [slot for slot in day.slots if not wants(entry, slot)]
        if fits:
            fitting.append(DaySlots(day.date, fits[:TIMES_A_DAY]))
        if rest:
            others.append(DaySlots(day.date, rest[:TIMES_A_DAY]))
    return fitting[:10], others[:5]


def _own(practitioner: Practitioner, pk: int) -> WaitingEntry:
    found = WaitingEntry.objects.filter(practitioner=practitioner, pk=pk).select_related("service").first()
    if found is None:
        raise Http404
    return found
