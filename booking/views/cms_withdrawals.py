"""Staff: declarations of withdrawal whose contract was not found, and the contract they meant."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from booking.actions import withdrawals
from booking.actions.withdrawal_findings import finding
from booking.forms.withdrawal import AnswerForm, FoundForm
from booking.models import Appointment, ServiceSubscription, Standing, Withdrawal, WithdrawalStep
from booking.withdrawal_receipt import consequence
from common import clock
from common.access.doors import File, shows_person
from common.access.kinds import kind
from legal.policies import may_read_register
from legal.views.doors import only

WITHDRAWAL = kind(
    "withdrawal",
    gettext_lazy("Declaration of withdrawal"),
    gettext_lazy("Finding the contract of the withdrawal"),
    gettext_lazy("Answering the person"),
)


def _opened(request: HttpRequest, pk: int) -> File:
    row = _row(pk)
    client_id = row.appointment.client_id if row.appointment else None
    return File(f"booking.Withdrawal:{row.pk}", (row.actor_id, client_id), row.reference)


@only(may_read_register)
@never_cache
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Those that wait for somebody, then all the others; who declared is on the page of each."""
    found = WithdrawalStep.objects.filter(withdrawal=OuterRef("pk"), what=WithdrawalStep.What.FOUND)
    rows = Withdrawal.objects.annotate(is_found=Exists(found)).select_related(
        "appointment__practitioner", "subscription__subscriber__practitioner"
    )
    number = request.GET.get("page", "1")
    context = {
        "waiting": list(rows.filter(standing=Standing.UNKNOWN, is_found=False).order_by("declared_at")[:100]),
        "others": Paginator(rows.exclude(standing=Standing.UNKNOWN, is_found=False), 50).get_page(
            number if number.isascii() and number.isdigit() and len(number) < 8 else 1
        ),
    }
    return render(request, "booking/cms/withdrawals.html", context)


@only(may_read_register)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(WITHDRAWAL, _opened)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    row = _row(pk)
    form = FoundForm(request.GET) if "reference" in request.GET else FoundForm()
    return _page(request, row, found_form=form, status=200 if not form.is_bound or form.is_valid() else 422)


@only(may_read_register)
@require_POST
@shows_person(WITHDRAWAL, _opened)
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    row = _row(pk)
    form = FoundForm(request.POST)
    meant = _meant(form)
    if meant is None:
        return _page(request, row, found_form=form, status=422)
    withdrawals.attach(withdrawal_id=row.pk, meant=meant, actor=_staff(request), now=clock.now())
    messages.success(request, _("The contract is attached, and what the law gives is carried out."))
    return redirect("cms_withdrawal", row.pk)


@only(may_read_register)
@require_POST
@shows_person(WITHDRAWAL, _opened)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    row = _row(pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, row, answer_form=form, status=422)
    withdrawals.answer(withdrawal_id=row.pk, text=form.cleaned_data["text"], actor=_staff(request), now=clock.now())
    messages.success(request, _("The message is sent."))
    return redirect("cms_withdrawal", row.pk)


def _page(
    request: HttpRequest,
    row: Withdrawal,
    *,
    found_form: FoundForm | None = None,
    answer_form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found_form = found_form or FoundForm()
    meant = _meant(found_form) if found_form.is_bound else None
    result = finding(meant, now=row.declared_at) if meant else None
    steps = list(row.steps.select_related("actor", "appointment", "subscription"))
    context: dict[str, Any] = {
        "row": row,
        "words": row.words,
        "found_form": found_form,
        "answer_form": answer_form or AnswerForm(),
        "meant": meant,
        "meant_session": meant if isinstance(meant, Appointment) else None,
        "lines": consequence(result, meant, done=False) if result else [],
        "steps": steps,
        "waits": row.standing == Standing.UNKNOWN and all(step.what != WithdrawalStep.What.FOUND for step in steps),
    }
    return render(request, "booking/cms/withdrawal.html", context, status=status)


def _meant(form: FoundForm) -> Appointment | ServiceSubscription | None:
    """The contract of the reference; the form says so when there is none."""
    if not form.is_valid():
        return None
    reference = form.cleaned_data["reference"]
    session = Appointment.objects.booked().for_pages().filter(reference=reference).first()
    services = ServiceSubscription.objects.filter(reference=reference, begun_at__isnull=False)
    found = session or services.select_related("version", "subscriber__practitioner").first()
    if found is None:
        form.add_error("reference", _("No appointment and no subscription has this reference."))
    return found


def _row(pk: int) -> Withdrawal:
    rows = Withdrawal.objects.select_related("words", "appointment__practitioner").filter(words__isnull=False)
    return get_object_or_404(rows, pk=pk)


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
