"""The sessions a practitioner offers."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking.actions import offers
from booking.forms.office import ServiceForm
from booking.models import StripeAccount
from booking.policies.offer import bookable_services
from common import clock
from practitioners.models import Practitioner, Service
from practitioners.views.office import for_practitioner


@require_GET
@for_practitioner
def services(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    offered = set(bookable_services().filter(practitioner=practitioner).values_list("pk", flat=True))
    rows = [(service, service.pk in offered) for service in practitioner.services.filter(archived_at=None)]
    return render(request, "booking/office/services.html", {"practitioner": practitioner, "rows": rows})


@require_http_methods(["GET", "POST"])
@for_practitioner
def edit(request: HttpRequest, practitioner: Practitioner, pk: int | None = None) -> HttpResponse:
    service = _own(practitioner, pk) if pk is not None else Service(practitioner=practitioner)
    now = clock.now()
    form = ServiceForm(request.POST or None, instance=service, practitioner=practitioner, now=now)
    if request.method == "POST" and form.is_valid():
        offers.save(service=form.save(commit=False), now=now)
        messages.success(request, _("The session is saved. Appointments already booked keep their price and terms."))
        return redirect("office:services")
    context = {
        "practitioner": practitioner,
        "form": form,
        "service": service,
        "takes_cards": StripeAccount.objects.filter(practitioner=practitioner, card_payments="active").exists(),
    }
    return render(request, "booking/office/service_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_practitioner
def archive(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    offers.archive(service=_own(practitioner, pk), now=clock.now())
    messages.success(request, _("The session is no longer offered."))
    return redirect("office:services")


def _own(practitioner: Practitioner, pk: int) -> Service:
    service = practitioner.services.filter(pk=pk, archived_at=None).first()
    if service is None:
        raise Http404
    return service
