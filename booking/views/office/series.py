"""Series, for the practitioner: agreed with a client of the list, looked at, ended."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from booking.actions import client_records, groups, refunds
from booking.actions import series as actions
from booking.forms.series import OfficeSeriesForm, WhoseForm, moments
from booking.local_time import boundary
from booking.models import Appointment, ClientRecord, Series
from booking.series_plan import Occurrence, for_office
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner
from practitioners.models.service import Mode
from practitioners.views.office import for_practitioner

FOUND = 12


@require_http_methods(["GET", "POST"])
@for_practitioner
def new(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """Who (two letters), what and how often, then which dates: each step is in the address; the last one is posted."""
    record = _record(practitioner, request.GET.get("client", ""))
    if record is None:
        return _choose_client(request, practitioner)
    asked = "jour" in request.GET
    form = OfficeSeriesForm(request.GET if asked else None, practitioner=practitioner, today=clock.today())
    if not asked or not form.is_valid():
        return _page(request, practitioner, record, form, status=422 if asked else 200)
    if request.method == "GET":
        return _page(request, practitioner, record, form, plan=_plan(practitioner, form))
    place = _place_id(practitioner, form)
    try:
        series = actions.make_for(
            practitioner=practitioner,
            service=form.cleaned_data["prestation"],
            starts=moments(request.POST.getlist("date")),
            every_weeks=form.cleaned_data["semaines"],
            record=record,
            actor=practitioner.user,
            now=clock.now(),
            tell="tell" in request.POST,
            place_id=place,
        )
    except DomainError as error:
        notice = str(error.message) if error.status == 409 else _("Choose at least two dates.")
        status = 409 if error.status == 409 else 422
        return _page(request, practitioner, record, form, plan=_plan(practitioner, form), notice=notice, status=status)
    messages.success(request, _("The series is booked."))
    return redirect("office:series", series.pk)


@require_GET
@for_practitioner
def show(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    series, rows = _own(practitioner, pk)
    coming = {row.pk for row in actions.coming(series, now=clock.now())}
    context = {
        "series": series,
        "rows": [(row, row.pk in coming) for row in rows],
        "coming": len(coming),
        "first": rows[0],
    }
    return render(request, "booking/office/series.html", context)


@require_http_methods(["GET", "POST"])
@for_practitioner
def end(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    series, rows = _own(practitioner, pk)
    coming = actions.coming(series, now=clock.now())
    if not coming:
        return redirect("office:series", pk)
    if request.method == "POST":
        try:
            actions.end_by_practitioner(series_id=series.pk, actor=practitioner.user, now=clock.now())
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("The series has ended. The client is told."))
        return redirect("office:series", pk)
    context = {
        "series": series,
        "coming": coming,
        "first": rows[0],
        "due": sum(refunds.left_cents(row) for row in coming),
    }
    return render(request, "booking/office/series_end.html", context)


def _choose_client(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    text = request.GET.get("q", "")[:80].replace("\0", "")
    found = list(client_records.find(practitioner, text, limit=FOUND)) if text else []
    form = WhoseForm(initial={"q": text})
    context = {"found": found, "form": form, "searched": bool(text.strip())}
    return render(request, "booking/office/series_client.html", context)


def _page(
    request: HttpRequest,
    practitioner: Practitioner,
    record: ClientRecord,
    form: OfficeSeriesForm,
    *,
    plan: list[Occurrence] | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    plan = plan or []
    context = {
        "form": form,
        "record": record,
        "plan": plan,
        "free": sum(one.free for one in plan),
        "chosen": set(moments(request.POST.getlist("date"))),
        "notice": notice,
        "zone": groups.zone_of(practitioner, None).key,
        "has_service": form.has_service,
    }
    return render(request, "booking/office/series_new.html", context, status=status)


def _plan(practitioner: Practitioner, form: OfficeSeriesForm) -> list[Occurrence]:
    data = form.cleaned_data
    zone = groups.zone_of(practitioner, None)
    return for_office(
        practitioner=practitioner,
        service=data["prestation"],
        start=boundary(dt.datetime.combine(data["jour"], data["heure"]), zone),
        zone=zone,
        place_id=_place_id(practitioner, form),
        every_weeks=data["semaines"],
        count=data["fois"],
        now=clock.now(),
    )


def _place_id(practitioner: Practitioner, form: OfficeSeriesForm) -> int | None:
    if form.cleaned_data["prestation"].mode != Mode.PRACTICE:
        return None
    place = practitioner.places.order_by("position", "pk").first()
    return place.pk if place else None


def _record(practitioner: Practitioner, text: str) -> ClientRecord | None:
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    return ClientRecord.objects.filter(practitioner=practitioner, pk=int(text)).select_related("user").first()


def _own(practitioner: Practitioner, pk: int) -> tuple[Series, list[Appointment]]:
    series = Series.objects.filter(practitioner=practitioner, pk=pk).select_related("service").first()
    rows = list(Appointment.objects.booked().filter(series=series).for_pages().order_by("starts_at")) if series else []
    if series is None or not rows:
        raise Http404
    return series, rows
