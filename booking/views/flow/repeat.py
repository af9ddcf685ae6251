"""« Répéter cette séance »: from a held time, the dates that follow, all or those one chooses held together."""

from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.actions import holds, series
from booking.errors import AlreadyBooked, HoldLost
from booking.forms.series import RhythmForm, moments
from booking.models import Appointment
from booking.series_plan import for_client, held_with
from booking.views.flow import held
from common import clock
from common.errors import DomainError


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def repeat(request: HttpRequest, reference: str) -> HttpResponse:
    appointment = held.own_hold(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    if not series.may_repeat(appointment):
        return redirect("booking:details", reference)
    if request.method == "GET":
        return _page(request, appointment)
    form = RhythmForm(request.POST)
    if not form.is_valid():
        return _page(request, appointment, form=form, status=422)
    try:
        holds.renew(appointment_id=appointment.pk, now=clock.now())
        series.hold_with(
            appointment_id=appointment.pk,
            starts=moments(request.POST.getlist("date")),
            every_weeks=form.cleaned_data["semaines"],
            now=clock.now(),
        )
    except HoldLost as error:
        return held.gone(request, error, appointment)
    except AlreadyBooked:
        return redirect("booking:appointment", reference)
    except DomainError as error:
        return _page(request, appointment, form=form, notice=str(error.message), status=error.status)
    return redirect("booking:check" if appointment.contact_email else "booking:details", reference)


def _page(
    request: HttpRequest,
    appointment: Appointment,
    *,
    form: RhythmForm | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    companions = held_with(appointment)
    asked = "semaines" in request.GET or "fois" in request.GET
    if form is None:
        known = {"semaines": appointment.series.every_weeks, "fois": len(companions) + 1} if appointment.series else {}
        form = RhythmForm(request.GET if asked else None, initial=known)
    plan = []
    if form.is_bound and form.is_valid():
        plan = for_client(
            practitioner=appointment.practitioner,
            service=appointment.service,
            start=appointment.starts_at,
            zone=ZoneInfo(appointment.timezone),
            every_weeks=form.cleaned_data["semaines"],
            count=form.cleaned_data["fois"],
            now=clock.now(),
            holder_key=appointment.holder_key,
        )[1:]
    elif form.is_bound and status == 200:
        status = 422
    context = held.step_context(appointment) | {
        "form": form,
        "plan": plan,
        "free": sum(one.free for one in plan),
        "chosen": set(moments(request.POST.getlist("date"))) or {row.starts_at for row in companions},
        "notice": notice,
        "may_repeat": False,
    }
    return render(request, "booking/series/repeat.html", context, status=status)
