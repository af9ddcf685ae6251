"""One version on the legal desk: written, previewed, compared, handed over; then nobody edits it any more."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.clock import now as clock_now
from common.errors import DomainError
from legal import differences as differing
from legal import policies, reading
from legal.actions import documents, operator_values, publishing, workflow
from legal.blocks import from_articles
from legal.forms import DraftForm
from legal.models import LegalTranslation, LegalVersion
from legal.variables import VARIABLES
from legal.views.doors import only

STEPS = {
    "relecture": workflow.submit_for_review,
    "brouillon": workflow.return_to_draft,
    "abandon": documents.discard_draft,
    "deprogrammer": publishing.unschedule,
}


def version_of_the_desk(pk: int) -> LegalVersion:
    versions = LegalVersion.objects.select_related("document", "author", "reviewer", "approver")
    return get_object_or_404(versions, pk=pk, document__owner=None)


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    version = version_of_the_desk(pk)
    if not policies.may_edit(request.user, version):
        raise PermissionDenied
    if request.method == "POST":
        form = DraftForm(request.POST)
    else:
        form = DraftForm(
            initial={
                "title": version.title,
                "preamble": version.preamble,
                "summary": version.summary,
                "articles": from_articles(version.articles),
            }
        )
    if form.is_bound and form.is_valid():
        try:
            documents.edit_draft(version=version, editor=request.user, **form.cleaned_data)
        except documents.NotADraft as error:
            messages.error(request, str(error.message))
            return redirect("legal_desk_document", version.document_id)
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Draft saved."))
            following = {"preview": "legal_desk_preview", "differences": "legal_desk_differences"}
            return redirect(following.get(request.POST.get("then", ""), "legal_desk_edit"), version.pk)
    context = {
        "version": version,
        "document": version.document,
        "form": form,
        "facts": _facts(),
        "anchors": [
            (number, article["key"], article["title"]) for number, article in enumerate(version.articles, start=1)
        ],
        "remarks": version.comments.filter(resolved_at=None).count(),
        "languages": LegalTranslation.Language,
    }
    return render(request, "legal/cms/edit.html", context, status=422 if form.is_bound else 200)


def _facts() -> list[dict[str, Any]]:
    """What may be named between braces, with what it says today."""
    known = operator_values.in_force(now=clock_now())
    return [{"variable": variable, "value": known.get(variable.name, "")} for variable in VARIABLES.values()]


@only(policies.may_use_documents)
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as readers will see it, with today's facts; `?langue=` in another language."""
    version = version_of_the_desk(pk)
    language = request.GET.get("langue", "")
    translation = get_object_or_404(LegalTranslation, version=version, language=language) if language else None
    context = reading.page_of(version, now=clock_now(), translation=translation, values=_values(version))
    context |= {"acceptance": None, "preview": True, "is_draft": not version.is_published, "back_url": _back(version)}
    return render(request, "legal/document.html", context)


@only(policies.may_use_documents)
@require_safe
def differences(request: HttpRequest, pk: int) -> HttpResponse:
    """With the version in force, as readers will see them."""
    version = version_of_the_desk(pk)
    published = list(version.document.versions.published().filter(number__lt=version.number))
    now = clock_now()
    old = next((each for each in published if each.applies(now)), published[0] if published else None)
    if old is None:
        messages.info(request, _("This is the first version: there is nothing to compare it with."))
        return redirect(_back(version))
    context = {
        **differing.between(old, version, [*published, version], values=_values(version)),
        "document": version.document,
        "versions": [],
        "unknown": False,
        "show_all": False,
        "view": "",
        "language": "",
        "languages": [],
        "preview": True,
        "is_draft": not version.is_published,
        "back_url": _back(version),
    }
    return render(request, "legal/compare.html", context)


def _values(version: LegalVersion) -> dict[str, str]:
    """A draft is shown with the facts of today; a published version only ever with its own."""
    return version.values if version.is_published else operator_values.in_force(now=clock_now())


def _back(version: LegalVersion) -> str:
    if version.status == LegalVersion.Status.DRAFT:
        return reverse("legal_desk_edit", args=[version.pk])
    return reverse("legal_desk_document", args=[version.document_id])


@only(policies.may_use_documents)
@require_POST
def take_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    version = version_of_the_desk(pk)
    if step not in STEPS:
        raise Http404
    try:
        STEPS[step](version=version)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        done = {
            "relecture": _("Handed over for review: someone else approves it, a third person publishes it."),
            "brouillon": _("Back to draft."),
            "abandon": _("Draft thrown away."),
            "deprogrammer": _("It will not be published by itself any more."),
        }
        messages.success(request, done[step])
    return redirect("legal_desk_document", version.document_id)
