"""`/espace-praticien/services-optionnels/`: what may be subscribed to, with its price and terms before anything else."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from booking.actions import subscriptions
from booking.errors import AlreadySubscribed, ServiceChanged
from booking.forms.paid_services import SubscribeForm, button_words, price_words
from booking.models import PaidService, ServiceSubscription
from booking.withdrawal_terms import period_end
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

State = ServiceSubscription.State


@require_safe
@for_practitioner
def catalogue(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    now = clock.now()
    mine = ServiceSubscription.objects.filter(subscriber__practitioner=practitioner)
    rows = list(mine.exclude(state=State.ABANDONED).select_related("service", "version").order_by("-pk")[:50])
    running = [row for row in rows if row.is_running]
    taken = {row.service_id for row in running}
    offered = [
        (service, version, price_words(version))
        for service in PaidService.objects.filter(is_offered=True).exclude(pk__in=taken)[:30]
        if (version := subscriptions.version_of(service, now=now))
    ]
    context = {
        "practitioner": practitioner,
        "running": [(row, price_words(row.version)) for row in running],
        "offered": offered,
        "over": [row for row in rows if row.state == State.ENDED],
    }
    return render(request, "booking/office/paid_services.html", context)


@require_http_methods(["GET", "POST"])
@for_practitioner
def service(request: HttpRequest, practitioner: Practitioner, slug: str) -> HttpResponse:
    """What it is, then the recap and the explicit agreement. POST goes to Stripe's page."""
    now = clock.now()
    found = PaidService.objects.filter(slug=slug[:60]).first()
    version = subscriptions.version_of(found, now=now) if found else None
    if found is None or version is None:
        raise Http404
    mine = subscriptions.living(practitioner, found)
    if mine and mine.is_running:
        return redirect("office:subscription", mine.reference)
    if not found.is_offered:
        raise Http404
    form = SubscribeForm(request.POST or None, version=version)
    error: DomainError | None = None
    if request.method == "POST":
        valid = form.is_valid()
        if form.is_of_another_version():
            error = ServiceChanged()
            form = SubscribeForm(version=version)
        elif valid:
            try:
                row = subscriptions.agree(
                    practitioner=practitioner,
                    version=version,
                    by=practitioner.user,
                    agreement=form.agreement(),
                    starts_at_once=form.cleaned_data["at_once"],
                    now=now,
                )
                return redirect(subscriptions.page_of(subscription_id=row.pk, now=now))
            except AlreadySubscribed:
                return redirect("office:subscription", _running(practitioner, found).reference)
            except DomainError as refusal:
                error = refusal
    return _page(request, practitioner, found, form, error)


def _running(practitioner: Practitioner, found: PaidService) -> ServiceSubscription:
    row = subscriptions.living(practitioner, found)
    if row is None:
        raise Http404
    return row


def _page(
    request: HttpRequest,
    practitioner: Practitioner,
    found: PaidService,
    form: SubscribeForm,
    error: DomainError | None,
) -> HttpResponse:
    now, version = clock.now(), form.shown
    coming = subscriptions.coming_version(found, now=now)
    context = {
        "practitioner": practitioner,
        "service": found,
        "version": version,
        "price": price_words(version),
        "button": button_words(version),
        "until": period_end(now) - dt.timedelta(seconds=1),
        "coming": coming,
        "coming_price": price_words(coming) if coming else "",
        "came_back": "retour" in request.GET,
        "form": form,
        "error": str(error.message) if error else "",
    }
    status = error.status if error else 422 if form.is_bound else 200
    return render(request, "booking/office/paid_service.html", context, status=status)
