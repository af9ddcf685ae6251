"""One version on the legal desk: written, previewed, compared, read again, published; then nobody edits it any more."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.clock import now as clock_now
from common.errors import DomainError
from legal import policies, reading
from legal.actions import announcements, documents
from legal.blocks import from_articles
from legal.forms import DraftForm, PublishForm
from legal.models import LegalVersion
from legal.views.documents import differences as differences_between
from legal.views.doors import only

STEPS = {
    "relecture": documents.submit_for_review,
    "brouillon": documents.return_to_draft,
    "abandon": documents.discard_draft,
}


def _version(pk: int) -> LegalVersion:
    return get_object_or_404(LegalVersion.objects.select_related("document", "author"), pk=pk, document__owner=None)


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    version = _version(pk)
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
    context = {"version": version, "document": version.document, "form": form}
    return render(request, "legal/cms/edit.html", context, status=422 if form.is_bound else 200)


@only(policies.may_use_documents)
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as readers will see it."""
    version = _version(pk)
    context = reading.page_of(version, now=clock_now())
    context |= {"acceptance": None, "preview": True, "back_url": _back(version)}
    return render(request, "legal/document.html", context)


@only(policies.may_use_documents)
@require_safe
def differences(request: HttpRequest, pk: int) -> HttpResponse:
    """With the version in force, as readers will see them."""
    version = _version(pk)
    published = list(version.document.versions.published().filter(number__lt=version.number))
    now = clock_now()
    old = next((each for each in published if each.applies(now)), published[0] if published else None)
    if old is None:
        messages.info(request, _("This is the first version: there is nothing to compare it with."))
        return redirect(_back(version))
    context = {
        **differences_between(old, version, [*published, version]),
        "document": version.document,
        "versions": [],
        "unknown": False,
        "show_all": False,
        "preview": True,
        "back_url": _back(version),
    }
    return render(request, "legal/compare.html", context)


def _back(version: LegalVersion) -> str:
    if version.status == LegalVersion.Status.DRAFT:
        return reverse("legal_desk_edit", args=[version.pk])
    return reverse("legal_desk_document", args=[version.document_id])


@only(policies.may_use_documents)
@require_POST
def take_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    version = _version(pk)
    if step not in STEPS:
        raise Http404
    try:
        STEPS[step](version=version)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        done = {
            "relecture": _("Handed over for review: someone else can publish it."),
            "brouillon": _("Back to draft."),
            "abandon": _("Draft thrown away."),
        }
        messages.success(request, done[step])
    return redirect("legal_desk_document", version.document_id)


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """By someone who did not write it; what is published here can never be changed."""
    version = _version(pk)
    if not policies.may_publish(request.user, version):
        raise PermissionDenied
    initial = {"summary": version.summary, "mode": LegalVersion.Mode.ACCEPT}
    form = PublishForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        now, data = clock_now(), form.cleaned_data
        notice = dt.timedelta(days=documents.NOTICE_DAYS if data["mode"] == LegalVersion.Mode.NOTICE else 0)
        try:
            documents.publish(
                version=version,
                approver=request.user,
                effective_at=data["effective_at"] or now + notice,
                mode=data["mode"],
                summary=data["summary"],
                now=now,
            )
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Version %(number)d is published and frozen.") % {"number": version.number})
            return redirect("legal_desk_document", version.document_id)
    context = {
        "version": version,
        "document": version.document,
        "form": form,
        "articles": reading.articles_of(version),
        "concerned": len(announcements.concerned(version)),
    }
    return render(request, "legal/cms/publish.html", context, status=422 if form.is_bound else 200)
