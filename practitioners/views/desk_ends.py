"""The end of a contract, for the team (R6): formal notices, an end that one proposes and another announces."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.access.doors import shows_person
from common.clock import now as clock_now
from common.clock import today
from common.errors import DomainError
from practitioners.actions import ends
from practitioners.end_forms import EndForm, NoticeForm
from practitioners.models import ContractEnd, Practitioner
from practitioners.policies.files import may_decide, may_verify
from practitioners.views.desk import FILE, opened


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(FILE, opened)
def ends_of(request: HttpRequest, practitioner_id: int) -> HttpResponse:
    if not may_verify(request.user):
        raise PermissionDenied
    practitioner = get_object_or_404(Practitioner.objects.select_related("user"), pk=practitioner_id)
    if request.method != "POST":
        return _page(request, practitioner)
    if not may_decide(request.user, practitioner):
        raise PermissionDenied
    steps: dict[str, Callable[[HttpRequest, Practitioner], HttpResponse | None]] = {
        "notice": _notice, "cured": _cured, "propose": _propose, "confirm": _confirm, "withdraw": _withdraw,
    }  # fmt: skip
    step = steps.get(request.POST.get("step", ""))
    if step is None:
        raise Http404
    try:
        refused = step(request, practitioner)
    except DomainError as error:
        messages.error(request, str(error))
        return _page(request, practitioner, status=error.status, typed=True)
    if refused is not None:
        return refused
    messages.success(request, _("Done."))
    return redirect("verification_ends", practitioner.pk)


def _notice(request: HttpRequest, practitioner: Practitioner) -> HttpResponse | None:
    form = NoticeForm(request.POST)
    if not form.is_valid():
        return _page(request, practitioner, status=422, typed=True)
    text, rule = form.cleaned_data["text"], form.cleaned_data["rule"]
    ends.give_notice(practitioner=practitioner, text=text, rule=rule, by=request.user, now=clock_now())
    return None


def _cured(request: HttpRequest, practitioner: Practitioner) -> None:
    notice = get_object_or_404(practitioner.formal_notices, pk=_number(request, "notice"))
    ends.note_cure(notice=notice, by=request.user, now=clock_now())


def _propose(request: HttpRequest, practitioner: Practitioner) -> HttpResponse | None:
    form = EndForm(request.POST, practitioner=practitioner)
    if not form.is_valid():
        return _page(request, practitioner, status=422, typed=True)
    data = {name: value for name, value in form.cleaned_data.items() if name != "step"}
    ends.propose(practitioner=practitioner, by=request.user, now=clock_now(), **data)
    return None


def _confirm(request: HttpRequest, practitioner: Practitioner) -> None:
    ends.confirm(end=_end(request, practitioner), by=request.user, now=clock_now())


def _withdraw(request: HttpRequest, practitioner: Practitioner) -> None:
    ends.withdraw(end=_end(request, practitioner), by=request.user, now=clock_now())


def _end(request: HttpRequest, practitioner: Practitioner) -> ContractEnd:
    return get_object_or_404(practitioner.ends, pk=_number(request, "end"))


def _number(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    if not typed.isascii() or not typed.isdigit() or len(typed) > 15:
        raise Http404
    return int(typed)


def _page(request: HttpRequest, practitioner: Practitioner, *, status: int = 200, typed: bool = False) -> HttpResponse:
    """`typed`: the form that was refused comes back as it was filled."""
    step = request.POST.get("step") if typed else None
    current = (
        practitioner.ends.select_related("proposed_by", "announced_by").filter(status__in=ContractEnd.OPEN).first()
    )
    context = {
        "practitioner": practitioner,
        "decidable": may_decide(request.user, practitioner),
        "under_contract": practitioner.status in ends.UNDER_CONTRACT,
        "current": current,
        "past": practitioner.ends.exclude(status__in=ContractEnd.OPEN).select_related(
            "proposed_by", "announced_by", "closed_by"
        ),
        "notices": [
            {"notice": notice, "missed": notice.is_missed(today())}
            for notice in practitioner.formal_notices.select_related("sent_by", "cured_by")
        ],
        "notice_form": NoticeForm(request.POST if step == "notice" else None, auto_id="notice_%s"),
        "end_form": EndForm(request.POST if step == "propose" else None, practitioner=practitioner, auto_id="end_%s"),
    }
    return render(request, "practitioners/cms/ends.html", context, status=status)
