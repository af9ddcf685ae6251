"""The desk of breaches, in the CMS: counts of people, never their names."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.access import exports
from common.clock import now as clock_now
from common.errors import DomainError
from legal import policies
from legal.breaches import concerned, handling, paper
from legal.breaches.forms import CnilForm, FactsForm, OpenForm, ReasonForm, SearchForm, TellForm
from legal.models import Breach
from legal.views.doors import only


@only(policies.may_use_documents)
@never_cache
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    now = clock_now()
    rows = [(row, _hours(row, now)) for row in Breach.objects.all()]
    context = {
        "open": [pair for pair in rows if pair[0].closed_at is None],
        "closed": [pair for pair in rows if pair[0].closed_at is not None],
    }
    return render(request, "legal/cms/governance/breaches.html", context)


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def open_one(request: HttpRequest) -> HttpResponse:
    form = OpenForm(request.POST if request.method == "POST" else None, initial={"known_at": clock_now()})
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            breach = handling.open_one(**form.cleaned_data, by=request.user, now=clock_now())
        except DomainError as error:
            form.add_error("known_at", str(error.message))
        else:
            messages.success(request, _("Opened: the clock of 72 hours runs."))
            return redirect("legal_desk_breach", breach.reference)
    return render(request, "legal/cms/governance/breach_open.html", {"form": form}, status=status)


@only(policies.may_use_documents)
@never_cache
@require_safe
def show(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, _found(reference))


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, reference: str) -> HttpResponse:
    breach = _found(reference)
    initial = {name: getattr(breach, name) for name in handling.WRITTEN}
    form = FactsForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            handling.write(breach=breach, said=form.cleaned_data, by=request.user, now=clock_now())
        except DomainError as error:
            form.add_error(None, str(error.message))
            status = error.status
        else:
            messages.success(request, _("Saved; what stood before is in the history."))
            return redirect("legal_desk_breach", reference)
    context = {"breach": breach, "form": form}
    return render(request, "legal/cms/governance/breach_facts.html", context, status=status)


@only(policies.may_use_documents)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, reference: str) -> HttpResponse:
    """A query shows counts; the same query, confirmed, records those concerned."""
    breach = _found(reference)
    form = SearchForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"breach": breach, "form": form}
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        status = 200
        if "retenir" in request.POST:
            try:
                count = handling.choose(breach=breach, query=form.query, by=request.user, now=clock_now())
            except DomainError as error:
                form.add_error(None, str(error.message))
                status = error.status
            else:
                words = ngettext("%(n)d person is recorded.", "%(n)d people are recorded.", count) % {"n": count}
                messages.success(request, words)
                return redirect("legal_desk_breach", reference)
        found = concerned.search(form.query)
        context |= {
            "found": found,
            "count": len(found.people),
            "practitioners": len(concerned.practitioners_of(found.people)),
        }
    return render(request, "legal/cms/governance/breach_search.html", context, status=status)


@only(policies.may_use_documents)
@require_POST
def tell(request: HttpRequest, reference: str) -> HttpResponse:
    form = TellForm(request.POST)
    return _act(
        request,
        reference,
        form,
        "tell",
        lambda breach, said: handling.ask_messages(breach=breach, **said, by=request.user, now=clock_now()),
        _("The messages leave in the next minutes."),
    )


@only(policies.may_use_documents)
@require_POST
def step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    by, now = request.user, clock_now()
    if step == "cnil":
        return _act(
            request, reference, CnilForm(request.POST), "cnil",
            lambda breach, said: handling.notify_cnil(breach=breach, **said, by=by, now=now),
            _("The notification is recorded."),
        )  # fmt: skip
    if step == "sans-notification":
        return _act(
            request, reference, ReasonForm(request.POST, prefix="silence"), "silence",
            lambda breach, said: handling.stay_silent(breach=breach, reason=said["words"], by=by, now=now),
            _("The decision is recorded with its reason."),
        )  # fmt: skip
    if step == "clore":
        return _act(
            request, reference, ReasonForm(request.POST, prefix="close"), "close",
            lambda breach, said: handling.close(breach=breach, lessons=said["words"], by=by, now=now),
            _("Closed: its register changes no more."),
        )  # fmt: skip
    raise Http404


@only(policies.may_use_documents)
@never_cache
@require_safe
def pdf(request: HttpRequest, reference: str) -> HttpResponse:
    breach = _found(reference)
    taken = exports.begin_nameless(request, subject=f"legal.Breach:{breach.pk}", format="pdf")
    content = paper.render(breach, now=clock_now(), mark=exports.watermark(taken))
    name = exports.file_name(taken, f"violation-{breach.reference.lower()}.pdf")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _act(
    request: HttpRequest,
    reference: str,
    form: Any,
    name: str,
    act: Callable[[Breach, dict[str, Any]], object],
    done: str,
) -> HttpResponse:
    breach = _found(reference)
    if not form.is_valid():
        return _page(request, breach, status=422, **{f"{name}_form": form})
    try:
        act(breach, form.cleaned_data)
    except DomainError as error:
        form.add_error(None, str(error.message))
        return _page(request, breach, status=error.status, **{f"{name}_form": form})
    messages.success(request, done)
    return redirect("legal_desk_breach", reference)


def _page(request: HttpRequest, breach: Breach, *, status: int = 200, **forms: Any) -> HttpResponse:
    people = breach.people.all()
    context = {
        "breach": breach,
        "natures": [Breach.Nature(nature).label for nature in breach.natures],
        "hours": _hours(breach, clock_now()),
        "people": people.filter(is_person=True).count(),
        "practitioners": people.filter(clients__gt=0).count(),
        "rounds": breach.messages.select_related("asked_by"),
        "events": breach.events.select_related("by"),
        "refused": next((form for form in forms.values() if form is not None), None),
        "tell_form": TellForm(),
        "cnil_form": CnilForm(initial={"notified_at": clock_now()}),
        "silence_form": ReasonForm(prefix="silence"),
        "close_form": ReasonForm(prefix="close"),
        **forms,
    }
    return render(request, "legal/cms/governance/breach.html", context, status=status)


def _hours(breach: Breach, now: Any) -> int:
    """Hours left of the 72, below zero when they are over."""
    return int((breach.due_at - now).total_seconds() // 3600)


def _found(reference: str) -> Breach:
    return get_object_or_404(Breach.objects.select_related("opened_by"), reference=reference)
