"""What departs from the week: closures, days opened once, school and public holidays. Appointments inside are kept, and listed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from booking import calendar_grid
from booking.actions import opening
from booking.forms.hours import ClosureForm, OpenOnceForm, Whereabouts, range_at
from booking.models import Closure
from booking.policies.closing import appointments_within
from booking.views.office import hours_page
from common import clock
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

KINDS = {"fermeture": "closure", "ouverture": "opening"}


def _kept_words(count: int) -> str:
    if not count:
        return ""
    return " " + ngettext("%(n)s appointment is kept.", "%(n)s appointments are kept.", count) % {"n": count}


@require_POST
@for_practitioner
def add_closure(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = ClosureForm(
        request.POST,
        prefix="fermeture",
        instance=Closure(practitioner=practitioner),
        practitioner=practitioner,
        today=clock.today(),
    )
    if not form.is_valid():
        return hours_page.page(request, practitioner, closure=form, status=422)
    closure = form.save(commit=False)
    kept = opening.add_closure(closure=closure)
    messages.success(request, _("These days are closed.") + _kept_words(kept))
    if kept:
        return redirect("office:closure", closure.pk)
    return redirect(reverse("office:hours") + "#exceptions")


@require_GET
@for_practitioner
def closure(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    """The appointments that fall in a closure: kept, each with what can be done about it."""
    found = practitioner.closures.select_related("place__commune").filter(pk=pk).first()
    if found is None:
        raise Http404
    context = {
        "closure": found,
        "kept": appointments_within(found),
        "zone": calendar_grid.zone_of(practitioner),
    }
    return render(request, "booking/office/closure.html", context)


@require_POST
@for_practitioner
def open_once(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    whereabouts = Whereabouts(practitioner)
    form = OpenOnceForm(request.POST, prefix="ouverture", whereabouts=whereabouts, today=clock.today())
    if not form.is_valid():
        return hours_page.page(request, practitioner, once=form, whereabouts=whereabouts, status=422)
    data = form.cleaned_data
    item = range_at(data["where"], data["day"].weekday(), data["start"], data["end"])
    opening.open_once(practitioner=practitioner, day=data["day"], item=item)
    messages.success(request, _("This day is open."))
    return redirect(reverse("office:hours") + "#exceptions")


@require_POST
@for_practitioner
def remove_exception(request: HttpRequest, practitioner: Practitioner, kind: str, pk: int) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    if opening.remove_exception(practitioner=practitioner, kind=KINDS[kind], pk=pk):
        messages.success(request, _("The exception is removed."))
    return redirect(reverse("office:hours") + "#exceptions")


@require_POST
@for_practitioner
def holidays(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """Close on a holiday, or on all that are offered (`fermer`); open again (`rouvrir`). Pressed twice, it does the same."""
    zone = hours_page.zone_asked(practitioner, request.POST.get("zone", ""))
    offered = hours_page.offered_holidays(practitioner, zone, clock.today())
    closing, key = "fermer" in request.POST, request.POST.get("fermer") or request.POST.get("rouvrir") or ""
    if key.startswith("toutes:"):
        chosen = offered.get(key.removeprefix("toutes:"), [])
    else:
        chosen = [holiday for each in offered.values() for holiday in each if holiday.key == key]
    if not chosen:
        raise Http404
    back = f"{reverse('office:hours')}?zone={zone}#vacances" if zone else reverse("office:hours") + "#vacances"
    if not closing:
        removed = opening.reopen_holidays(practitioner=practitioner, keys=[holiday.key for holiday in chosen])
        if removed:
            messages.success(request, _("Your usual hours apply again on these days."))
        return redirect(back)
    added = opening.close_holidays(practitioner=practitioner, holidays=chosen)
    kept = {row.pk for each in added for row in appointments_within(each)}
    if added:
        messages.success(request, _("These days are closed.") + _kept_words(len(kept)))
    if kept and len(added) == 1:
        return redirect("office:closure", added[0].pk)
    return redirect(back)
