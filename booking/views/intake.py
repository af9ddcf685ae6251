"""The client takes back the agreement to sensitive answers: as easily as it was given."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking import access
from booking.actions import intake
from booking.actions.intake import Circumstances
from booking.models import Appointment
from common import clock


@login_not_required
@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    appointment = Appointment.objects.for_pages().filter(reference=reference).first()
    if appointment is None or not access.may_open(request, appointment):
        raise Http404
    how = Circumstances(
        page=request.path, ip=request.META.get("REMOTE_ADDR", ""), agent=request.headers.get("User-Agent", "")
    )
    if intake.withdraw(appointment=appointment, how=how, now=clock.now()):
        messages.success(request, _("Your agreement is taken back, and these answers are erased."))
    return redirect("booking:appointment", reference)
