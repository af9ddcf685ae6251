"""One appointment for its practitioner: who comes, what was paid, the fee taken; accept, refuse, cancel, close."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from booking import lifecycle, money_story, slots
from booking.actions import appointments, moving, proposals, refunds, requests
from booking.forms.proposal import ProposalForm
from booking.lifecycle import Step
from booking.models import Appointment, Proposal, Status
from booking.policies.follow_up import is_first_visit
from booking.views import pages
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner, Service
from practitioners.views.office import for_practitioner

SUGGESTED, A_DAY = 10, 3


@require_GET
@for_practitioner
def show(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    return _page(request, practitioner, reference)


def _page(
    request: HttpRequest, practitioner: Practitioner, reference: str, error: DomainError | None = None
) -> HttpResponse:
    appointment = own(practitioner, reference)
    now = clock.now()
    context = {
        "appointment": appointment,
        "practitioner": practitioner,
        "zone": appointment.timezone,
        "first_visit": is_first_visit(appointment, now=now),
        "money": money_story.story(appointment),
        "may_refund": refunds.left_cents(appointment) > 0,
        "events": list(appointment.events.select_related("actor")),
        "fee_percent": f"{appointment.fee_basis_points / 100:g}".replace(".", ","),
        "is_arrhes": appointment.advance_kind == Service.Advance.ARRHES,
        "may_answer": lifecycle.may(appointment, Step.ACCEPT) and appointment.starts_at > now,
        "may_cancel": lifecycle.may(appointment, Step.CANCEL_BY_PRACTITIONER)
        and appointment.status == Status.CONFIRMED
        and appointment.starts_at > now,
        "may_close": appointment.status == Status.CONFIRMED and appointment.starts_at <= now,
        "may_correct": appointment.status == Status.DONE,
        "may_move": appointment.status == Status.CONFIRMED and appointment.starts_at > now and not appointment.group_id,
        "proposal": appointment.proposals.filter(status=Proposal.Status.OPEN).first(),
        "error": str(error.message) if error else "",
    }
    return render(request, "booking/office/appointment.html", context, status=error.status if error else 200)


@require_POST
@for_practitioner
def accept(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    done = _("The request is accepted and the client is told.")
    return _act(
        request,
        practitioner,
        reference,
        done,
        lambda pk, user: requests.accept(appointment_id=pk, actor=user, now=clock.now()),
    )


@require_POST
@for_practitioner
def refuse(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    done = _("The request is refused: the client is told, and nothing is charged.")
    return _act(
        request,
        practitioner,
        reference,
        done,
        lambda pk, user: requests.refuse(appointment_id=pk, actor=user, now=clock.now()),
    )


@require_http_methods(["GET", "POST"])
@for_practitioner
def propose(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    """Other times for a request. What was ticked and typed is kept when something is refused."""
    appointment = own(practitioner, reference)
    now = clock.now()
    if not lifecycle.may(appointment, Step.ACCEPT) or appointment.starts_at <= now:
        return redirect("office:appointment", reference)
    suggested = _suggested(appointment, now)
    if request.method == "GET":
        return _propose_page(request, appointment, ProposalForm(zone=appointment.timezone, suggested=suggested))
    form = ProposalForm(request.POST, zone=appointment.timezone, suggested=suggested)
    if not form.is_valid():
        return _propose_page(request, appointment, form, status=422)
    try:
        proposals.propose(
            appointment_id=appointment.pk,
            starts=form.cleaned_data["starts"],
            message=form.cleaned_data["message"],
            actor=request.user,  # type: ignore[arg-type]
            now=now,
        )
    except DomainError as error:
        return _propose_page(request, appointment, form, status=error.status, error=error)
    messages.success(request, _("The times are proposed and the client is told."))
    return redirect("office:appointment", reference)


def _suggested(appointment: Appointment, now: dt.datetime) -> list[slots.Slot]:
    """The free times nearest to the one asked for, a few a day, so that several days are among them."""
    with moving.as_if_gone(appointment):
        found = slots.nearest(
            practitioner=appointment.practitioner,
            service=appointment.service,
            to=appointment.starts_at,
            now=now,
            count=SUGGESTED * 5,
        )
    earliest = now + proposals.AT_LEAST + proposals.ANSWER_BEFORE
    kept: list[slots.Slot] = []
    days: Counter[dt.date] = Counter()
    for slot in sorted(found, key=lambda slot: abs(slot.start - appointment.starts_at)):
        day = slot.start.astimezone(ZoneInfo(slot.zone)).date()
        if slot.start > earliest and slot.start != appointment.starts_at and days[day] < A_DAY:
            days[day] += 1
            kept.append(slot)
    return kept[:SUGGESTED]


def _propose_page(
    request: HttpRequest,
    appointment: Appointment,
    form: ProposalForm,
    status: int = 200,
    error: DomainError | None = None,
) -> HttpResponse:
    context = {
        "appointment": appointment,
        "practitioner": appointment.practitioner,
        "zone": appointment.timezone,
        "form": form,
        "error": str(error.message) if error else "",
    }
    return render(request, "booking/office/propose.html", context, status=status)


@require_POST
@for_practitioner
def close(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    step = Step.CLIENT_ABSENT if request.POST.get("issue") == "absent" else Step.COMPLETE
    done = _("Noted.")
    return _act(
        request,
        practitioner,
        reference,
        done,
        lambda pk, user: appointments.close(appointment_id=pk, step=step, actor=user, now=clock.now()),
    )


@require_http_methods(["GET", "POST"])
@for_practitioner
def cancel(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    appointment = own(practitioner, reference)
    if not lifecycle.may(appointment, Step.CANCEL_BY_PRACTITIONER):
        return redirect("office:appointment", reference)
    if request.method == "POST":
        done = _("The appointment is cancelled: the client is told and gets everything back.")
        return _act(
            request,
            practitioner,
            reference,
            done,
            lambda pk, user: appointments.cancel_by_practitioner(appointment_id=pk, actor=user, now=clock.now()),
        )
    context = {
        "appointment": appointment,
        "practitioner": practitioner,
        "zone": appointment.timezone,
        "due": refunds.left_cents(appointment),
        "is_arrhes": appointment.advance_kind == Service.Advance.ARRHES,
    }
    return render(request, "booking/office/cancel.html", context)


def _act(
    request: HttpRequest,
    practitioner: Practitioner,
    reference: str,
    done: str,
    action: Callable[[int, User], Appointment],
) -> HttpResponse:
    appointment = own(practitioner, reference)
    try:
        action(appointment.pk, request.user)  # type: ignore[arg-type]
    except DomainError as error:
        return _page(request, practitioner, reference, error)
    messages.success(request, done)
    return redirect(pages.address("office:appointment", reference))


def own(practitioner: Practitioner, reference: str) -> Appointment:
    """Another practitioner's appointment does not exist here."""
    appointment = (
        Appointment.objects.for_pages().booked().filter(practitioner=practitioner, reference=reference[:12]).first()
    )
    if appointment is None:
        raise Http404
    return appointment
