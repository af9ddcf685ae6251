"""« Agendas liés »: linking calendars elsewhere, how each is doing, and unlinking."""

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from booking.actions import calendars as actions
from booking.calendars import feed, google
from booking.calendars.faults import Fault
from booking.forms.calendars import CalDavForm, ConnectionForm, FeedForm, IcsForm, PasswordForm
from booking.models import Appointment, CalendarConnection, GroupSession, PublishedEvent
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

log = structlog.get_logger(__name__)
State, Kind = CalendarConnection.State, CalendarConnection.Kind
REMEMBERED = "google_calendar"


@require_GET
@for_practitioner
def calendars(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    now = clock.now()
    connections = list(practitioner.calendar_connections.prefetch_related("calendars"))
    live = practitioner.calendar_feeds.filter(revoked_at=None).first()
    notes = PublishedEvent.objects.filter(connection__practitioner=practitioner, note_read_at=None)
    notes = notes.exclude(removed_outside_at=None, suggested_start=None)
    notes = notes.select_related("appointment", "group__service", "connection").order_by("pk")
    context = {
        "practitioner": practitioner,
        "connections": [_line(row, now) for row in connections],
        "notes": [{"event": note, "query": _query(note)} for note in notes if _source(note).ends_at > now],
        "feed": live,
        "feed_address": feed.address_of(live) if live else "",
        "feed_form": FeedForm.of(live),
        "google": google.is_offered(),
        "explain_google": settings.DEBUG and not google.is_offered(),
        "zone": "Europe/Paris",
    }
    return render(request, "booking/office/calendars.html", context)


def _source(note: PublishedEvent) -> Appointment | GroupSession:
    source = note.appointment or note.group
    assert source is not None
    return source


def _query(note: PublishedEvent) -> str:
    """For the page that says what a move would change."""
    if note.suggested_start is None or note.suggested_end is None:
        return ""
    there = note.suggested_start.astimezone(ZoneInfo(_source(note).timezone))
    minutes = int((note.suggested_end - note.suggested_start).total_seconds() // 60)
    return urlencode({"day": f"{there:%Y-%m-%d}", "start": f"{there:%H:%M}", "minutes": minutes})


def _line(row: CalendarConnection, now: Any) -> dict[str, Any]:
    tone = {State.WORKING: "done", State.FAILING: "fix", State.REFUSED: "fix", State.CHOOSING: "todo"}
    reading = bool(row.claimed_until and row.claimed_until > now) or bool(row.next_sync_at and row.next_sync_at <= now)
    return {
        "row": row,
        "tone": tone.get(State(row.state), "doing"),
        "reading": reading and row.state not in {State.LEAVING, State.CHOOSING},
        "written": next((item for item in row.calendars.all() if item.is_written), None),
        "read": [item for item in row.calendars.all() if item.is_read],
        "may_sign_in": row.state == State.REFUSED and row.kind == Kind.CALDAV,
        "consent_again": row.state == State.REFUSED and row.kind == Kind.GOOGLE,
    }


@require_http_methods(["GET", "POST"])
@for_practitioner
def link_ics(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = IcsForm(request.POST or None)

    def link(data: dict[str, Any]) -> HttpResponse:
        actions.link_ics(
            practitioner=practitioner,
            label=data["label"],
            typed=data["address"],
            show_titles=data["show_titles"],
            now=clock.now(),
        )
        messages.success(request, _("The calendar is linked. Its first reading takes a moment."))
        return redirect("office:calendars")

    return _linking(request, practitioner, form, Kind.ICS, link)


@require_http_methods(["GET", "POST"])
@for_practitioner
def link_caldav(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = CalDavForm(request.POST or None)

    def link(data: dict[str, Any]) -> HttpResponse:
        connection = actions.link_caldav(practitioner=practitioner, **data, now=clock.now())
        return redirect("office:calendar", connection.pk)

    return _linking(request, practitioner, form, Kind.CALDAV, link)


def _linking(
    request: HttpRequest,
    practitioner: Practitioner,
    form: Form,
    kind: str,
    link: Callable[[dict[str, Any]], HttpResponse],
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return link(form.cleaned_data)
            except actions.CalendarNotLinked as error:
                field = "password" if error.fault.error == "refused" and "password" in form.fields else "address"
                form.add_error(field, str(error.message))
            except DomainError as error:
                status = error.status
                form.add_error(None, str(error.message))
    context = {"practitioner": practitioner, "form": form, "kind": kind}
    return render(request, "booking/office/calendar_link.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_practitioner
def settings_of(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    connection = _own(practitioner, pk)
    form = ConnectionForm(request.POST or None, connection=connection)
    if request.method == "POST" and form.is_valid():
        actions.choose(connection=connection, **form.chosen(), now=clock.now())
        messages.success(request, _("Saved. The calendar is read again."))
        return redirect("office:calendars")
    context = {"practitioner": practitioner, "connection": connection, "form": form}
    return render(request, "booking/office/calendar.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_practitioner
def sync(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    actions.sync_now(connection=_own(practitioner, pk), now=clock.now())
    messages.success(request, _("The calendar is being read. Reload this page in a moment."))
    return redirect("office:calendars")


@require_http_methods(["GET", "POST"])
@for_practitioner
def sign_in_again(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    connection = get_object_or_404(practitioner.calendar_connections, pk=pk, kind=Kind.CALDAV)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.sign_in_again(connection=connection, password=form.cleaned_data["password"], now=clock.now())
        except actions.CalendarNotLinked as error:
            form.add_error("password", str(error.message))
        else:
            messages.success(request, _("The access works again. The calendar is being read."))
            return redirect("office:calendars")
    context = {"practitioner": practitioner, "connection": connection, "form": form}
    return render(request, "booking/office/calendar_sign_in.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@for_practitioner
def unlink(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    """What happens is said before."""
    connection = _own(practitioner, pk)
    if request.method == "POST":
        actions.unlink(connection=connection, now=clock.now())
        messages.success(request, _("The calendar is unlinked. What was known of it is erased."))
        return redirect("office:calendars")
    context = {
        "practitioner": practitioner,
        "connection": connection,
        "busy": connection.busy.filter(ends_at__gt=clock.now()).count(),
        "written": connection.published.count(),
    }
    return render(request, "booking/office/calendar_unlink.html", context)


@require_GET
@for_practitioner
def begin_google(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """To Google's own page; what proves that the answer is ours waits in the session."""
    if not google.is_offered():
        messages.error(request, _("Google Calendar cannot be linked here: this site has no agreement with Google."))
        return redirect("office:calendars")
    url, remembered = google.begin(_callback())
    request.session[REMEMBERED] = remembered
    return redirect(url)


@require_GET
@for_practitioner
def finish_google(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    remembered = request.session.pop(REMEMBERED, None) or {}
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    if not remembered or not secrets.compare_digest(
        str(remembered["state"]).encode(), state.encode("utf-8", "replace")
    ):
        messages.error(request, _("This answer of Google’s does not belong to a request of yours. Please begin again."))
        return redirect("office:calendars")
    if not code or "error" in request.GET:
        messages.error(request, _("Google Calendar is not linked: you did not agree on Google’s page."))
        return redirect("office:calendars")
    try:
        tokens = google.finish(code, verifier=remembered["verifier"], callback=_callback(), now=clock.now())
        actions.link_google(practitioner=practitioner, tokens=tokens, now=clock.now())
    except Fault as fault:
        log.warning("google_not_linked", error=fault.error, detail=fault.detail)
        messages.error(request, _("Google Calendar could not be linked. Please begin again."))
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Google Calendar is linked. Its first reading takes a moment."))
    return redirect("office:calendars")


def _callback() -> str:
    return settings.BASE_URL + reverse("office:calendar_google_back")


def _own(practitioner: Practitioner, pk: int) -> CalendarConnection:
    return get_object_or_404(practitioner.calendar_connections.exclude(state=State.LEAVING), pk=pk)
