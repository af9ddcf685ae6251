"""The desk of providers, in the CMS: the register, what is announced, objections and what follows."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.access.doors import File, shows_person
from common.access.kinds import kind
from common.clock import now as clock_now
from common.clock import today
from common.errors import DomainError
from legal import policies
from legal.models import LegalDocument, Provider, ProviderAnswer, ProviderChange
from legal.providers import answers, changes, public_list
from legal.providers.countries import name_of
from legal.providers.forms import FollowForm, ProviderForm, WordsForm
from legal.views.doors import only

OBJECTION = kind("provider-objection", gettext_lazy("Objection to a provider"), gettext_lazy("Answering the objection"))


@only(policies.may_read_register)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    rows = list(Provider.objects.order_by("ended_at", "name"))
    context = {
        "rows": [(row, name_of(row.country)) for row in rows],
        "waiting": [(row, changes.open_objections(row)) for row in _changes().filter(outcome="waiting")],
        "settled": _changes().exclude(outcome="waiting")[:30],
        "today": today(),
        "may_write": policies.may_use_documents(request.user),
        "document": LegalDocument.objects.filter(kind=LegalDocument.Kind.SUBPROCESSORS, owner=None).first(),
    }
    return render(request, "legal/cms/governance/providers.html", context)


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int = 0) -> HttpResponse:
    provider = get_object_or_404(Provider, pk=pk) if pk else None
    form = ProviderForm(
        request.POST if request.method == "POST" else None,
        initial=changes.facts_of(provider) if provider else {"country": "FR"},
    )
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                change = changes.propose(
                    provider=provider,
                    facts=form.facts,
                    summary=form.cleaned_data["summary"] or _("The register of providers is completed."),
                    author=request.user,
                    now=clock_now(),
                )
            except DomainError as error:
                form.add_error(None, str(error.message))
                status = error.status
            else:
                messages.success(
                    request,
                    _("Announced: practitioners have 15 days to object.")
                    if change
                    else _("The register is completed."),
                )
                return redirect("legal_desk_change", change.pk) if change else redirect("legal_desk_providers")
    history = provider.history.select_related("author")[:50] if provider else []
    context = {"form": form, "provider": provider, "history": history, "words_form": WordsForm()}
    return render(request, "legal/cms/governance/provider.html", context, status=status)


@only(policies.may_use_documents)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    provider = get_object_or_404(Provider, pk=pk)
    form = WordsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why this provider ends."))
        return redirect("legal_desk_provider", pk)
    try:
        change = changes.end(
            provider=provider, summary=form.cleaned_data["words"], author=request.user, now=clock_now()
        )
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("legal_desk_provider", pk)
    return redirect("legal_desk_change", change.pk)


@only(policies.may_read_register)
@never_cache
@require_safe
def change(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_changes(), pk=pk)
    told = found.answers.all()
    context = {
        "change": found,
        "country": name_of(found.facts["country"]),
        "service": Provider.Kind(found.facts["kind"]).label,
        "safeguard": Provider.Safeguard(found.facts["safeguard"]).label,
        "objections": told.filter(answer="objection").order_by("answered_at"),
        "told": told.count(),
        "silent": told.filter(answer="silence").count(),
        "may_write": policies.may_use_documents(request.user),
        "waits": found.outcome == ProviderChange.Outcome.WAITING,
        "form": WordsForm(),
    }
    return render(request, "legal/cms/governance/provider_change.html", context)


@only(policies.may_use_documents)
@require_POST
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ProviderChange, pk=pk)
    form = WordsForm(request.POST)
    if form.is_valid():
        try:
            changes.give_up(change=found, reason=form.cleaned_data["words"], by=request.user, now=clock_now())
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Given up: nothing changes for practitioners."))
    else:
        messages.error(request, _("Say why it is given up."))
    return redirect("legal_desk_change", pk)


def _objection(request: HttpRequest, pk: int) -> File:
    row = get_object_or_404(ProviderAnswer.objects.select_related("user"), pk=pk, answer="objection")
    return File(f"legal.ProviderAnswer:{row.pk}", (row.user_id,), str(row.user))


@only(policies.may_use_documents)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(OBJECTION, _objection)
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """What a practitioner objects, and the team's answer."""
    row = get_object_or_404(ProviderAnswer.objects.select_related("user", "change"), pk=pk, answer="objection")
    form = FollowForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            answers.follow(
                answer_id=row.pk,
                what=form.cleaned_data["follow"],
                words=form.cleaned_data["words"],
                by=request.user,
                now=clock_now(),
            )
        except DomainError as error:
            form.add_error(None, str(error.message))
            status = error.status
        else:
            messages.success(request, _("The practitioner receives your answer."))
            return redirect("legal_desk_change", row.change_id)
    return render(request, "legal/cms/governance/objection.html", {"row": row, "form": form}, status=status)


@only(policies.may_use_documents)
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    try:
        version = public_list.draft(author=request.user)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("legal_desk_providers")
    messages.success(
        request, _("A draft of the public list was made from the register: read it again, then submit it.")
    )
    return redirect("legal_desk_document", version.document_id)


def _changes() -> QuerySet[ProviderChange]:
    return ProviderChange.objects.select_related("author", "provider", "settled_by")
