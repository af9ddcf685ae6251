"""The verification desk: one page a file, items side by side with their documents, a decision each (R2 to R4)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common.access.doors import File, shows_person
from common.access.kinds import kind
from common.errors import DomainError
from practitioners import ended_marks
from practitioners.actions import applications, listing, thread
from practitioners.documents import document_response, page_numbers, picture_response
from practitioners.forms import DecisionForm
from practitioners.models import ApplicationItem, Practitioner, SavedReply
from practitioners.policies.files import may_decide, may_verify
from practitioners.views import desk_steps

# Files that a decision is still to be taken on.
UNDER_EXAM = (Practitioner.Status.APPLYING, Practitioner.Status.SUBMITTED)
FILE = kind(
    "practitioner-file",
    gettext_lazy("Practitioner’s application file"),
    gettext_lazy("Checking the application file"),
    gettext_lazy("Checking a renewed document"),
    gettext_lazy("Question or complaint of the practitioner"),
)


def opened(request: HttpRequest, practitioner_id: int, item_id: int = 0, **kwargs: Any) -> File:
    practitioner = _found(request, practitioner_id)
    subject = f"practitioners.ApplicationItem:{item_id}" if item_id else f"practitioners.Practitioner:{practitioner.pk}"
    return File(subject, (practitioner.user_id,), practitioner.full_name)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(FILE, opened)
def file(request: HttpRequest, practitioner_id: int) -> HttpResponse:
    return _page(request, _found(request, practitioner_id))


@never_cache
@require_POST
@shows_person(FILE, opened)
def decide(request: HttpRequest, practitioner_id: int, item_id: int) -> HttpResponse:
    practitioner = _decidable(request, practitioner_id)
    item = get_object_or_404(practitioner.items, pk=item_id)
    form = DecisionForm(request.POST, item=item)
    if not form.is_valid():
        return _page(request, practitioner, refused=form, status=422)
    data = form.cleaned_data
    try:
        if data["decision"] == DecisionForm.ACCEPT:
            applications.accept(
                item=item,
                by=request.user,
                evidence=data["evidence"],
                valid_until=data["valid_until"],
                seen=data["seen"],
            )
            messages.success(request, _("%(item)s: accepted.") % {"item": item.label})
        else:
            act = applications.refuse if data["decision"] == DecisionForm.REFUSE else applications.ask_again
            act(item=item, by=request.user, reason=data["reason"])
            messages.success(request, _("%(item)s: the practitioner is told why.") % {"item": item.label})
    except DomainError as error:
        form.add_error(None, str(error))
        form.show_what_is_provided_now()
        return _page(request, practitioner, refused=form, status=error.status)
    return redirect("verification_file", practitioner.pk)


@never_cache
@require_POST
@shows_person(FILE, opened)
def take_step(request: HttpRequest, practitioner_id: int, step: str) -> HttpResponse:
    """What concerns the whole file, after its items (`desk_steps`)."""
    practitioner, chosen = _decidable(request, practitioner_id), desk_steps.STEPS.get(step)
    if chosen is None:
        raise Http404
    form = desk_steps.form_of(chosen, request.POST)
    if form is not None and not form.is_valid():
        return _page(request, practitioner, refused_step=form, status=422)
    given = form.cleaned_data if form else {}
    try:
        chosen.act(practitioner=practitioner, by=request.user, **given)
    except DomainError as error:
        messages.error(request, str(error))
        return _page(
            request, get_object_or_404(Practitioner, pk=practitioner_id), refused_step=form, status=error.status
        )
    messages.success(request, chosen.done)
    return redirect("verification_file", practitioner.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(FILE, opened)
def document(request: HttpRequest, practitioner_id: int, item_id: int) -> FileResponse:
    """The document as it was given, from the private storage, to be kept; each reading is logged."""
    return document_response(_with_document(request, practitioner_id, item_id))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(FILE, opened)
def pages(request: HttpRequest, practitioner_id: int, item_id: int) -> HttpResponse:
    """Every page of the document, drawn by the server."""
    item = _with_document(request, practitioner_id, item_id)
    context = {"practitioner": item.practitioner, "item": item, "numbers": page_numbers(item)}
    return render(request, "practitioners/cms/document.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(FILE, opened)
def picture(request: HttpRequest, practitioner_id: int, item_id: int, number: int) -> HttpResponse:
    return picture_response(_with_document(request, practitioner_id, item_id), number=number)


def _with_document(request: HttpRequest, practitioner_id: int, item_id: int) -> ApplicationItem:
    items = _found(request, practitioner_id).items.select_related("practice", "practitioner")
    item: ApplicationItem = get_object_or_404(items, pk=item_id)
    if not item.document:
        raise Http404
    return item


def _page(
    request: HttpRequest,
    practitioner: Practitioner,
    *,
    refused: DecisionForm | None = None,
    refused_step: desk_steps.StepForm | None = None,
    status: int = 200,
) -> HttpResponse:
    decidable = may_decide(request.user, practitioner)
    rows = []
    for item in practitioner.items.select_related("practice", "checked_by"):
        form = None
        if decidable and item.status == ApplicationItem.Status.PROVIDED:
            form = refused if refused is not None and refused.item.pk == item.pk else DecisionForm(item=item)
        rows.append({"item": item, "form": form})
    steps = [
        {"step": step, "form": _again(refused_step, step) or desk_steps.form_of(step)}
        for step in (desk_steps.steps_for(practitioner, request.user) if decidable else [])
    ]
    context = {
        "practitioner": practitioner,
        "rows": rows,
        "lacking": applications.missing_items(practitioner),
        "steps": steps,
        "proposed": listing.proposed_refusal(practitioner),
        "thread": thread.messages_of(practitioner),
        "writing": _again(refused_step, desk_steps.WRITE) or desk_steps.form_of(desk_steps.WRITE),
        "replies": SavedReply.objects.all(),
        "decidable": decidable,
        "events": practitioner.events.exclude(kind=thread.MESSAGE).select_related("item__practice", "by"),
        "refused": refused,
        "ended_before": ended_marks.known(practitioner) if practitioner.status in UNDER_EXAM else None,
        "queue": _place_in_queue(practitioner),
    }
    return render(request, "practitioners/cms/file.html", context, status=status)


def _again(refused: desk_steps.StepForm | None, step: desk_steps.Step) -> desk_steps.StepForm | None:
    """The form of this step as it was typed, when it is the one that was refused."""
    return refused if refused is not None and refused.prefix == step.key else None


def _place_in_queue(practitioner: Practitioner) -> dict[str, Any] | None:
    """The file that waits before this one and the one after it, the oldest first; None when this one does not wait."""
    waiting = listing.waiting()
    keys = list(waiting.values_list("pk", flat=True))
    if practitioner.pk not in keys:
        return {"number": 0, "count": len(keys), "before": None, "after": waiting.first()} if keys else None
    place = keys.index(practitioner.pk)
    around = waiting.in_bulk(keys[max(place - 1, 0) : place + 2])
    return {
        "number": place + 1,
        "count": len(keys),
        "before": around.get(keys[place - 1]) if place else None,
        "after": around.get(keys[place + 1]) if place + 1 < len(keys) else None,
    }


def _found(request: HttpRequest, practitioner_id: int) -> Practitioner:
    if not may_verify(request.user):
        raise PermissionDenied
    return get_object_or_404(Practitioner.objects.select_related("user"), pk=practitioner_id)


def _decidable(request: HttpRequest, practitioner_id: int) -> Practitioner:
    practitioner = _found(request, practitioner_id)
    if not may_decide(request.user, practitioner):
        raise PermissionDenied
    return practitioner
