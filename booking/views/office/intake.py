"""Questions before a session: what is asked, and what was answered. Reading a reason or an answer about health is recorded."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking import intake
from booking.actions import intake as answers_actions
from booking.actions import questions as actions
from booking.forms.intake import IntakeFields
from booking.forms.questions import QuestionForm, SwitchesForm
from booking.models import Appointment, IntakeQuestion
from common import clock
from practitioners.models import Practitioner, Service
from practitioners.views.office import for_practitioner


@require_http_methods(["GET", "POST"])
@for_practitioner
def questions(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    service = _service(practitioner, pk)
    form = QuestionForm(
        request.POST or None,
        instance=IntakeQuestion(practitioner=practitioner, service=service),
        practitioner=practitioner,
        service=service,
    )
    if request.method == "POST" and form.is_valid():
        actions.save(question=form.save(commit=False))
        messages.success(request, _("The question is added."))
        return redirect("office:service_questions", pk)
    return _page(request, practitioner, service, form=form, status=422 if form.is_bound else 200)


@require_POST
@for_practitioner
def switches(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    service = _service(practitioner, pk)
    form = SwitchesForm(request.POST, prefix="reglages", settings=intake.settings_of(service))
    if not form.is_valid():
        return _page(request, practitioner, service, switches=form, status=422)
    actions.save_switches(
        service=service,
        asks_reason=form.cleaned_data["asks_reason"],
        asks_health=form.cleaned_data["asks_health"],
        now=clock.now(),
    )
    messages.success(request, _("Saved. Answers already given keep their own end."))
    return redirect("office:service_questions", pk)


@require_http_methods(["GET", "POST"])
@for_practitioner
def edit(request: HttpRequest, practitioner: Practitioner, service_pk: int, pk: int) -> HttpResponse:
    service, question = _service(practitioner, service_pk), _question(practitioner, pk)
    form = QuestionForm(request.POST or None, instance=question, practitioner=practitioner, service=service)
    if request.method == "POST" and form.is_valid():
        actions.save(question=form.save(commit=False))
        messages.success(request, _("The question is saved. Answers already given keep the words they answered."))
        return redirect("office:service_questions", service_pk)
    context = {"practitioner": practitioner, "service": service, "form": form}
    return render(request, "booking/office/question.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_practitioner
def move(request: HttpRequest, practitioner: Practitioner, service_pk: int, pk: int) -> HttpResponse:
    service, question = _service(practitioner, service_pk), _question(practitioner, pk)
    actions.move(practitioner=practitioner, question=question, up=request.POST.get("sens") == "haut")
    return redirect("office:service_questions", service.pk)


@require_POST
@for_practitioner
def remove(request: HttpRequest, practitioner: Practitioner, service_pk: int, pk: int) -> HttpResponse:
    service = _service(practitioner, service_pk)
    actions.remove(question=_question(practitioner, pk))
    messages.success(request, _("The question is asked no more."))
    return redirect("office:service_questions", service.pk)


@require_GET
@for_practitioner
def answers(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    """All that was answered for one of the practitioner's appointments, sensitive answers included."""
    appointment = (
        Appointment.objects.for_pages().booked().filter(practitioner=practitioner, reference=reference).first()
    )
    if appointment is None:
        raise Http404
    read = answers_actions.read(appointment=appointment, reader=practitioner.user)
    context = {
        "practitioner": practitioner,
        "appointment": appointment,
        "answers": read,
        "is_recorded": any(row.about in intake.SENSITIVE for row in read),
        "zone": appointment.timezone,
    }
    return render(request, "booking/office/answers.html", context)


def _page(
    request: HttpRequest,
    practitioner: Practitioner,
    service: Service,
    *,
    form: QuestionForm | None = None,
    switches: SwitchesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    settings = intake.settings_of(service)
    asked = list(practitioner.intake_questions.filter(service=None)) + list(
        practitioner.intake_questions.filter(service=service)
    )
    context = {
        "practitioner": practitioner,
        "service": service,
        "settings": settings,
        "asked": asked,
        "form": form or QuestionForm(practitioner=practitioner, service=service),
        "switches": switches or SwitchesForm(prefix="reglages", settings=settings),
        "warning": intake.health_warning(),
        "shown": IntakeFields(service=service),
        "has_errors": status == 422,
    }
    return render(request, "booking/office/questions.html", context, status=status)


def _service(practitioner: Practitioner, pk: int) -> Service:
    service = practitioner.services.filter(pk=pk, archived_at=None).first()
    if service is None:
        raise Http404
    return service


def _question(practitioner: Practitioner, pk: int) -> IntakeQuestion:
    question = practitioner.intake_questions.filter(pk=pk).first()
    if question is None:
        raise Http404
    return question
