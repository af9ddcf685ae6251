"""The sessions a practitioner offers: the list in the order clients read it, and the form beside what they see."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking.actions import offers
from booking.forms.services import ServiceForm
from booking.models import StripeAccount
from booking.policies.offer import bookable_services
from common import clock
from practitioners.models import Practitioner, Service
from practitioners.models.service import Mode
from practitioners.views.office import for_practitioner


@require_GET
@for_practitioner
def services(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    offered = set(bookable_services().filter(practitioner=practitioner).values_list("pk", flat=True))
    mine = practitioner.services.annotate(own_questions=Count("intake_questions"))
    rows = [(service, service.pk in offered) for service in mine.filter(archived_at=None)]
    context = {
        "practitioner": practitioner,
        "rows": rows,
        "archived": list(practitioner.services.filter(archived_at__isnull=False).order_by("-archived_at")),
        "questions_of_all": practitioner.intake_questions.filter(service=None).count(),
    }
    return render(request, "booking/office/services.html", context)


@require_http_methods(["GET", "POST"])
@for_practitioner
def edit(request: HttpRequest, practitioner: Practitioner, pk: int | None = None) -> HttpResponse:
    """A session, or a new one; `?modele=` begins it as a copy of another, which is how variants are made."""
    now = clock.now()
    service = _own(practitioner, pk) if pk is not None else Service(practitioner=practitioner)
    model = None if pk is not None else _model(practitioner, request)
    if model is not None:
        service = _copy(model)
    form = ServiceForm(request.POST or None, instance=service, practitioner=practitioner, now=now)
    if request.method == "POST" and form.is_valid():
        radius = form.cleaned_data["home_radius_km"] if form.cleaned_data["mode"] == Mode.HOME else None
        form.keep_confirmation(now=now)
        saved = offers.save(service=form.save(commit=False), now=now, home_radius_km=radius)
        if model is not None:
            offers.copy_questions(source=model, target=saved)
        messages.success(request, _("The session is saved. Appointments already booked keep their price and terms."))
        return redirect("office:services")
    context: dict[str, Any] = {
        "practitioner": practitioner,
        "form": form,
        "service": service,
        "model": model,
        "shown": form.instance,
        "takes_cards": StripeAccount.objects.filter(practitioner=practitioner, card_payments="active").exists(),
    }
    return render(request, "booking/office/service_form.html", context, status=422 if form.is_bound else 200)


def _model(practitioner: Practitioner, request: HttpRequest) -> Service | None:
    number = request.POST.get("modele") or request.GET.get("modele") or ""
    if not (number.isascii() and number.isdigit()) or len(number) > 18:
        return None
    return practitioner.services.filter(pk=int(number)).first()


def _copy(model: Service) -> Service:
    copy = Service.objects.get(pk=model.pk)
    copy.pk, copy.archived_at, copy._state.adding = None, None, True
    return copy


@require_POST
@for_practitioner
def move(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    offers.move(service=_own(practitioner, pk), up=request.POST.get("sens") == "haut")
    return redirect("office:services")


@require_POST
@for_practitioner
def archive(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    offers.archive(service=_own(practitioner, pk), now=clock.now())
    messages.success(request, _("The session is no longer offered. Appointments already booked are kept."))
    return redirect("office:services")


@require_POST
@for_practitioner
def restore(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    service = practitioner.services.filter(Q(archived_at__isnull=False), pk=pk).first()
    if service is None:
        raise Http404
    offers.restore(service=service)
    messages.success(request, _("The session is offered again."))
    return redirect("office:services")


def _own(practitioner: Practitioner, pk: int) -> Service:
    service = practitioner.services.filter(pk=pk, archived_at=None).first()
    if service is None:
        raise Http404
    return service
