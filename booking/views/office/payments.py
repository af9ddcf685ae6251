"""Whether cards can be taken, and what Stripe still asks."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from booking import account_words, fees
from booking.actions import accounts
from booking.fees import Rate
from booking.models import FeeRate, StripeAccount
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common import clock
from common.money import format_euros
from practitioners.models import Practitioner, Service
from practitioners.views.office import for_practitioner

log = structlog.get_logger(__name__)


@require_GET
@for_practitioner
def status(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """Coming back from Stripe proves nothing: the state is read anew."""
    account = StripeAccount.objects.filter(practitioner=practitioner).first()
    if account and "retour" in request.GET:
        try:
            account = accounts.refresh(account_pk=account.pk, now=clock.now())
        except (StripeUnreachable, StripeRefused) as error:
            log.warning("account_not_read", account=account.pk, error=str(error))
    return _page(request, practitioner, account)


@require_POST
@for_practitioner
def start(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    try:
        return redirect(accounts.start_onboarding(practitioner=practitioner, now=clock.now()))
    except (StripeUnreachable, StripeRefused) as error:
        account = StripeAccount.objects.filter(practitioner=practitioner).first()
        return _page(request, practitioner, account, error=str(error.message), code=503)


def _page(
    request: HttpRequest, practitioner: Practitioner, account: StripeAccount | None, *, error: str = "", code: int = 200
) -> HttpResponse:
    now = clock.now()
    rate = fees.rate_at(now)
    coming = FeeRate.objects.filter(valid_from__gt=now).order_by("valid_from").first()
    asked = account_words.missing(account.requirements) if account else []
    paid_online = practitioner.services.filter(archived_at=None, bookable=True).exclude(payment=Service.Payment.NONE)
    context = {
        "to_give": [item for item in asked if not item.theirs],
        "being_checked": [item for item in asked if item.theirs],
        "not_offered": [] if account and account.is_active else list(paid_online),
        "coming_rate": coming,
        "coming_words": _in_words(Rate(coming.basis_points, coming.fixed_cents)) if coming else "",
        "fee_each": rate.each_payment,
        "practitioner": practitioner,
        "account": account,
        "error": error,
        "fee_percent": f"{rate.basis_points / 100:g}".replace(".", ","),
        "fee_fixed": rate.fixed_cents,
        "example_price": 6000,
        "example_fee": fees.service_fee(6000, rate),
    }
    return render(request, "booking/office/payments.html", context, status=code)


def _in_words(rate: Rate) -> str:
    percent = f"{rate.basis_points / 100:g}".replace(".", ",")
    return f"{percent}\u00a0% + {format_euros(rate.fixed_cents)}"
