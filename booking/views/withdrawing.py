"""« Renoncer au contrat ici »: who and which contract, what it brings about, « Confirmer la rétractation », the dated receipt.

Open to everybody, signed in or not, and never closed by what is missing: a contract that is not found is declared all the same.
"""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking import access, withdrawal_receipt
from booking.actions import withdrawals
from booking.actions.withdrawal_findings import finding
from booking.consents import WITHDRAWAL_PERIOD
from booking.errors import AmountChanged, NotBookable
from booking.forms.withdrawal import ConfirmedForm, WithdrawalForm, references_in, shown_again
from booking.models import Appointment, ServiceSubscription, Withdrawal
from booking.views import pages
from booking.views.opened import actor_of
from booking.withdrawal_terms import NOT_FOUND, Finding
from common import clock
from common.errors import DomainError

SHOWN = 10
Contract = Appointment | ServiceSubscription
# The period goes on over a week-end and holidays: at most that many days more.
LONGEST_PERIOD = WITHDRAWAL_PERIOD + dt.timedelta(days=7)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _form_page(request, WithdrawalForm(initial=_known(request)))
    form = WithdrawalForm(request.POST)
    if not form.is_valid() or "corriger" in request.POST:
        return _form_page(request, form, status=200 if form.is_valid() else 422)
    return _check_page(request, form.cleaned_data)


@login_not_required
@never_cache
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    form = ConfirmedForm(request.POST)
    if not form.is_valid():
        typed = WithdrawalForm(request.POST)
        if not typed.is_valid():
            return _form_page(request, typed, status=422)
        return _check_page(request, typed.cleaned_data, error=AmountChanged())
    said = form.cleaned_data
    contract, is_own = _contract(request, said["contract"], said["email"])
    try:
        row = withdrawals.declare(
            key=said["key"],
            said=withdrawals.Declaration(said["name"], said["email"], said["contract"]),
            appointment_id=contract.pk if isinstance(contract, Appointment) else None,
            subscription_id=contract.pk if isinstance(contract, ServiceSubscription) else None,
            is_own=is_own,
            announced_cents=said["amount"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except AmountChanged as error:
        return _check_page(request, said, error=error)
    return redirect(withdrawal_receipt.url_of(row) + "?merci=1")


@login_not_required
@never_cache
@require_GET
def receipt(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    row = _row(reference, token)
    if row is None:
        return _unknown(request)
    step = row.steps.filter(what="found").select_related("appointment__practitioner", "subscription").first()
    context = {
        "row": row,
        "facts": withdrawal_receipt.facts(row, row.words),
        "statement": withdrawal_receipt.statement(row.words, row.contract),
        "lines": withdrawal_receipt.consequence(withdrawal_receipt.kept(row), row.contract, done=True),
        "step": step,
        "just_declared": "merci" in request.GET,
        "pdf_url": pages.address("withdrawal:pdf", reference, token),
        "my_subscription": _my_subscription(request, row),
        "may_open": row.appointment is not None and access.may_open(request, row.appointment),
    }
    return render(request, "booking/withdrawal/receipt.html", context)


@login_not_required
@never_cache
@require_GET
def pdf(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    row = _row(reference, token)
    if row is None:
        return _unknown(request)
    content = withdrawal_receipt.pdf(row, row.words, withdrawal_receipt.kept(row))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="retractation-{row.reference.lower()}.pdf"'
    return response


def _my_subscription(request: HttpRequest, row: Withdrawal) -> ServiceSubscription | None:
    """Its page is shown to its subscriber only."""
    own = row.subscription if row.subscription and request.user == row.subscription.practitioner.user else None
    return own


def _row(reference: str, token: str) -> Withdrawal | None:
    if not withdrawal_receipt.opens(reference, token):
        return None
    rows = Withdrawal.objects.select_related(
        "words", "appointment__practitioner", "subscription__subscriber__practitioner__user"
    )
    return rows.filter(reference=reference, words__isnull=False).first()


def _unknown(request: HttpRequest) -> HttpResponse:
    return pages.refused(request, NotBookable(_("This receipt does not exist, or this address does not open it.")))


def _known(request: HttpRequest) -> dict[str, str]:
    """What need not be typed: of the appointment that the page was opened from, else of the account."""
    asked = request.GET.get("contrat", "")[:12]
    found = Appointment.objects.booked().filter(reference=asked).first() if asked.isalnum() else None
    if found and access.may_open(request, found):
        return {"name": found.contact_name, "email": found.contact_email, "contract": found.reference}
    known = {"contract": asked} if asked.isalnum() else {}
    if request.user.is_authenticated:
        known |= {"name": request.user.get_full_name(), "email": request.user.email}
    return known


def _contract(request: HttpRequest, contract: str, email: str) -> tuple[Contract | None, bool]:
    """The contract meant: opened by this visitor (True), or named together with the address it was concluded with."""
    named = references_in(contract)
    rows = Appointment.objects.booked().for_pages().filter(reference__in=named)
    for row in rows:
        if access.may_open(request, row):
            return row, True
        if email in {row.contact_email.lower(), row.client.email.lower() if row.client else ""}:
            return row, False
    for subscription in _subscriptions().filter(reference__in=named):
        practitioner = subscription.practitioner
        if practitioner.user == request.user:
            return subscription, True
        if email in {practitioner.user.email.lower(), practitioner.professional_email.lower()}:
            return subscription, False
    return None, False


def _subscriptions() -> QuerySet[ServiceSubscription]:
    rows = ServiceSubscription.objects.filter(begun_at__isnull=False)
    return rows.select_related("service", "version", "subscriber__practitioner__user")


def _mine(request: HttpRequest, now: dt.datetime) -> list[tuple[Appointment, Finding]]:
    recent = access.seen_by(request).for_pages().filter(booked_at__gt=now - LONGEST_PERIOD).order_by("-booked_at")
    found = [(row, finding(row, now=now)) for row in recent[:SHOWN]]
    return [(row, result) for row, result in found if result.ends_it]


def _my_services(request: HttpRequest, now: dt.datetime) -> list[tuple[ServiceSubscription, Finding]]:
    """The optional services that a practitioner subscribed to lately."""
    if not request.user.is_authenticated:
        return []
    recent = _subscriptions().filter(
        subscriber__practitioner__user=request.user,
        state__in=ServiceSubscription.RUNNING,
        begun_at__gt=now - LONGEST_PERIOD,
    )
    found = [(row, finding(row, now=now)) for row in recent[:SHOWN]]
    return [(row, result) for row, result in found if result.ends_it]


def _form_page(request: HttpRequest, form: WithdrawalForm, *, status: int = 200) -> HttpResponse:
    now = clock.now()
    context = {"form": form, "mine": _mine(request, now), "my_services": _my_services(request, now)}
    return render(request, "booking/withdrawal/form.html", context, status=status)


def _check_page(request: HttpRequest, said: dict[str, Any], *, error: DomainError | None = None) -> HttpResponse:
    """What is declared and what it brings about, in euros; nothing is declared before the button of this page."""
    contract, _is_own = _contract(request, said["contract"], said["email"])
    found = finding(contract, now=clock.now()) if contract else NOT_FOUND
    context = {
        "said": said,
        "appointment": contract if isinstance(contract, Appointment) else None,
        "subscription": contract if isinstance(contract, ServiceSubscription) else None,
        "found": found,
        "lines": withdrawal_receipt.consequence(found, contract, done=False),
        "hidden": ConfirmedForm(initial=shown_again(said, amount=found.refund, key=said.get("key"))),
        "error": str(error.message) if error else "",
    }
    return render(request, "booking/withdrawal/check.html", context, status=error.status if error else 200)
