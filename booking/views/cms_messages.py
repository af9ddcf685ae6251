"""The operator's desk of messages: each with its standard text or the operator's words, seen before they are saved."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from booking.actions import wordings
from booking.forms.wording import OnAppointmentForm, WordingForm
from booking.models import MessageWording
from booking.notifications.example import facts_like, facts_of_nobody
from booking.notifications.facts import freeze
from booking.notifications.kinds import KINDS, Kind
from booking.notifications.rendering import say
from booking.notifications.wording import Words, placeholders, worded
from common import clock
from common.access import kinds
from common.access.doors import asks_by_itself
from common.access.records import record_for
from legal.views.doors import only
from practitioners.policies.files import may_operate

APPOINTMENT = kinds.kind("appointment-preview", gettext_lazy("Appointment, to see a message"))
# A mail is shown as foreign content: no script, nothing loaded.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"


@only(may_operate)
@never_cache
@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    latest = {(row.kind, row.reader): row for row in MessageWording.objects.order_by("number")}
    rows = [
        {"kind": kind, "reader": reader, "words": latest.get((kind.name, reader))}
        for kind in KINDS.values()
        if kind.has_words
        for reader in kind.readers
    ]
    return render(request, "booking/cms/messages.html", {"rows": rows})


@only(may_operate)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kind: str, reader: str) -> HttpResponse:
    row = _kind(kind, reader)
    if request.method == "POST":
        form = WordingForm({} if "standard" in request.POST else request.POST, kind=row)
        if form.is_valid():
            assert isinstance(request.user, User)
            changed = wordings.save(kind=row, reader=reader, words=form.words(), author=request.user, now=clock.now())
            messages.success(request, _("Saved: messages say this from now on.") if changed else _("Nothing changed."))
            return redirect("cms_message", kind, reader)
    else:
        form = WordingForm(initial=_initial(request, row, reader).__dict__, kind=row)
    return _page(request, row, reader, form)


def _initial(request: HttpRequest, kind: Kind, reader: str) -> Words:
    """The words in force, or those of an earlier version that is to be taken up again."""
    asked = request.GET.get("version", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 8:
        row = MessageWording.objects.filter(kind=kind.name, reader=reader, number=int(asked)).first()
        if row:
            return Words(row.subject, row.heading, row.opening, row.closing)
    return worded(kind.name, reader)


def _page(request: HttpRequest, kind: Kind, reader: str, form: WordingForm) -> HttpResponse:
    context = {
        "kind": kind,
        "reader": reader,
        "form": form,
        "on": OnAppointmentForm(),
        "placeholders": [(f"{{{name}}}", meaning) for name, meaning in placeholders(kind).items()],
        "versions": MessageWording.objects.filter(kind=kind.name, reader=reader).select_related("author")[:50],
    }
    return render(request, "booking/cms/message.html", context, status=422 if form.is_bound else 200)


@only(may_operate)
@never_cache
@xframe_options_sameorigin
@require_http_methods(["GET", "HEAD", "POST"])
@asks_by_itself(APPOINTMENT)
def preview(request: HttpRequest, kind: str, reader: str) -> HttpResponse:
    """Shown in the frame of the page: the words in force, then those typed, on an invented appointment or on a real one."""
    row = _kind(kind, reader)
    if request.method != "POST":
        return _shown(row, reader, facts_of_nobody(), worded(kind, reader), as_text=False)
    form, on = WordingForm(request.POST, kind=row), OnAppointmentForm(request.POST)
    if not (form.is_valid() and on.is_valid()):
        errors = [error for each in (form, on) for found in each.errors.values() for error in found]
        return _framed(render(request, "booking/cms/preview_errors.html", {"errors": errors}, status=422))
    facts = facts_of_nobody()
    if on.appointment is not None and row.of_appointment:
        record_for(
            request,
            kind=APPOINTMENT,
            subject=f"booking.Appointment:{on.appointment.pk}",
            people=[on.appointment.client_id],
            reason=on.cleaned_data["why"],
        )
        facts = facts_like(on.appointment, freeze(on.appointment))
    return _shown(row, reader, facts, form.words(), as_text=request.POST.get("forme") == "texte")


def _shown(kind: Kind, reader: str, facts: dict[str, Any], words: Words, *, as_text: bool) -> HttpResponse:
    said = say(kind, reader, facts, words=words)
    if said.html and not as_text:
        return _framed(HttpResponse(said.html))
    return _framed(HttpResponse(render_to_string("booking/cms/preview_text.html", {"said": said})))


def _framed(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _kind(name: str, reader: str) -> Kind:
    kind = KINDS.get(name)
    if kind is None or not kind.has_words or reader not in kind.readers:
        raise Http404
    return kind
