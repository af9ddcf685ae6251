"""The practitioner's own terms of sale and privacy policy: written, previewed, published."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.clock import now as clock_now
from common.errors import DomainError
from legal.comparison import compare
from legal.reading import page_of
from practitioners import own_documents
from practitioners.actions import own_documents as actions
from practitioners.document_forms import ArticlesForm, SummaryForm
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner


def _model(word: str) -> own_documents.Model:
    model = own_documents.models().get(word)
    if model is None:
        raise Http404
    return model


@require_safe
@for_practitioner
def my_documents(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    rows = []
    for word, model in own_documents.models().items():
        published = own_documents.last_published(practitioner, model)
        rows.append(
            {
                "word": word,
                "label": model.label,
                "published": published,
                "draft": actions.draft_of(practitioner, model),
                "outdated": own_documents.differs_from_file(practitioner, model, published) if published else [],
            }
        )
    return render(request, "practitioners/office/documents.html", {"practitioner": practitioner, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_practitioner
def edit(request: HttpRequest, practitioner: Practitioner, word: str) -> HttpResponse:
    model = _model(word)
    draft = actions.draft_of(practitioner, model)
    published = own_documents.last_published(practitioner, model)
    form = SummaryForm(request.POST or None, initial={"summary": draft.summary if draft else ""})
    status = 200
    if request.method == "POST":
        articles = ArticlesForm(request.POST, prefix="article")
        if articles.is_valid() & form.is_valid():
            try:
                actions.save_draft(
                    practitioner=practitioner,
                    model=model,
                    articles=articles.rows(),
                    summary=form.cleaned_data["summary"],
                )
            except DomainError as error:
                form.add_error(None, str(error.message))
            else:
                if request.POST.get("then") == "more":
                    messages.success(request, _("Your draft is kept."))
                    return redirect(reverse("office_document", args=[word]) + "#nouvel-article")
                return redirect("office_document_preview", word)
        status = 422
    else:
        source = draft or published
        rows = source.articles if source else own_documents.proposed(practitioner, model)
        articles = ArticlesForm.of(rows)
    context = {
        "practitioner": practitioner,
        "word": word,
        "model": model,
        "form": form,
        "articles": articles,
        "draft": draft,
        "published": published,
        "missing": [] if published else own_documents.missing_facts(practitioner, model),
    }
    return render(request, "practitioners/office/document_edit.html", context, status=status)


@require_safe
@for_practitioner
def preview(request: HttpRequest, practitioner: Practitioner, word: str) -> HttpResponse:
    return _preview(request, practitioner, word)


def _preview(
    request: HttpRequest, practitioner: Practitioner, word: str, *, problem: str = "", status: int = 200
) -> Any:
    model = _model(word)
    draft = actions.draft_of(practitioner, model)
    if draft is None:
        return redirect("office_document", word)
    published = own_documents.last_published(practitioner, model)
    changes = compare(published.articles, draft.articles) if published else []
    context = {
        **page_of(draft, now=clock_now(), values={}),
        "practitioner": practitioner,
        "word": word,
        "published": published,
        "changed": [change for change in changes if change.status != "same"],
        "problem": problem,
    }
    return render(request, "practitioners/office/document_preview.html", context, status=status)


@require_POST
@for_practitioner
def publish(request: HttpRequest, practitioner: Practitioner, word: str) -> HttpResponse:
    model = _model(word)
    try:
        version = actions.publish(practitioner=practitioner, model=model, now=clock_now())
    except actions.NothingWritten as error:
        messages.warning(request, str(error.message))
        return redirect("office_documents")
    except DomainError as error:
        return _preview(request, practitioner, word, problem=str(error.message), status=error.status)  # type: ignore[no-any-return]
    messages.success(
        request,
        _("Version %(number)d is published: it is shown to who books from now on.") % {"number": version.number},
    )
    return redirect("office_documents")


@require_POST
@for_practitioner
def discard(request: HttpRequest, practitioner: Practitioner, word: str) -> HttpResponse:
    actions.discard(practitioner=practitioner, model=_model(word))
    messages.success(request, _("The draft is thrown away. What is published stays."))
    return redirect("office_documents")
