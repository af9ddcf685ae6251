"""Step 3: who books, who comes, where to when it is at home, and the questions of the session."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from booking import no_times
from booking.actions import details as noting
from booking.actions import follow_up, holds
from booking.actions.appointments import Contact
from booking.actions.intake import Circumstances
from booking.errors import AlreadyBooked, HoldLost, TooManyRelatives
from booking.forms.client import DetailsForm
from booking.forms.home import HomeForm
from booking.forms.intake import IntakeFields
from booking.models import Appointment, Relative
from booking.policies.home_visits import Reach, reach_of
from booking.policies.offer import bookable_services
from booking.views import pages
from booking.views.flow import held
from booking.views.flow.known import phone_of
from common import clock
from practitioners.models.service import Mode

DRAFT_LENGTH = 300
# Never kept in the session: majority is declared each time, and a box about keeping is ticked each time.
NOT_KEPT = {"adult", "keep_relative"}


@dataclass
class Forms:
    """What the step asks: the details always; the address of a session at home and the questions when there are some."""

    details: DetailsForm
    home: HomeForm | None
    intake: IntakeFields
    reach: Reach | None

    def all(self) -> list[BaseForm]:
        return [form for form in (self.details, self.home, self.intake) if form is not None]

    def are_valid(self) -> bool:
        """Each says what is wrong with it, not the first one only."""
        refused = [form for form in self.all() if not form.is_valid()]
        return not refused


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, reference: str) -> HttpResponse:
    appointment = held.own_hold(request, reference)
    if isinstance(appointment, HttpResponse):
        return appointment
    if request.session.pop(held.LEFT_OUT, False):
        # Who is known and changes the details takes that step after all.
        request.session[held.STEPS] = request.session.get(held.STEPS, 1) + 1
    if request.method == "GET":
        return _page(request, appointment, _forms(request, appointment))
    # Kept whatever happens next: a time that is lost loses nothing of what was typed.
    request.session[held.DRAFT] = draft_of(request)
    forms = _forms(request, appointment)
    if not forms.are_valid():
        return _page(request, appointment, forms, status=422)
    now = clock.now()
    try:
        if not holds.stands(appointment, now=now):
            holds.renew(appointment_id=appointment.pk, now=now)
        noting.note(
            appointment_id=appointment.pk,
            contact=forms.details.contact(),
            home=forms.home.home() if forms.home else None,
            relative=forms.details.relative,
            keep_relative_of=request.user if forms.details.keeps_relative and request.user.is_authenticated else None,
            sms_reminder=bool(forms.details.cleaned_data["sms_reminder"]),
            now=now,
        )
        if forms.intake.asks_something:
            forms.intake.save(appointment=appointment, now=now, how=_how(request))
        if appointment.service.follow_up:
            # Said on the next page, and frozen by it.
            follow_up.decide(appointment_id=appointment.pk, user=request.user, now=now)
    except TooManyRelatives as error:
        forms.details.add_error("keep_relative", str(error.message))
        return _page(request, appointment, forms, status=422)
    except HoldLost as error:
        return held.gone(request, error, appointment)
    except AlreadyBooked:
        return redirect("booking:appointment", reference)
    return redirect("booking:check", reference)


@login_not_required
@require_GET
def communes(request: HttpRequest) -> HttpResponse:
    """The towns of a postal code, to choose among while typing; the form sent asks the same without scripts."""
    reach = Reach("", None, None)
    form = HomeForm(initial={"home_postal_code": request.GET.get("home_postal_code", "")[:12]}, reach=reach)
    return render(request, "booking/home_commune.html", {"home_form": form})


def draft_of(request: HttpRequest) -> dict[str, str]:
    names = set(DetailsForm.base_fields) | set(HomeForm.base_fields)
    return {name: request.POST[name][:DRAFT_LENGTH] for name in sorted(names - NOT_KEPT) if name in request.POST}


def _forms(request: HttpRequest, appointment: Appointment) -> Forms:
    data = request.POST if request.method == "POST" else None
    at_home = appointment.mode == Mode.HOME
    reach = reach_of(appointment.practitioner) if at_home else None
    known = request.user.email if request.user.is_authenticated else ""
    answers = known_answers(request, appointment)
    return Forms(
        details=DetailsForm(
            data,
            initial=answers,
            accepts_minors=appointment.service.accepts_minors,
            known_email=known,
            relatives=relatives_of(request),
        ),
        home=HomeForm(data, initial=answers, reach=reach) if reach else None,
        intake=IntakeFields(data, service=appointment.service, appointment=appointment),
        reach=reach,
    )


def relatives_of(request: HttpRequest) -> list[Relative]:
    return list(Relative.objects.filter(user=request.user)) if request.user.is_authenticated else []


def _page(request: HttpRequest, appointment: Appointment, forms: Forms, status: int = 200) -> HttpResponse:
    total = max(2, request.session.get(held.STEPS, 2))
    outside = forms.home is not None and forms.home.outside
    context = held.step_context(appointment) | {
        "form": forms.details,
        "home_form": forms.home,
        "intake_form": forms.intake,
        "has_errors": any(form.errors for form in forms.all()),
        "home_reach": forms.reach.words if forms.reach else "",
        "elsewhere": _elsewhere(appointment) if outside else [],
        "asks_first": appointment.service.follow_up and appointment.on_request,
        "step_number": total - 1,
        "step_total": total,
    }
    return render(request, "booking/details.html", context, status=status)


def _elsewhere(appointment: Appointment) -> list[dict[str, Any]]:
    """Too far for a session at home: the sessions of this practitioner that need no journey, or not this one."""
    offered = bookable_services().filter(practitioner=appointment.practitioner).exclude(mode=Mode.HOME)
    return [
        {"service": service, "url": pages.times_url(appointment.practitioner, service)}
        for service in offered[: no_times.OTHERS]
    ]


def known_answers(request: HttpRequest, appointment: Appointment) -> dict[str, Any]:
    """What was typed for this booking, or for one that was lost, or is known of the client."""
    if appointment.contact_email:
        contact = contact_of(appointment)
        relative = appointment.relative
        whom = DetailsForm.RELATIVE if contact.for_relative else DetailsForm.MYSELF
        return {
            "first_name": contact.first_name,
            "last_name": contact.last_name,
            "email": contact.email,
            "phone": contact.phone,
            "sms_reminder": appointment.sms_reminder,
            "whom": DetailsForm.choice_of(relative) if relative and contact.for_relative else whom,
            "attendee_first_name": contact.attendee_first_name,
            "attendee_last_name": contact.attendee_last_name,
            "attendee_is_minor": contact.attendee_is_minor,
            "home_street": appointment.home_street,
            "home_complement": appointment.home_complement,
            "home_postal_code": appointment.home_postal_code,
            "home_commune": appointment.home_commune_id or "",
        }
    answers: dict[str, Any] = dict(request.session.get(held.DRAFT, {}))
    if request.user.is_authenticated:
        user = request.user
        answers = {"first_name": user.first_name, "last_name": user.last_name, "phone": phone_of(user)} | answers
    return answers


def contact_of(appointment: Appointment) -> Contact:
    return Contact(
        first_name=appointment.contact_first_name,
        last_name=appointment.contact_last_name,
        email=appointment.contact_email,
        phone=appointment.contact_phone,
        adult=appointment.adult_declared,
        for_relative=appointment.for_relative,
        attendee_first_name=appointment.attendee_first_name,
        attendee_last_name=appointment.attendee_last_name,
        attendee_is_minor=appointment.attendee_is_minor,
    )


def _how(request: HttpRequest) -> Circumstances:
    return Circumstances(
        page=request.path, ip=request.META.get("REMOTE_ADDR") or None, agent=request.headers.get("User-Agent", "")
    )
