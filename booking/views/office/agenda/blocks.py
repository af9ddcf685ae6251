"""Time of one's own: blocked, changed, given back. What is booked inside is shown first, and kept."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions import office_booking
from booking.actions.office_booking import NotABlock
from booking.agenda_page import reading
from booking.agenda_page.periods import day_named
from booking.forms.agenda import BlockForm
from booking.models import Appointment, Closure
from booking.views.office.agenda import answers
from common import clock
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner


@require_http_methods(["GET", "POST"])
@for_practitioner
def block(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """Block a time; asked once more when something is booked inside."""
    today = _today(practitioner)
    if request.method == "GET":
        wanted = day_named(request.GET.get("jour", "")) or today
        initial = {"first_day": max(wanted, today), "start": _time(request, "de"), "end": _time(request, "a")}
        return _page(request, BlockForm(practitioner=practitioner, today=today, initial=initial))
    form = BlockForm(request.POST, practitioner=practitioner, today=today)
    if not form.is_valid():
        return _page(request, form, status=422)
    stretch, until = form.stretch(), form.cleaned_data.get("until")
    kept = office_booking.would_keep(practitioner=practitioner, stretch=stretch, until=until)
    if kept and "despite" not in request.POST:
        return _page(request, form, kept=kept, status=409)
    done = office_booking.block(practitioner=practitioner, stretch=stretch, until=until)
    said = ngettext(
        "This time is yours: clients can no longer book it.",
        "%(n)s times are yours: clients can no longer book them.",
        len(done.blocks),
    ) % {"n": len(done.blocks)}
    return answers.to_day(request, stretch.first_day, _with_kept(said, done.kept))


@require_http_methods(["GET", "POST"])
@for_practitioner
def change(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    found = get_object_or_404(Closure, practitioner=practitioner, kind=Closure.Kind.BLOCK, pk=pk)
    today = _today(practitioner)
    if request.method == "GET":
        return _page(request, BlockForm(practitioner=practitioner, today=today, block=found, initial=_moved(request)))
    form = BlockForm(request.POST, practitioner=practitioner, today=today, block=found)
    if not form.is_valid():
        return _page(request, form, status=422)
    stretch = form.stretch()
    kept = office_booking.would_keep(practitioner=practitioner, stretch=stretch)
    if kept and "despite" not in request.POST:
        return _page(request, form, kept=kept, status=409)
    try:
        done = office_booking.change_block(practitioner=practitioner, block_id=pk, stretch=stretch)
    except NotABlock as error:
        raise Http404 from error
    return answers.to_day(request, stretch.first_day, _with_kept(_("This time of your own is changed."), done.kept))


@require_POST
@for_practitioner
def unblock(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    found = get_object_or_404(Closure, practitioner=practitioner, kind=Closure.Kind.BLOCK, pk=pk)
    try:
        office_booking.unblock(practitioner=practitioner, block_id=pk)
    except NotABlock as error:
        raise Http404 from error
    said = _("Removed: within your opening hours, clients can book this time again.")
    return answers.to_day(request, found.first_day, said)


def _moved(request: HttpRequest) -> dict[str, object]:
    """Where a drag on the grid brought it; nothing when the form is simply opened."""
    day = day_named(request.GET.get("day", ""))
    start = _time(request, "start")
    if day is None or start is None:
        return {}
    minutes = request.GET.get("minutes", "")
    lasts = int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 5 else 60
    end = dt.datetime.combine(day, start) + dt.timedelta(minutes=lasts)
    # To midnight at most: what goes on the day after is another block.
    return {"first_day": day, "start": start, "end": end.time() if end.date() == day else dt.time(23, 55)}


def _page(
    request: HttpRequest, form: BlockForm, *, kept: list[Appointment] | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "own": form.block, "kept": kept or []}
    template = answers.template(request, "booking/office/agenda_block.html", "booking/office/agenda_block_inside.html")
    return render(request, template, context, status=status)


def _with_kept(said: str, kept: list[Appointment]) -> str:
    if not kept:
        return said
    more = ngettext("%(n)s appointment inside is kept.", "%(n)s appointments inside are kept.", len(kept))
    return f"{said} {more % {'n': len(kept)}}"


def _today(practitioner: Practitioner) -> dt.date:
    return clock.now().astimezone(reading.zone_of(practitioner)).date()


def _time(request: HttpRequest, name: str) -> dt.time | None:
    text = request.GET.get(name, "")[:5]
    try:
        return dt.time.fromisoformat(text) if len(text) == 5 else None
    except ValueError:
        return None
