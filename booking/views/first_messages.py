"""`/rendez-vous/avec/<slug>/ecrire/`: writing to a practitioner without knowing an address, and the press that sends it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import client_access
from booking.actions import first_messages
from booking.errors import MessageGone, NotBookable
from booking.forms.first_message import FirstMessageForm
from booking.models import ClientMessage
from booking.views import pages
from common import clock
from common.errors import DomainError
from common.pace import too_many
from common.signals import page_used
from practitioners.models import Practitioner

# From one connection in an hour.
HOURLY = 10


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str) -> HttpResponse:
    practitioner = Practitioner.objects.listed().filter(slug=slug[:120]).first()
    if practitioner is None:
        return pages.refused(request, NotBookable(_("This practitioner no longer receives messages here.")))
    known = client_access.has_proved_address(request.user)
    data = request.POST if request.method == "POST" else None
    form = FirstMessageForm(data, known=known, initial=FirstMessageForm.shown_now() | _names(request))
    if form.is_bound and form.is_valid():
        answer = _sent(request, practitioner, form)
        if answer is not None:
            return answer
    status = 200 if not form.is_bound else 429 if getattr(form, "floods", False) else 422
    context = {
        "practitioner": practitioner,
        "form": form,
        "known": known,
        "profile_url": pages.profile_url(practitioner),
    }
    return render(request, "booking/first_message.html", context, status=status)


def _sent(request: HttpRequest, practitioner: Practitioner, form: FirstMessageForm) -> HttpResponse | None:
    """The answer when it was sent; otherwise the form says what is wrong, with all that was typed."""
    data = {name: form.cleaned_data[name] for name in form.fields if name not in {"site_web", "shown"}}
    asked = {
        "practitioner": practitioner,
        "email": data.get("email", ""),
        "profile_url": pages.profile_url(practitioner),
    }
    if form.is_trapped:
        return render(request, "booking/first_message_asked.html", asked)
    if form.is_too_fast:
        form.data = request.POST.dict() | FirstMessageForm.shown_now()  # type: ignore[assignment]
        text = _("We could not tell your message from a program's. Read it again, then send it once more.")
        form.add_error(None, text)
        return None
    if too_many(request, "first-messages", most=HOURLY):
        form.floods = True  # type: ignore[attr-defined]
        form.add_error(None, _("Too many messages were sent from your connection. Try again in an hour."))
        return None
    try:
        if client_access.has_proved_address(request.user):
            message = first_messages.write(practitioner=practitioner, user=request.user, now=clock.now(), **data)
            return _arrived(request, practitioner, message)
        first_messages.ask(practitioner=practitioner, now=clock.now(), **data)
    except DomainError as error:
        form.floods = error.status == 429  # type: ignore[attr-defined]
        form.add_error(None, str(error.message))
        return None
    return render(request, "booking/first_message_asked.html", asked)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Mail programs open links by themselves: a press sends."""
    found = first_messages.of_token(token, now=clock.now())
    if found is None:
        return pages.refused(request, MessageGone())
    if request.method != "POST":
        return render(
            request, "booking/first_message_confirm.html", {"sent": found, "practitioner": found.practitioner}
        )
    try:
        message = first_messages.confirm(message_id=found.pk, now=clock.now())
    except DomainError as error:
        return pages.refused(request, error, practitioner=found.practitioner)
    # Who pressed reads the address: the thread is theirs to read in this browser.
    client_access.open_thread(request, message.thread, client_access.thread_token(message.thread))
    return _arrived(request, found.practitioner, message)


def _arrived(request: HttpRequest, practitioner: Practitioner, message: ClientMessage) -> HttpResponse:
    page_used.send(sender=Practitioner, practitioner_id=practitioner.pk, what="message", request=request)
    text = _("Your message is sent. The answer comes here, and a mail tells you of it.")
    messages.success(request, text)
    return redirect("booking:thread", message.thread.key)


def _names(request: HttpRequest) -> dict[str, str]:
    user = request.user
    if not user.is_authenticated:
        return {}
    return {"first_name": user.first_name, "last_name": user.last_name, "email": user.email}
