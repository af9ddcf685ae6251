"""Alerts by e-mail: asking for one, then everything from the links of its mails, and the list of a signed-in client's.

A link only shows: what programs open before the person does must neither confirm nor stop anything.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.clients import owner_of
from common import clock
from common.errors import DomainError
from common.pace import too_many
from search import alerts
from search.actions import alerts as actions
from search.actions.alert_consents import Circumstances
from search.addresses import Address
from search.forms import CONSENT, AlertForm, ExtendForm
from search.models import SearchAlert
from search.presentation.chips import chips
from search.query import Parsed

HOURLY = 10  # from one connection; more is a flood


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of the offer, on a page of its own: to correct what was refused, or from a link (`?query=…`)."""
    query = (request.POST if request.method == "POST" else request.GET).get("query", "").replace("\x00", "")
    parsed = alerts.parse(query)
    user = request.user
    initial = {"query": query, "email": user.email if user.is_authenticated else ""}
    form = AlertForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if form.is_bound:
        status = _ask(request, form, parsed)
        if status == 303:
            return redirect("search_alert_asked")
    context = {
        "form": form,
        "words": _words(parsed) if alerts.can_be_watched(parsed) else [],
        "waits_for_time": alerts.waits_for_time(parsed),
        "search_url": f"/recherche/?{alerts.canonical(parsed)}",
    }
    return render(request, "search/alert_new.html", context, status=status)


def _ask(request: HttpRequest, form: AlertForm, parsed: Parsed) -> int:
    """The status of the answer: 303 when it was asked; otherwise the form says what is wrong."""
    if not form.is_valid():
        return 422
    if too_many(request, "alerts", most=HOURLY):
        form.add_error(None, _("Too many alerts were asked for from your connection. Try again in an hour."))
        return 429
    try:
        actions.ask(
            parsed=parsed,
            label=alerts.label(_words(parsed)),
            email=form.cleaned_data["email"],
            months=form.cleaned_data["months"],
            how=_how(request, str(CONSENT)),
            now=clock.now(),
        )
    except DomainError as error:
        form.add_error(None, str(error.message))
        return error.status
    return 303


@login_not_required
@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same whatever the address: who reads it learns the rest from the mail."""
    return render(request, "search/alert_asked.html", {"days": actions.CONFIRM_WITHIN.days})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, token: str) -> HttpResponse:
    """An alert, for who received its mails: confirm it, prolong it; a link leads to stopping it."""
    alert = SearchAlert.objects.by_token(token)
    if alert is None:
        return _over(request)
    if request.method != "POST":
        return _show(request, alert, token)
    if request.POST.get("action") == "confirm":
        actions.confirm(alert=alert, how=_how(request, _("Confirm the alert")), now=clock.now())
        messages.success(request, _("The alert is active."))
        return redirect("search_alert", token=token)
    form = ExtendForm(request.POST)
    if not alert.confirmed_at or not form.is_valid():
        return _show(request, alert, token, status=422)
    actions.extend(
        alert=alert, months=form.cleaned_data["months"], how=_how(request, _("Prolong the alert")), now=clock.now()
    )
    messages.success(request, _("The alert is prolonged."))
    return redirect("search_alert", token=token)


def _show(request: HttpRequest, alert: SearchAlert, token: str, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"alert": alert, "token": token, "form": ExtendForm()}
    context["ended"] = alert.ends_on < clock.today()
    return render(request, "search/alert.html", context, status=status)


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """One press. Mail programs post here themselves (RFC 8058), without a cookie: the token alone is what opens."""
    alert = SearchAlert.objects.by_token(token)
    if request.method != "POST":
        return render(request, "search/alert_stop.html", {"alert": alert, "token": token}) if alert else _over(request)
    if alert:
        text = "List-Unsubscribe" if "List-Unsubscribe" in request.POST else _("Stop this alert")
        actions.stop(alert=alert, how=_how(request, text), now=clock.now())
    # Pressed twice, or long after: it is stopped all the same.
    return render(request, "search/alert_stopped.html", {"alert": alert})


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "search/alert_over.html", status=410)


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The alerts sent to the address of one's account, once one proved to read it."""
    return render(request, "search/alerts_mine.html", {"alerts": _own(request), "today": clock.today()})


@never_cache
@require_POST
def stop_mine(request: HttpRequest, pk: int) -> HttpResponse:
    alert = get_object_or_404(_own(request), pk=pk)
    actions.stop(alert=alert, how=_how(request, _("Stop this alert")), now=clock.now())
    messages.success(request, _("The alert is stopped, and your address is erased from it."))
    return redirect("search_alerts_mine")


def _own(request: HttpRequest) -> Any:
    proved = owner_of(request.user.email) == request.user  # type: ignore[union-attr]
    email = request.user.email if proved else ""  # type: ignore[union-attr]
    return SearchAlert.objects.of(email).order_by("-created_at") if email else SearchAlert.objects.none()


def _words(parsed: Parsed) -> list[str]:
    return [chip.label for chip in chips(parsed, Address.of(parsed.raw))]


def _how(request: HttpRequest, text: str) -> Circumstances:
    # Without its last part, the path of an alert's page: the token would open it.
    page = request.path if "resolver_match" not in request.__dict__ else "/" + request.resolver_match.route
    return Circumstances(
        text=text, page=page, ip=request.META.get("REMOTE_ADDR"), agent=request.META.get("HTTP_USER_AGENT", "")
    )
