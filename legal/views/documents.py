"""Public reading: the shelf, a document, one of its versions, two of them compared, the PDF."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from common.clock import now as clock_now
from legal import pdf as pdf_file
from legal import reading
from legal.actions.acceptances import accepted_version
from legal.actions.documents import SLUGS
from legal.comparison import Change, in_words
from legal.comparison import compare as compare_articles
from legal.models import LegalDocument, LegalVersion


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "legal/index.html", {"shelf": reading.shelf(clock_now())})


def _document(slug: str) -> LegalDocument:
    found = LegalDocument.objects.filter(slug=slug).first()
    if found is None:
        # The site's own pages link to a kind; its document may have been given another address.
        kind = next((kind for kind, usual in SLUGS.items() if usual == slug), None)
        found = LegalDocument.objects.filter(kind=kind, owner=None).first() if kind else None
    if found is None:
        raise Http404
    return found


def _published(slug: str, number: int) -> LegalVersion:
    versions = LegalVersion.objects.published().select_related("document")
    return get_object_or_404(versions, document__slug=slug, number=number)


@login_not_required
@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """The version in force, or the announced one when none is yet."""
    found = _document(slug)
    if found.slug != slug:
        return redirect(found)
    now = clock_now()
    published = found.versions.published().select_related("document")
    version = published.in_force(now).order_by("-number").first() or published.order_by("number").first()
    if version is None:
        raise Http404
    return _page(request, version)


@login_not_required
@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _page(request, _published(slug, number))


def _page(request: HttpRequest, version: LegalVersion) -> HttpResponse:
    context = reading.page_of(version, now=clock_now())
    context["acceptance"] = accepted_version(user=request.user, document_id=version.document_id)
    context["preview"] = False
    return render(request, "legal/document.html", context)


@login_not_required
@require_safe
def pdf(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _published(slug, number)
    address = request.build_absolute_uri(found.get_absolute_url())
    content = pdf_file.render(found, address=address, publisher=settings.WAGTAIL_SITE_NAME)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug}-v{number}.pdf"'
    patch_cache_control(response, public=True, max_age=86400)  # a published version never changes
    return response


@login_not_required
@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Any two published versions. Without numbers: the one in force and the one before it."""
    found = get_object_or_404(LegalDocument, slug=slug)
    versions = list(found.versions.published().order_by("-number"))
    if not versions:
        raise Http404
    for each in versions:
        each.document = found
    by_number = {each.number: each for each in versions}
    default_new = next((each for each in versions if each.applies(clock_now())), versions[0])
    default_old = by_number.get(default_new.number - 1, versions[-1])
    asked = {name: request.GET.get(name, "") for name in ("de", "a")}
    old = by_number.get(_number(asked["de"])) if asked["de"] else default_old
    new = by_number.get(_number(asked["a"])) if asked["a"] else default_new
    context: dict[str, Any] = {
        "document": found,
        "versions": versions,
        "old": old,
        "new": new,
        "unknown": old is None or new is None,
        "show_all": request.GET.get("tout") == "1",
        "preview": False,
    }
    if old is not None and new is not None:
        context |= differences(old, new, versions)
    else:
        context |= {"old": old or default_old, "new": new or default_new, "changes": [], "in_words": "", "changed": []}
    return render(request, "legal/compare.html", context, status=404 if context["unknown"] else 200)


def differences(old: LegalVersion, new: LegalVersion, versions: list[LegalVersion]) -> dict[str, Any]:
    """`whys` come from each version after `old` up to `new`, in the order they were published."""
    between = sorted(
        (each for each in versions if old.number < each.number <= new.number), key=lambda each: each.number
    )
    changes = _kept(old, new, [each.articles for each in between])
    changed = [change for change in changes if change.status != "same"]
    return {"old": old, "new": new, "changes": changes, "changed": changed, "in_words": in_words(changes)}


def _kept(old: LegalVersion, new: LegalVersion, whys: list[list[dict[str, str]]]) -> list[Change]:
    """Published texts never change, so neither does what differs between two of them."""
    if not new.is_published:
        return compare_articles(old.articles, new.articles, whys)
    key = f"legal-differences-{old.content_hash}-{new.content_hash}"
    changes = cache.get(key)
    if changes is None:
        changes = compare_articles(old.articles, new.articles, whys)
        cache.set(key, changes, timeout=86400)
    return changes


def _number(text: str) -> int:
    """A version number as typed in an address; anything else is no version."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else -1
