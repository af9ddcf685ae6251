"""Public reading: the shelf, a document, one of its versions, two of them compared, the PDF and the canonical text."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from common.clock import now as clock_now
from legal import differences, reading
from legal import pdf as pdf_file
from legal.actions.acceptances import accepted_version
from legal.actions.documents import SLUGS
from legal.canonical import canonical_text, canonical_translation
from legal.models import LegalDocument, LegalTranslation, LegalVersion

VIEWS = ("texte", "cote")


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


def _translation(version: LegalVersion, language: str) -> LegalTranslation | None:
    """The language version of an address; none in French. Unknown ones are not found."""
    if not language:
        return None
    found = get_object_or_404(LegalTranslation, version=version, language=language)
    found.version = version
    return found


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
def version(request: HttpRequest, slug: str, number: int, language: str = "") -> HttpResponse:
    found = _published(slug, number)
    return _page(request, found, _translation(found, language))


def _page(request: HttpRequest, version: LegalVersion, translation: LegalTranslation | None = None) -> HttpResponse:
    context = reading.page_of(version, now=clock_now(), translation=translation)
    context["acceptance"] = accepted_version(user=request.user, document_id=version.document_id)
    context["preview"] = False
    return render(request, "legal/document.html", context)


@login_not_required
@require_safe
def pdf(request: HttpRequest, slug: str, number: int, language: str = "") -> HttpResponse:
    found = _published(slug, number)
    translation = _translation(found, language)
    address = request.build_absolute_uri(translation.get_absolute_url() if translation else found.get_absolute_url())
    content = pdf_file.render(found, address=address, publisher=settings.WAGTAIL_SITE_NAME, translation=translation)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{slug}-v{number}{f'-{language}' if language else ''}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    patch_cache_control(response, public=True, max_age=86400)  # a published version never changes
    return response


@login_not_required
@require_safe
def canonical(request: HttpRequest, slug: str, number: int, language: str = "") -> HttpResponse:
    """The very bytes under the fingerprint, so that anyone can compute it."""
    found = _published(slug, number)
    translation = _translation(found, language)
    text = canonical_translation(translation) if translation else canonical_text(found)
    response = HttpResponse(text.encode(), content_type="text/plain; charset=utf-8")
    patch_cache_control(response, public=True, max_age=86400)
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
    view = request.GET.get("vue", "")
    context: dict[str, Any] = {
        "document": found,
        "versions": versions,
        "old": old,
        "new": new,
        "unknown": old is None or new is None,
        "show_all": request.GET.get("tout") == "1",
        "view": view if view in VIEWS else "",
        "language": "",
        "languages": [],
        "preview": False,
    }
    if old is not None and new is not None:
        context |= _differences(request, old, new, versions)
    else:
        context |= {"old": old or default_old, "new": new or default_new, "changes": [], "in_words": "", "changed": []}
    return render(request, "legal/compare.html", context, status=404 if context["unknown"] else 200)


def _differences(
    request: HttpRequest, old: LegalVersion, new: LegalVersion, versions: list[LegalVersion]
) -> dict[str, Any]:
    """In French, or in the language asked for when both versions have it."""
    asked = request.GET.get("langue", "")
    between = [each for each in versions if old.number <= each.number <= new.number] + [old, new]
    languages = [
        (language.value, language.label)
        for language in LegalTranslation.Language
        if differences.translations_of(between, language.value)
    ]
    language = asked if asked in dict(languages) else ""
    translated = differences.translations_of(between, language)
    return {
        **differences.between(old, new, versions, translated=translated),
        "language": language,
        "languages": languages,
    }


def _number(text: str) -> int:
    """A version number as typed in an address; anything else is no version."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else -1
