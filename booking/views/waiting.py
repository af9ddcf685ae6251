"""The waiting list, for who waits: registering, the page of one's registration, an offered time to take or to leave."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from booking import access, calendar_grid, waiting_links
from booking.actions import waiting, waiting_offers
from booking.errors import NotBookable, OfferElsewhere, OfferGone
from booking.forms.waiting import WaitingForm
from booking.models import Status, WaitingEntry, WaitingOffer
from booking.policies.follow_up import came_before
from booking.policies.offer import bookable_services
from booking.views import pages
from booking.waiting_words import order_rule, wishes_in_words
from common import clock
from practitioners.models import Practitioner, Service


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    practitioner = Practitioner.objects.listed().filter(slug=slug[:120]).first()
    service = _service(practitioner, request.GET.get("service", ""))
    if practitioner is None or service is None:
        return pages.refused(request, NotBookable(), practitioner=practitioner)
    user = request.user if request.user.is_authenticated else None
    today = clock.today(ZoneInfo(calendar_grid.zone_of(practitioner)))
    if service.follow_up and (user is None or not came_before(practitioner, user, now=clock.now())):
        text = _(
            "This session is for clients who already came. Sign in with the account you booked with to wait for it."
        )
        return pages.refused(request, NotBookable(text), practitioner=practitioner, status=403)
    form = WaitingForm(request.POST or None, today=today, known_email=user.email if user else "", initial=_known(user))
    if request.method == "GET" or not form.is_valid():
        context = {"practitioner": practitioner, "service": service, "form": form, "rule": order_rule()}
        return render(request, "booking/waiting/register.html", context, status=422 if form.is_bound else 200)
    try:
        entry = waiting.register(
            practitioner=practitioner,
            service=service,
            person=form.person(),
            wishes=form.wishes(),
            user=user,
            now=clock.now(),
        )
    except NotBookable as error:
        return pages.refused(request, error, practitioner=practitioner)
    if user:
        messages.success(request, _("You are on the list."))
        return redirect(waiting_links.entry_path(entry))
    # The same page whether the address was known or not.
    context = {"practitioner": practitioner, "service": service, "email": form.cleaned_data["email"]}
    return render(request, "booking/waiting/sent.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, token: str) -> HttpResponse:
    """One's registration, by the link of the mail; a press confirms the address (mail programs open links by themselves)."""
    found = waiting_links.entry_of(token)
    if found is None:
        return _over(request)
    if request.method == "POST":
        found = waiting.confirm(entry_id=found.pk, now=clock.now())
        if found.state == WaitingEntry.State.WAITING:
            messages.success(request, _("You are on the list."))
        return redirect("booking:waiting_entry", token)
    offer = found.offers.filter(state__in=WaitingOffer.GOING_ON).select_related("appointment").first()
    context = _words(found) | {
        "token": token,
        "offer": offer,
        "offer_url": waiting_links.offer_path(offer) if offer else "",
        "waits": found.state in WaitingEntry.LIVE,
        "times_url": pages.times_url(found.practitioner, found.service),
    }
    return render(request, "booking/waiting/entry.html", context)


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """One press. Mail programs post here themselves (RFC 8058), without a cookie: the token alone is what opens."""
    found = waiting_links.entry_of(token)
    if found is None:
        return _over(request)
    if request.method == "POST":
        found = waiting.leave(entry_id=found.pk, now=clock.now())
    context = _words(found) | {"token": token, "waits": found.state in WaitingEntry.LIVE}
    return render(request, "booking/waiting/leave.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """A time kept for this person: taking it leads into the booking like any chosen time; leaving it gives it to the next."""
    found = waiting_links.offer_of(token)
    if found is None:
        return _over(request)
    now = clock.now()
    if request.method == "GET":
        return _offer_page(request, found, token)
    try:
        if request.POST.get("reponse") == "non":
            waiting_offers.decline(offer_id=found.pk, now=now)
            return redirect("booking:waiting_offer", token)
        appointment = waiting_offers.accept(
            offer_id=found.pk,
            holder_key=access.ensure_holder_key(request),
            now=now,
            take_over=request.POST.get("reponse") == "ici",
        )
    except OfferElsewhere as error:
        return _offer_page(request, found, token, elsewhere=True, notice=str(error.message), status=409)
    except OfferGone as error:
        return _offer_page(request, found, token, notice=str(error.message), status=409)
    return redirect("booking:details", appointment.reference)


def _offer_page(
    request: HttpRequest,
    found: WaitingOffer,
    token: str,
    *,
    elsewhere: bool = False,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    found.refresh_from_db()
    appointment = found.appointment
    appointment.refresh_from_db()
    is_open = found.state == WaitingOffer.State.OPEN and found.expires_at > now and appointment.status == Status.HELD
    goes_on = found.state == WaitingOffer.State.ACCEPTED and appointment.status == Status.HELD
    context = _words(found.entry) | {
        "offer": found,
        "appointment": appointment,
        "zone": appointment.timezone,
        "token": token,
        "is_open": is_open,
        "goes_on": goes_on,
        "mine": goes_on and access.is_holder(request, appointment),
        "elsewhere": elsewhere,
        "notice": notice,
        "price_cents": appointment.price_cents,
        "leave_url": waiting_links.entry_path(found.entry, "waiting_leave"),
        "entry_url": waiting_links.entry_path(found.entry),
        "times_url": pages.times_url(found.entry.practitioner, found.entry.service),
    }
    return render(request, "booking/waiting/offer.html", context, status=status)


def _words(found: WaitingEntry) -> dict[str, Any]:
    return {
        "entry": found,
        "practitioner": found.practitioner,
        "service": found.service,
        "wishes": wishes_in_words(found),
        "rule": order_rule(),
    }


def _known(user: User | None) -> dict[str, Any]:
    if user is None:
        return {}
    return {"first_name": user.first_name, "last_name": user.last_name, "phone": user.phone}


def _service(practitioner: Practitioner | None, number: str) -> Service | None:
    if practitioner is None or not (number.isascii() and number.isdigit()) or len(number) > 18:
        return None
    return bookable_services().filter(practitioner=practitioner, pk=int(number)).first()


def _over(request: HttpRequest) -> HttpResponse:
    text = _("This link no longer works: the registration ended, and what was kept of it was erased.")
    return pages.refused(request, NotBookable(text), status=410)
