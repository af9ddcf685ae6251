"""Requests about personal data that concern the practitioner's own clients: the practitioner is the controller and answers (D3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import now as clock_now
from common.clock import today
from common.errors import DomainError
from legal.models import RightsRequest
from legal.requests import answering, handling
from legal.requests.answer_texts import CNIL_URL
from legal.requests.forms import GiveBackForm, OfficeAnswerForm
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

SHOWN = 100


@require_safe
@for_practitioner
def my_rights(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    day = today()
    rows = _mine(practitioner)
    waiting = [
        {"request": row, "days": row.days_left(day), "late": -row.days_left(day)}
        for row in rows.filter(answered_at=None)
    ]
    context = {
        "practitioner": practitioner,
        "waiting": waiting,
        "answered": list(rows.exclude(answered_at=None).order_by("-answered_at")[:SHOWN]),
    }
    return render(request, "practitioners/office/rights.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_practitioner
def my_right(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    """One of them, with its clock: answered here, or given back when it is about nobody's record."""
    found = get_object_or_404(_mine(practitioner), reference=reference)
    gives_back = request.POST.get("act") == "give-back"
    answer = OfficeAnswerForm(request.POST if request.method == "POST" and not gives_back else None)
    back = GiveBackForm(request.POST if gives_back else None)
    form = back if gives_back else answer
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            said = _do(found, form, request)
        except DomainError as error:
            form.add_error(None, str(error.message))
            status = error.status
        else:
            messages.success(request, said)
            return redirect("office_rights")
    days = found.days_left(today())
    context: dict[str, Any] = {
        "practitioner": practitioner,
        "request_": found,
        "person": getattr(found, "person", None),
        "added": found.events.filter(what="added").select_related("words"),
        "reply": found.events.filter(what__in=["answered", "refused"]).select_related("words").first(),
        "days": days,
        "late": -days,
        "answer": answer,
        "back": back,
        "form": form,
        "cnil_url": CNIL_URL,
    }
    return render(request, "practitioners/office/right.html", context, status=status)


def _mine(practitioner: Practitioner) -> Any:
    return RightsRequest.objects.filter(practitioner=practitioner.user).select_related("person")


def _do(found: RightsRequest, form: OfficeAnswerForm | GiveBackForm, request: HttpRequest) -> str:
    said, now = form.cleaned_data, clock_now()
    if isinstance(form, GiveBackForm):
        handling.give_back(request_id=found.pk, reason=said["reason"], by=request.user, now=now)
        return _("The request goes back to our team, which answers.")
    granted = said["outcome"] == "answered"
    answering.answer_as_practitioner(request_id=found.pk, granted=granted, text=said["text"], by=request.user, now=now)
    return _("Your answer is sent.")
