"""The desk of the legal team: what waits with its clock, one request with all that can be done, and what comes by mail or post."""

from typing import Any

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.db.models import F
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from common.access.doors import asks_by_itself
from common.access.kinds import kind
from common.access.records import record_for
from common.clock import now as clock_now
from common.clock import today
from common.errors import DomainError
from common.uploads import sniff
from legal import policies
from legal.models import RightsEvent, RightsRequest
from legal.requests import letters, messages, receiving
from legal.requests.desk_acts import ACTS
from legal.requests.forms import EntryForm
from legal.views.doors import only

RIGHTS = kind("rights-request", gettext_lazy("Request about personal data"))
A_PAGE = 50
VIEWS: dict[str, dict[str, Any]] = {"ouvertes": {"answered_at": None}, "closes": {"answered_at__isnull": False}}


@only(policies.may_use_documents)
@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What is open, the nearest end first; references and rights, nobody's name."""
    asked = request.GET.get("vue", "")
    shown = asked if asked in VIEWS else "ouvertes"
    rows = RightsRequest.objects.filter(**VIEWS[shown]).select_related("assigned_to", "practitioner")
    if shown == "closes":
        rows = rows.order_by(F("answered_at").desc())
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("p"))
    day = today()
    context = {
        "page": page,
        "rows": [{"request": row, "days": row.days_left(day)} for row in page],
        "shown": shown,
        "open_count": RightsRequest.objects.filter(answered_at=None).count(),
        "late_count": RightsRequest.objects.filter(answered_at=None, paused_on=None, due_on__lt=day).count(),
    }
    return render(request, "legal/cms/rights/desk.html", context)


@only(policies.may_use_documents)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """What came by mail or by post, with the day it was received."""
    form = EntryForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            said = {name: form.cleaned_data[name] for name in receiving.Said.__dataclass_fields__}
            try:
                found = receiving.enter(
                    said=receiving.Said(**said),
                    channel=form.cleaned_data["channel"],
                    received_on=form.cleaned_data["received_on"],
                    by=request.user,
                    now=clock_now(),
                )
            except DomainError as error:
                form.add_error(None, str(error.message))
            else:
                flash.success(request, _("The request is in the register; its clock runs from the day of receipt."))
                return redirect("legal_desk_right", found.reference)
    return render(request, "legal/cms/rights/enter.html", {"form": form}, status=status)


@only(policies.may_use_documents)
@asks_by_itself(RIGHTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Handling it is the reason to read it: each reading is recorded with the reference."""
    found = _found(reference)
    act = request.POST.get("act", "")
    form = None
    status = 200
    if request.method == "POST":
        if act not in ACTS:
            raise Http404
        form = ACTS[act].form(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                ACTS[act].perform(found.pk, form.cleaned_data, request.user, clock_now())
            except DomainError as error:
                form.add_error(None, str(error.message))
                status = error.status
                found = _found(reference)
            else:
                flash.success(request, str(ACTS[act].said))
                return redirect("legal_desk_right", reference)
    else:
        _read(request, found)
    return render(request, "legal/cms/rights/one.html", _context(found, act, form), status=status)


@only(policies.may_use_documents)
@asks_by_itself(RIGHTS)
@never_cache
@require_safe
def proof(request: HttpRequest, reference: str) -> FileResponse:
    """The copy, to look at once: the page then asks what was found, and deletes it."""
    found = _found(reference)
    row = found.proofs.order_by("-pk").first()
    if row is None:
        raise Http404
    _read(request, found)
    try:
        opened = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    known = sniff(opened.read(16))
    opened.seek(0)
    response = FileResponse(
        opened, content_type=known[0] if known else "application/octet-stream", as_attachment=known is None
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@only(policies.may_use_documents)
@asks_by_itself(RIGHTS)
@never_cache
@require_safe
def letter(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """For whom gave a postal address only: the words of a step, to print and to post."""
    found = _found(reference)
    event = get_object_or_404(found.events.filter(what__in=letters.WRITTEN), pk=pk)
    _read(request, found)
    response = HttpResponse(letters.pdf(found, event), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.reference.lower()}-{event.pk}.pdf"'
    return response


def _found(reference: str) -> RightsRequest:
    rows = RightsRequest.objects.select_related("assigned_to", "account", "practitioner", "person")
    return get_object_or_404(rows, reference=reference)


def _read(request: HttpRequest, found: RightsRequest) -> None:
    record_for(
        request,
        kind=RIGHTS,
        subject=f"legal.RightsRequest:{found.pk}",
        people=(found.account_id,),
        reason=_("handling of the request %(reference)s") % {"reference": found.reference},
    )


def _context(found: RightsRequest, act: str, form: Any) -> dict[str, Any]:
    person = getattr(found, "person", None)
    forms = {
        name.replace("-", "_"): (form if name == act and form else each.form(initial=_initial(found, name)))
        for name, each in ACTS.items()
    }
    for name, each in forms.items():
        each.auto_id = f"{name}-%s"
    own = User.objects.filter(email__iexact=person.email, is_active=True).first() if person and person.email else None
    return {
        "request_": found,
        "person": person,
        "days": found.days_left(today()),
        "late_by": -found.days_left(today()),
        "forms": forms,
        "act": act,
        "form": form,
        "rows": [
            {"event": event, "text": _words(event), "is_letter": not _by_mail(found) and event.what in letters.WRITTEN}
            for event in found.events.select_related("words", "actor")
        ],
        "files": list(found.files.all()),
        "proof": found.proofs.order_by("-pk").first(),
        "suggested": own if own and found.account_id != own.pk else None,
        "may_extend": not found.extended and not found.is_ended and (bool(found.paused_on) or found.due_on >= today()),
    }


def _initial(found: RightsRequest, name: str) -> dict[str, Any]:
    if name == "answer" and not found.is_ended and hasattr(found, "person"):
        return {"text": messages.written(found, found.kind)}
    return {}


def _by_mail(found: RightsRequest) -> bool:
    return not hasattr(found, "person") or bool(found.person.email)


def _words(event: RightsEvent) -> str:
    return event.words.text if hasattr(event, "words") else ""
