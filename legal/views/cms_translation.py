"""A language version on the legal desk: the French article on one side, its translation on the other."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import DomainError
from legal import policies
from legal.actions import translations
from legal.forms import TranslationForm
from legal.models import LegalTranslation, LegalVersion
from legal.views.cms_versions import version_of_the_desk
from legal.views.doors import only


def _open(request: HttpRequest, pk: int, language: str) -> LegalVersion:
    version = version_of_the_desk(pk)
    if language not in LegalTranslation.Language.values:
        raise Http404
    if not policies.may_edit(request.user, version):
        raise PermissionDenied
    return version


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def translate(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    version = _open(request, pk, language)
    translation = LegalTranslation.objects.filter(version=version, language=language).first()
    form = TranslationForm(request.POST if request.method == "POST" else None, version=version, translation=translation)
    if form.is_bound and form.is_valid():
        try:
            translations.save(version=version, language=language, translator=request.user, **form.texts())
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Translation saved."))
            return redirect("legal_desk_translate", version.pk, language)
    context: dict[str, Any] = {
        "version": version,
        "document": version.document,
        "translation": translation,
        "language": language,
        "language_name": LegalTranslation.Language(language).label,
        "form": form,
        "rows": form.rows(translations.what_is_missing(translation, version) if translation else {}),
    }
    return render(request, "legal/cms/translate.html", context, status=422 if form.is_bound else 200)


@only(policies.may_use_documents)
@require_POST
def remove(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    version = _open(request, pk, language)
    try:
        translations.remove(version=version, language=language)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("This language is no longer part of the version."))
    return redirect("legal_desk_document", version.document_id)
