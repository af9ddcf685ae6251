"""Reading again: the text with its remarks, article by article; answering, closing, approving."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.clock import now as clock_now
from common.errors import DomainError
from legal import policies, reading
from legal.actions import comments, operator_values, workflow
from legal.forms import RemarkForm
from legal.models import ArticleComment
from legal.views.cms_versions import version_of_the_desk
from legal.views.doors import only


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The text and its remarks; a POST adds one."""
    version = version_of_the_desk(pk)
    form = RemarkForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        if not policies.may_remark(request.user, version):
            raise PermissionDenied
        if form.is_valid():
            place = form.cleaned_data["article"]
            try:
                comments.add(
                    version=version,
                    article=place,
                    text=form.cleaned_data["text"],
                    author=request.user,
                    now=clock_now(),
                )
            except DomainError as error:
                form.add_error("text", str(error.message))
            else:
                messages.success(request, _("Remark added."))
                return redirect(f"{reverse('legal_desk_review', args=[version.pk])}#{place or 'ensemble'}")
    return render(request, "legal/cms/review.html", _context(request, pk, form), status=422 if form.is_bound else 200)


def _context(request: HttpRequest, pk: int, form: RemarkForm) -> dict[str, Any]:
    version = version_of_the_desk(pk)
    values = version.values if version.is_published else operator_values.in_force(now=clock_now())
    text = reading.text_of(version, values=values)
    articles = reading.articles_of(text)
    remarks: dict[str, list[ArticleComment]] = {}
    for remark in version.comments.select_related("author", "resolved_by"):
        remarks.setdefault(remark.article, []).append(remark)
    known = {article.key for article in articles}
    elsewhere = [remark for key, found in remarks.items() if key and key not in known for remark in found]
    typed_at = str(form.data.get("article", "")) if form.is_bound else None
    return {
        "version": version,
        "document": version.document,
        "lines": [(article, remarks.get(article.key, [])) for article in articles],
        "whole": remarks.get("", []) + elsewhere,
        "preamble": reading.blocks(text.preamble, text.numbers),
        "open": sum(remark.resolved_at is None for found in remarks.values() for remark in found),
        "form": form,
        "typed_at": typed_at,
        "may_remark": policies.may_remark(request.user, version),
        "may_approve": policies.may_approve(request.user, version),
        "wrote": policies.wrote(request.user, version),
    }


@only(policies.may_use_documents)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    remark = get_object_or_404(ArticleComment.objects.select_related("version"), pk=pk, version__document__owner=None)
    try:
        comments.resolve(comment=remark, by=request.user, now=clock_now())
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect(f"{reverse('legal_desk_review', args=[remark.version_id])}#{remark.article or 'ensemble'}")


@only(policies.may_use_documents)
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    version = version_of_the_desk(pk)
    try:
        workflow.approve(version=version, reviewer=request.user, now=clock_now())
    except workflow.OwnText as error:
        raise PermissionDenied from error
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("legal_desk_review", version.pk)
    messages.success(request, _("Approved: a third person can now publish it."))
    return redirect("legal_desk_document", version.document_id)
