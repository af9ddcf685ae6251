"""The private feed's address, and what a practitioner answers when their own calendar moved or lost one of our events."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.actions import calendars as actions
from booking.forms.calendars import FeedForm
from booking.models import PublishedEvent
from common import clock
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner


@require_POST
@for_practitioner
def new_feed(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    live = practitioner.calendar_feeds.filter(revoked_at=None).first()
    form = FeedForm.of(live, request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how clients appear."))
        return redirect("office:calendars")
    if "save" in request.POST and live is not None:
        actions.name_clients(feed=live, names=form.cleaned_data["names"])
        messages.success(request, _("Saved. Calendars that subscribe will see it when they read next."))
        return redirect("office:calendars")
    actions.new_feed(practitioner=practitioner, names=form.cleaned_data["names"], now=clock.now())
    if live is not None:
        messages.success(request, _("Here is the new address. The old one no longer answers."))
    else:
        messages.success(request, _("Here is your address. Keep it to yourself: it opens your appointments."))
    return redirect("office:calendars")


@require_POST
@for_practitioner
def stop_feed(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    actions.stop_feed(practitioner=practitioner, now=clock.now())
    messages.success(request, _("The address no longer answers."))
    return redirect("office:calendars")


@require_POST
@for_practitioner
def answer(request: HttpRequest, practitioner: Practitioner, pk: int, what: str) -> HttpResponse:
    event = get_object_or_404(PublishedEvent, pk=pk, connection__practitioner=practitioner)
    if what == "remettre":
        actions.put_back(event=event, now=clock.now())
        messages.success(request, _("The event is written again at the time of the appointment."))
    elif what == "lu":
        actions.note_read(event=event, now=clock.now())
    else:
        raise Http404
    return redirect("office:calendars")
