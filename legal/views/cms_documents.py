"""The legal desk: the operator's documents and their versions."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from common.clock import now as clock_now
from legal import policies
from legal.actions import documents, translations
from legal.models import LegalDocument, LegalTranslation, LegalVersion
from legal.views.doors import only


@only(policies.may_use_documents)
@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    """What waits for someone first, then every document."""
    now = clock_now()
    order = list(LegalDocument.Kind)
    versions = LegalVersion.objects.select_related("author").order_by("-number")
    rows = []
    for document in LegalDocument.objects.filter(owner=None).prefetch_related(Prefetch("versions", versions)):
        known = list(document.versions.all())
        published = [each for each in known if each.is_published]
        rows.append(
            {
                "document": document,
                "in_force": next((each for each in published if each.applies(now)), None),
                "upcoming": next((each for each in reversed(published) if each.is_coming(now)), None),
                "open": next((each for each in known if not each.is_published), None),
            }
        )
    rows.sort(key=lambda row: order.index(row["document"].kind))
    waits = {LegalVersion.Status.REVIEW.value, LegalVersion.Status.APPROVED.value}
    waiting = [row["open"] for row in rows if row["open"] and row["open"].status in waits]
    return render(request, "legal/cms/shelf.html", {"rows": rows, "waiting": waiting})


@only(policies.may_use_documents)
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(LegalDocument, pk=pk, owner=None)
    people = found.versions.select_related("author", "reviewer", "approver")
    versions = list(people.prefetch_related("notices", "translations"))
    now = clock_now()
    in_force = next((each for each in versions if each.applies(now)), None)
    open_version = next((each for each in versions if not each.is_published), None)
    context = {
        "document": found,
        "versions": versions,
        "in_force": in_force,
        "open_version": open_version,
        "may_publish": open_version is not None and policies.may_publish(request.user, open_version),
        "may_approve": open_version is not None and policies.may_approve(request.user, open_version),
        "remarks": open_version.comments.filter(resolved_at=None).count() if open_version else 0,
        "languages": _languages(open_version) if open_version else [],
        "now": now,
    }
    return render(request, "legal/cms/document.html", context)


def _languages(version: LegalVersion) -> list[dict[str, Any]]:
    """Each language a version may have, and what is still to be translated."""
    rows = {row.language: row for row in version.translations.all()}
    return [
        {
            "code": language.value,
            "name": language.label,
            "translation": rows.get(language.value),
            "missing": len(translations.what_is_missing(rows[language.value], version))
            if language.value in rows
            else 0,
        }
        for language in LegalTranslation.Language
    ]


@only(policies.may_use_documents)
@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a version from the last one, or go to the one being written."""
    found = get_object_or_404(LegalDocument, pk=pk, owner=None)
    try:
        version = documents.draft_new_version(document=found, author=request.user)
    except documents.DraftExists as error:
        messages.warning(request, str(error.message))
        return redirect("legal_desk_document", found.pk)
    return redirect("legal_desk_edit", version.pk)
