"""`/contact/`: writing to the site without an account; `/compte/assistance/`: a conversation with it, signed in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import DomainError
from common.pace import too_many
from legal.consents.proofs import Kind as DocumentKind
from legal.consents.proofs import in_force
from legal.exchanges import conversations
from legal.exchanges.forms import ContactForm, HelpForm, ReplyForm
from legal.models import Exchange, ExchangeMessage

HOURLY = 5  # messages from one connection; more is a flood


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    user = request.user
    known = {"name": user.get_full_name(), "email": user.email} if user.is_authenticated else {}
    form = ContactForm(request.POST if request.method == "POST" else None, initial={**known, **ContactForm.shown_now()})
    status = 200 if not form.is_bound else _send(request, form)
    if status == 303:
        return redirect("contact_received")
    context = {"form": form, "policy": in_force(DocumentKind.PRIVACY, clock.now())}
    return render(request, "legal/contact.html", context, status=status)


def _send(request: HttpRequest, form: ContactForm) -> int:
    """The status of the answer: 303 when it was sent; otherwise the form says what is wrong, with all that was typed."""
    if not form.is_valid():
        return 422
    data = form.cleaned_data
    if form.is_trapped:
        request.session["contact_received"] = ""
        return 303
    if form.is_too_fast:
        # A page kept open since yesterday too: the stamp is made anew, and one more press sends it.
        form.data = request.POST.dict() | ContactForm.shown_now()
        form.add_error(
            None, _("We could not tell your message from a program's. Read it again, then send it once more.")
        )
        return 422
    if too_many(request, "contacts", most=HOURLY):
        form.add_error(None, _("Too many messages were sent from your connection. Try again in an hour."))
        return 429
    words = {name: data[name] for name in ("email", "name", "category", "subject", "text")}
    exchange = conversations.write_to_us(now=clock.now(), **words)
    request.session["contact_received"] = exchange.reference
    return 303


@login_not_required
@never_cache
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """Only for the browser that sent it."""
    if "contact_received" not in request.session:
        raise Http404
    return render(request, "legal/contact_received.html", {"reference": request.session["contact_received"]})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assistance(request: HttpRequest) -> HttpResponse:
    """One's conversations, and the form of a new one."""
    form = HelpForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                exchange = conversations.ask_for_help(user=request.user, now=clock.now(), **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, str(error.message))
                status = error.status
            else:
                messages.success(request, _("Your message is sent. The answer comes here and by e-mail."))
                return redirect("help_one", reference=exchange.reference)
    mine = Exchange.objects.filter(kind=Exchange.Kind.SUPPORT, user=request.user).order_by("-received_at")
    return render(request, "legal/help.html", {"form": form, "exchanges": mine[:50]}, status=status)


def _own(request: HttpRequest, reference: str) -> Exchange:
    return get_object_or_404(Exchange, reference=reference, kind=Exchange.Kind.SUPPORT, user=request.user)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, reference: str) -> HttpResponse:
    exchange = _own(request, reference)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                conversations.add(exchange=exchange, user=request.user, text=form.cleaned_data["text"], now=clock.now())
            except DomainError as error:
                form.add_error(None, str(error.message))
                status = error.status
            else:
                return redirect("help_one", reference=reference)
    context: dict[str, Any] = {
        "exchange": exchange,
        "form": form,
        "lines": exchange.messages.exclude(by=ExchangeMessage.By.NOTE),
    }
    return render(request, "legal/help_one.html", context, status=status)


@never_cache
@require_POST
def resolved(request: HttpRequest, reference: str) -> HttpResponse:
    try:
        conversations.close(exchange=_own(request, reference), now=clock.now())
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Resolved: this conversation is erased tonight."))
    return redirect("help")
