"""Closing one's account: what it brings about, the request, and thinking better of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.clock import now as clock_now
from common.errors import DomainError
from legal.models import AccountClosing
from legal.rights import export, leaving
from legal.rights.actions import closings
from legal.rights.forms import CloseForm
from legal.rights.identity import asks_again
from legal.rights.people import person_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@asks_again
def closing(request: HttpRequest) -> HttpResponse:
    now, user, form, status = clock_now(), request.user, CloseForm(), 200
    if request.method == "POST":
        try:
            if "cancel" in request.POST:
                closings.cancel(user=user, now=now)
                messages.success(request, _("Your account stays open."))
                return redirect("rights:closing")
            form, status = CloseForm(request.POST), 422
            if form.is_valid():
                closings.ask(user=user, now=now)
                messages.success(request, _("Your request is recorded."))
                return redirect("rights:closing")
        except DomainError as error:
            messages.error(request, str(error.message))
            status = error.status
    person = person_of(user)
    context = {
        "form": form,
        "standing": AccountClosing.objects.standing().filter(user=user).first(),
        "obstacles": leaving.obstacles(user, now),
        "consequences": leaving.consequences(user, now),
        "busy": max(leaving.busy_until(user, now), default=None),
        "kept": leaving.outlives(person),
        "months": closings.MONTHS,
        "days": closings.DELAY.days,
        "is_practitioner": person.practitioner is not None,
        "cnil": export.CNIL,
    }
    return render(request, "rights/closing.html", context, status=status)
