"""`/espace-praticien/abonnements/…`: how a subscription stands, cancelling it in as many clicks as it took, withdrawing from it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.actions import accounts_by_mail, subscription_ends, subscription_mails, subscriptions, withdrawals
from booking.errors import WithdrawalOver
from booking.forms.paid_services import AddressForm, price_words
from booking.models import PaidService, ServiceSubscription
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.subscription_terms import serves_from
from common import clock
from common.errors import DomainError
from common.wording import long_date
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner


def _found(practitioner: Practitioner, reference: str) -> ServiceSubscription:
    """One's own; somebody else's is not found."""
    rows = ServiceSubscription.objects.filter(subscriber__practitioner=practitioner, reference=reference[:10])
    row = rows.select_related("service", "version", "subscriber__practitioner").first()
    if row is None or row.state == ServiceSubscription.State.ABANDONED:
        raise Http404
    return row


@require_safe
@for_practitioner
def show(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    row = _found(practitioner, reference)
    if "retour" in request.GET:
        # Coming back proves nothing: Stripe is asked.
        try:
            row = subscriptions.refresh(subscription_id=row.pk, now=clock.now())
        except (StripeUnreachable, StripeRefused):
            messages.warning(request, _("Stripe does not answer at the moment: this page follows by itself."))
    if row.begun_at is None:
        if row.state == ServiceSubscription.State.ABANDONED:
            return redirect("office:paid_service", row.service.slug)
        return render(request, "booking/office/subscription_waits.html", _facts(row))
    return _page(request, row)


def _facts(row: ServiceSubscription) -> dict[str, object]:
    return {"practitioner": row.practitioner, "row": row, "version": row.version, "price": price_words(row.version)}


def _page(
    request: HttpRequest, row: ServiceSubscription, form: AddressForm | None = None, error: DomainError | None = None
) -> HttpResponse:
    now = clock.now()
    sends = row.service.delivered_by == PaidService.DeliveredBy.ACCOUNTING
    context = {
        **_facts(row),
        "payments": row.payments.select_related("invoice").prefetch_related("refunds__credit_note")[:60],
        "withdrawal": subscription_ends.finding(row, now=now),
        "serves_from": serves_from(row),
        "waits_to_serve": bool((begins := serves_from(row)) and begins > now),
        "coming": subscriptions.coming_version(row.service, now=now),
        "sends": sends and row.is_running,
        "sent": row.accounts_sent.all()[:12] if sends else [],
        "form": form or AddressForm(initial={"address": row.send_to or row.practitioner.user.email}),
        "error": str(error.message) if error else "",
    }
    status = error.status if error else 422 if form else 200
    return render(request, "booking/office/subscription.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_practitioner
def cancel(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    row, now = _found(practitioner, reference), clock.now()
    if request.method == "GET":
        if not row.is_running or row.ends_with_period:
            return redirect("office:subscription", row.reference)
        return render(request, "booking/office/subscription_cancel.html", _facts(row))
    try:
        row = subscription_ends.cancel(subscription_id=row.pk, now=now)
    except DomainError as error:
        return _page(request, row, error=error)
    if row.is_behind:
        subscription_ends.try_to_tell(subscription_id=row.pk, now=now)
        messages.success(request, _("Cancelled: nothing more will be asked of you."))
    else:
        day = long_date(row.period_end, weekday=False) if row.period_end else ""
        messages.success(
            request, _("Cancelled: the service ends on %(day)s, nothing more will be charged.") % {"day": day}
        )
    return redirect("office:subscription", row.reference)


@require_POST
@for_practitioner
def keep(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    row = _found(practitioner, reference)
    try:
        subscription_ends.keep(subscription_id=row.pk, now=clock.now())
    except DomainError as error:
        return _page(request, row, error=error)
    messages.success(request, _("Your subscription goes on."))
    return redirect("office:subscription", row.reference)


@require_http_methods(["GET", "POST"])
@for_practitioner
def withdraw(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    """What it brings about in euros, then the confirmation; an amount that changed meanwhile is shown again."""
    row, now = _found(practitioner, reference), clock.now()
    found = subscription_ends.finding(row, now=now)
    if found is None or not found.is_open:
        if request.method == "POST":
            messages.error(request, WithdrawalOver.message)
        return redirect("office:subscription", row.reference)
    error: DomainError | None = None
    if request.method == "POST":
        typed = request.POST.get("montant", "")
        shown = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
        try:
            withdrawals.declare(
                # One withdraws once from a subscription: pressing twice is one declaration.
                key=uuid.uuid5(uuid.NAMESPACE_URL, subscription_mails.address(row)),
                said=withdrawals.Declaration(practitioner.full_name, practitioner.user.email, row.reference),
                subscription_id=row.pk,
                is_own=True,
                announced_cents=shown,
                actor=practitioner.user,
                now=now,
            )
        except DomainError as refusal:
            error = refusal
        else:
            subscription_ends.try_to_tell(subscription_id=row.pk, now=clock.now())
            messages.success(request, _("Your withdrawal is recorded. A dated receipt is on its way to your address."))
            return redirect("office:subscription", row.reference)
    context = {**_facts(row), "found": found, "error": str(error.message) if error else ""}
    return render(request, "booking/office/subscription_withdraw.html", context, status=error.status if error else 200)


@require_POST
@for_practitioner
def accountant(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    row, form = _found(practitioner, reference), AddressForm(request.POST)
    if row.begun_at is None or row.service.delivered_by != PaidService.DeliveredBy.ACCOUNTING:
        raise Http404
    if not form.is_valid():
        return _page(request, row, form)
    try:
        accounts_by_mail.change_address(subscription_id=row.pk, address=form.cleaned_data["address"])
    except DomainError as error:
        return _page(request, row, error=error)
    messages.success(request, _("The accounts now go to %(address)s.") % {"address": form.cleaned_data["address"]})
    return redirect("office:subscription", row.reference)
