"""A client's reminders: chosen in the account, stopped from a mail; the short address of an SMS."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from booking import access, short_links
from booking.forms.notifications import RemindersForm
from booking.models import Appointment
from booking.models.appointment import UPCOMING
from booking.notifications import preferences, stops
from common import clock


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """`/compte/notifications/`."""
    user = request.user
    assert isinstance(user, User)
    if request.method == "POST":
        form = RemindersForm(request.POST)
        form.is_valid()  # boxes only: anything may be sent, and each is ticked or not
        preferences.choose(user=user, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Your choice is saved."))
        return redirect("my_notifications")
    chosen = preferences.of_user(user.pk)
    initial = {"email_48h": chosen.email_48h, "email_2h": chosen.email_2h, "sms": _gets_sms(user, chosen.sms)}
    return render(request, "booking/notifications.html", {"form": RemindersForm(initial=initial)})


def _gets_sms(user: User, chosen: bool | None) -> bool:
    """What is ticked is what would happen: without a choice, what was asked for at the bookings to come."""
    if chosen is not None:
        return chosen
    return Appointment.objects.filter(client=user, status__in=UPCOMING, sms_reminder=True).exists()


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, reference: str, kind: str, token: str) -> HttpResponse:
    """One press. Mail programs post here themselves (RFC 8058), without a cookie: the token alone is what opens."""
    found = stops.kind_of(reference, kind, token)
    appointment = Appointment.objects.booked().filter(reference=reference[:12]).first() if found else None
    if found is None or appointment is None:
        raise Http404
    if request.method == "POST":
        preferences.stop(appointment=appointment, kind=found, now=clock.now())
        return render(request, "booking/reminders_stopped.html", {"kind": found})
    return render(request, "booking/reminders_stop.html", {"kind": found})


@login_not_required
@never_cache
@require_safe
def short(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    """From an SMS to « je ne peux plus venir »."""
    appointment = Appointment.objects.booked().filter(reference=reference[:12]).first()
    if appointment is None or not short_links.opens(reference, token):
        raise Http404
    return redirect(access.cannot_come_url(appointment))
