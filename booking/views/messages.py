"""The thread with a practitioner, for its client: by the link of a mail, or signed in."""

import uuid

from django.contrib import messages as notices
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from booking import access, client_access
from booking.actions import client_messages
from booking.errors import NotBookable
from booking.forms.clients import WordsForm
from booking.models import Appointment, ClientMessage, ClientRecord, ClientThread
from booking.views import pages
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner


@login_not_required
@never_cache
@require_GET
def open_link(request: HttpRequest, key: uuid.UUID, token: str) -> HttpResponse:
    thread = _thread(key)
    if thread is None or not client_access.open_thread(request, thread, token):
        return _unknown(request)
    return redirect("booking:thread", thread.key)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    found = _thread(key)
    if found is None or not client_access.may_read(request, found):
        return _unknown(request)
    answer = _page(request, found.record, found, str(reverse("booking:thread", args=[found.key])))
    return answer


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def of_appointment(request: HttpRequest, reference: str) -> HttpResponse:
    """From an appointment: its client for certain may write first, or goes on with the thread."""
    appointment = Appointment.objects.for_pages().booked().filter(reference=reference[:12]).first()
    if appointment is None or not access.may_open(request, appointment):
        return _unknown(request)
    record = appointment.record
    if not client_access.is_proved(request, appointment) or record is None:
        context = {"appointment": appointment, "practitioner": appointment.practitioner}
        return render(request, "booking/messages_closed.html", context, status=403)
    found = ClientThread.objects.filter(record=record).first()
    return _page(request, record, found, str(reverse("booking:messages", args=[reference])))


def _page(request: HttpRequest, record: ClientRecord, thread: ClientThread | None, address: str) -> HttpResponse:
    form = WordsForm(_sent(request), label=_("Your message"))
    error: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            client_messages.write(
                record_id=record.pk,
                by=ClientMessage.By.CLIENT,
                author=request.user if request.user.is_authenticated else None,
                text=form.cleaned_data["text"],
                now=clock.now(),
            )
        except DomainError as refused:
            error = refused
        else:
            notices.success(request, _("Your message is sent."))
            return redirect(address)
    shown = list(thread.messages.order_by("-sent_at", "-pk")[:100])[::-1] if thread else []
    if thread:
        client_messages.read(thread=thread, reader=ClientMessage.By.CLIENT, now=clock.now())
    practitioner: Practitioner = record.practitioner
    context = {
        "practitioner": practitioner,
        "profile_url": pages.profile_url(practitioner),
        "messages_of_thread": shown,
        "form": form,
        "error": str(error.message) if error else "",
    }
    status = error.status if error else 422 if form.is_bound else 200
    return render(request, "booking/messages.html", context, status=status)


def _thread(key: uuid.UUID) -> ClientThread | None:
    return ClientThread.objects.select_related("record__practitioner", "record__user").filter(key=key).first()


def _unknown(request: HttpRequest) -> HttpResponse:
    text = _("This address does not open this exchange. Use the link of the last mail, or sign in.")
    return pages.refused(request, NotBookable(text))


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, an empty form too."""
    return request.POST if request.method == "POST" else None
