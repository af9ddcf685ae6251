"""The register of requests with its figures, and the templates of the answers."""

from typing import Any

from django.contrib import messages as flash
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from common.access import exports
from common.clock import now as clock_now
from common.clock import today
from common.errors import Conflict, DomainError
from legal import policies
from legal.models import AnswerTemplate
from legal.requests import answer_texts, figures
from legal.requests.forms import TemplateForm
from legal.views.doors import only

# The chart is drawn on a width of so many units, beside its labels.
WIDTH = 400


class ChangedMeanwhile(Conflict):
    message = gettext_lazy("Somebody changed this text meanwhile: here is theirs, below is yours.")


@only(policies.may_use_documents)
@never_cache
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    year = _year(request)
    rows = figures.of_year(year)
    found, total = figures.lines(rows, today=today())
    most = max((line.received for line in found), default=0) or 1
    context: dict[str, Any] = {
        "year": year,
        "years": figures.years() or [year],
        "lines": found,
        "total": total,
        "bars": [_bar(place, line, most) for place, line in enumerate(found)],
        "height": 34 * len(found),
        "rows": rows,
    }
    return render(request, "legal/cms/rights/register.html", context)


def _bar(place: int, line: figures.Line, most: int) -> dict[str, Any]:
    """In time first, then late: the late part is hatched and said in words."""
    full = round(WIDTH * line.received / most)
    late = round(WIDTH * line.late / most)
    y = 34 * place
    return {"line": line, "y": y, "text_y": y + 19, "x": 220, "width": full - late, "late_x": 220 + full - late,
            "late_width": late, "end": 228 + full}  # fmt: skip


@only(policies.may_use_documents)
@never_cache
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    if form not in figures.FORMS:
        raise Http404
    year = _year(request)
    write, content_type = figures.FORMS[form]
    taken = exports.begin_nameless(request, subject=f"demandes?annee={year}", format=form)
    with translation.override("fr"):
        content = write(figures.of_year(year), today(), exports.watermark(taken))
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{exports.file_name(taken, f"demandes-{year}.{form}")}"'
    return response


@only(policies.may_use_documents)
@never_cache
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    last = {row.key: row for row in AnswerTemplate.objects.order_by("key", "-number").distinct("key")}
    rows = [{"wording": each, "edited": last.get(key)} for key, each in answer_texts.WORDINGS.items()]
    return render(request, "legal/cms/rights/templates.html", {"rows": rows})


@only(policies.may_use_documents)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, key: str) -> HttpResponse:
    """The words of one message. What was sent before keeps its own."""
    wording = answer_texts.WORDINGS.get(key)
    if wording is None:
        raise Http404
    edited = answer_texts.current(key)
    number = edited.number if edited else 0
    status = 200
    form = TemplateForm(
        request.POST if request.method == "POST" else None,
        initial={"text": answer_texts.text_of(key), "after": number},
        key=key,
    )
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                _save(key, form.cleaned_data, request.user)
            except DomainError as error:
                form.add_error(None, str(error.message))
                # The next press is about the text that is shown now.
                typed = request.POST.copy()
                typed["after"] = str(number)
                form.data = typed
                status = error.status
            else:
                flash.success(request, _("The next messages use this text."))
                return redirect("legal_desk_right_templates")
    context = {
        "wording": wording,
        "form": form,
        "current": answer_texts.text_of(key),
        "names": answer_texts.NAMES,
        "versions": AnswerTemplate.objects.filter(key=key).select_related("author"),
        "status": status,
    }
    return render(request, "legal/cms/rights/template.html", context, status=status)


def _save(key: str, said: dict[str, Any], by: User) -> None:
    try:
        with transaction.atomic():
            known = answer_texts.current(key)
            if said["after"] != (known.number if known else 0):
                raise ChangedMeanwhile
            AnswerTemplate.objects.create(
                key=key, number=said["after"] + 1, text=said["text"], author=by, written_at=clock_now()
            )
    except IntegrityError as error:
        raise ChangedMeanwhile from error


def _year(request: HttpRequest) -> int:
    asked = request.GET.get("annee", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and 2018 <= int(asked[:5]) <= 2200 else today().year
