"""Group sessions, for the practitioner: the coming ones, who comes, seats, cancelling."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking import calendar_grid, lifecycle
from booking.actions import appointments, groups, refunds
from booking.errors import NotBookable, SeatsBelowTaken
from booking.forms.groups import GroupForm, SeatsForm
from booking.lifecycle import Step
from booking.models import Appointment, GroupSession, Status
from booking.models.appointment import OCCUPYING, UPCOMING
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

OUTCOMES = "group_outcomes"
CAME = {"fait": Step.COMPLETE, "absent": Step.CLIENT_ABSENT}
ON_THE_ROSTER = (*UPCOMING, Status.DONE, Status.CLIENT_ABSENT, Status.PRACTITIONER_ABSENT)


@require_GET
@for_practitioner
def sessions(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    past = request.GET.get("vue") == "passees"
    now = clock.now()
    found = _with_seats(GroupSession.objects.filter(practitioner=practitioner))
    found = (
        found.filter(ends_at__lte=now).order_by("-starts_at")
        if past
        else found.filter(ends_at__gt=now).order_by("starts_at")
    )
    context = {
        "page": Paginator(found, 30).get_page(_number(request.GET.get("page", "1"))),
        "past": past,
        "has_group_service": practitioner.services.filter(archived_at=None, seats__gt=1).exists(),
        "outcomes": [one | {"day": dt.date.fromisoformat(one["day"])} for one in request.session.pop(OUTCOMES, [])],
    }
    return render(request, "booking/office/groups.html", context)


@require_http_methods(["GET", "POST"])
@for_practitioner
def new(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """One session, or one a week. What could not be opened is said, date by date."""
    form = GroupForm(request.POST or None, practitioner=practitioner, today=clock.today())
    if request.method == "GET" or not form.is_valid():
        return _form_page(request, practitioner, form, status=422 if form.is_bound else 200)
    data = form.cleaned_data
    try:
        outcomes = groups.open_weekly(
            practitioner=practitioner,
            service=data["service"],
            day=data["day"],
            hour=data["hour"],
            weeks=data["weeks"],
            place=form.place,
            mode=form.mode,
            seats=form.seats_offered,
            note=data["note"],
            now=clock.now(),
        )
    except NotBookable as error:
        form.add_error("service", str(error.message))
        return _form_page(request, practitioner, form, status=422)
    opened = [one for one in outcomes if one.session]
    if not opened:
        for one in outcomes[:5]:
            form.add_error("day" if len(outcomes) == 1 else None, one.problem)
        return _form_page(request, practitioner, form, outcomes=outcomes, status=409)
    count = len(opened)
    messages.success(request, ngettext("%(n)s session is open.", "%(n)s sessions are open.", count) % {"n": count})
    request.session[OUTCOMES] = [
        {"day": one.day.isoformat(), "problem": one.problem} for one in outcomes if one.problem
    ]
    return redirect("office:groups")


@require_GET
@for_practitioner
def show(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    return _roster(request, _own(practitioner, pk))


@require_POST
@for_practitioner
def seats(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    group = _own(practitioner, pk)
    form = SeatsForm(request.POST)
    if not form.is_valid():
        return _roster(request, group, form=form, status=422)
    try:
        groups.change_seats(group_id=group.pk, seats=form.cleaned_data["seats"], now=clock.now())
    except SeatsBelowTaken as error:
        form.add_error("seats", str(error.message))
        return _roster(request, group, form=form, status=error.status)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The number of seats is changed."))
    return redirect("office:group", group.pk)


@require_POST
@for_practitioner
def came(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    """For one seat: the client came, or did not."""
    group = _own(practitioner, pk)
    seat = group.seats_taken.filter(reference=request.POST.get("seat", "")[:12].replace("\0", "")).first()
    step = CAME.get(request.POST.get("issue", ""))
    if seat is None or step is None:
        raise Http404
    try:
        appointments.close(appointment_id=seat.pk, step=step, actor=practitioner.user, now=clock.now())
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("office:group", group.pk)


@require_http_methods(["GET", "POST"])
@for_practitioner
def cancel(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    """GET says how many are told and what goes back to them; POST does it."""
    group = _own(practitioner, pk)
    if group.status != GroupSession.Status.OPEN:
        return redirect("office:group", group.pk)
    if request.method == "POST":
        try:
            groups.cancel_session(group_id=group.pk, actor=practitioner.user, now=clock.now())
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("The session is cancelled. Everybody who had a seat is told."))
        return redirect("office:group", group.pk)
    taken = list(group.seats_taken.filter(status__in=UPCOMING))
    context = {
        "group": group,
        "zone": group.timezone,
        "count": len(taken),
        "due": sum(refunds.left_cents(seat) for seat in taken),
        "is_arrhes": any(seat.advance_cents and seat.advance_kind == "arrhes" for seat in taken),
    }
    return render(request, "booking/office/group_cancel.html", context)


def _roster(
    request: HttpRequest, group: GroupSession, *, form: SeatsForm | None = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    rows = Appointment.objects.filter(group=group).for_pages().order_by("booked_at", "pk")
    coming = [seat for seat in rows if seat.status in ON_THE_ROSTER]
    started = group.starts_at <= now
    context: dict[str, Any] = {
        "group": group,
        "zone": group.timezone,
        "seats": [
            {
                "seat": seat,
                "may_close": started and lifecycle.may(seat, Step.CLIENT_ABSENT),
                "phone": seat.phone_in_words,
            }
            for seat in coming
        ],
        "taken": sum(seat.status in OCCUPYING for seat in rows),
        "held": sum(seat.status == Status.HELD for seat in rows),
        "cancelled": [seat for seat in rows if seat.is_cancelled],
        "is_open": group.status == GroupSession.Status.OPEN,
        "started": started,
        "form": form or SeatsForm(initial={"seats": group.seats}),
    }
    return render(request, "booking/office/group.html", context, status=status)


def _form_page(request: HttpRequest, practitioner: Practitioner, form: GroupForm, **more: Any) -> HttpResponse:
    status = more.pop("status")
    context = {"form": form, "zone": calendar_grid.zone_of(practitioner), "outcomes": []} | more
    context["has_group_service"] = form.has_service
    return render(request, "booking/office/group_form.html", context, status=status)


def _own(practitioner: Practitioner, pk: int) -> GroupSession:
    found = GroupSession.objects.filter(practitioner=practitioner, pk=pk).select_related("service", "place__commune")
    group = found.first()
    if group is None:
        raise Http404
    return group


def _with_seats(found: QuerySet[GroupSession]) -> QuerySet[GroupSession]:
    taken = Count("seats_taken", filter=Q(seats_taken__status__in=OCCUPYING))
    return found.select_related("service", "place__commune").annotate(taken=taken)


def _number(text: str) -> str | int:
    return text if text.isascii() and text.isdigit() and len(text) < 8 else 1
