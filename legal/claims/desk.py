"""The desk of the claims check, in the CMS: what stands published, the rules and their lists, what was let through."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.clock import now as clock_now
from common.errors import DomainError
from common.tasks import enqueue
from legal import policies
from legal.claims import rules as acts
from legal.claims import standing
from legal.claims.desk_forms import ListForm, RuleForm, TryForm
from legal.claims.lint import Match, RuleSet
from legal.claims.store import rules_in_force
from legal.claims.surfaces import surfaces
from legal.models import ClaimChange, ClaimFinding, ClaimList, ClaimRule, ClaimWaiver
from legal.views.doors import only

A_PAGE = 50


@only(policies.may_use_documents)
@never_cache
@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    found = ClaimFinding.objects.select_related("rule", "asked_by")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    labels = {surface.key: surface.label for surface in surfaces}
    waivers = ClaimWaiver.objects.select_related("rule", "author")[:A_PAGE]
    context = {
        "page": page,
        "rows": [(row, labels.get(row.surface, row.surface)) for row in page.object_list],
        "standing": ClaimFinding.objects.filter(confirmed=False).count(),
        "waivers": [(row, labels.get(row.surface, row.surface)) for row in waivers],
    }
    return render(request, "legal/cms/claims/findings.html", context)


@only(policies.may_use_documents)
@require_POST
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    now = clock_now()
    try:
        if step == "revoquer":
            get_object_or_404(ClaimWaiver, pk=pk)
            acts.revoke(waiver_id=pk, by=request.user, now=now)
            messages.success(request, _("Revoked: the sentence is looked at again."))
        else:
            get_object_or_404(ClaimFinding, pk=pk)
            if step == "demander":
                standing.ask(finding_id=pk, by=request.user, now=now)
                messages.success(request, _("Its owner is written to, with the sentences and better wordings."))
            else:
                standing.let_stand(finding_id=pk, by=request.user, reason=request.POST.get("reason", ""), now=now)
                messages.success(request, _("The sentence may stand. You can revoke it below."))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("legal_desk_claims")


@only(policies.may_use_documents)
@require_POST
def look_again(request: HttpRequest) -> HttpResponse:
    from legal.tasks import recheck_claims

    enqueue(recheck_claims)
    messages.success(request, _("Everything published is being looked at again: come back in a moment."))
    return redirect("legal_desk_claims")


@only(policies.may_use_documents)
@never_cache
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    form = TryForm(request.GET if request.GET.get("sentence") else None)
    context: dict[str, Any] = {
        "rules": ClaimRule.objects.all(),
        "lists": ClaimList.objects.all(),
        "changes": ClaimChange.objects.select_related("author").filter(author__isnull=False)[:10],
        "form": form,
    }
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["sentence"]
        context |= tried(text, rules_in_force().check(text, reply=form.cleaned_data["reply"]))
    return render(request, "legal/cms/claims/rules.html", context)


@only(policies.may_use_documents)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """Saved, or tried as typed without being saved."""
    row = get_object_or_404(ClaimRule, slug=slug) if slug else ClaimRule()
    form = RuleForm(request.POST if request.method == "POST" else None, instance=row)
    test = TryForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "test": test, "rule": row, "history": _history(f"rule:{slug}")}
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid() and test.is_valid():
            if "try" in request.POST:
                status = 200
                text = test.cleaned_data["sentence"]
                alone = RuleSet(
                    [form.instance.as_rule()], {each.name: each.entries for each in ClaimList.objects.all()}
                )
                context |= tried(text, alone.check(text, reply=True))
            else:
                if acts.save(row=form.save(commit=False), author=request.user, now=clock_now()):
                    messages.success(request, _("Saved, and effective at once. What is published is looked at again."))
                return redirect("legal_desk_claims_rules")
    return render(request, "legal/cms/claims/rule.html", context, status=status)


@only(policies.may_use_documents)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, name: str | None = None) -> HttpResponse:
    row = get_object_or_404(ClaimList, name=name) if name else ClaimList()
    form = ListForm(request.POST if request.method == "POST" else None, instance=row)
    if form.is_bound and form.is_valid():
        if acts.save(row=form.save(commit=False), author=request.user, now=clock_now()):
            messages.success(request, _("Saved, and effective at once. What is published is looked at again."))
        return redirect("legal_desk_claims_rules")
    context = {"form": form, "list": row, "history": _history(f"list:{name}")}
    return render(request, "legal/cms/claims/list.html", context, status=422 if form.is_bound else 200)


def tried(text: str, found: list[Match]) -> dict[str, Any]:
    """The sentence in pieces, those that a rule sees being marked."""
    pieces: list[tuple[str, bool]] = []
    reached = 0
    for match in sorted(found, key=lambda each: each.start):
        if match.start >= reached:
            pieces += [(text[reached : match.start], False), (match.of(text), True)]
            reached = match.end
    pieces.append((text[reached:], False))
    return {"tried": True, "pieces": pieces, "found": [(match.of(text), match.rule) for match in found]}


def _history(what: str) -> list[tuple[ClaimChange, list[tuple[str, Any, Any]]]]:
    """Each change with the fields it touched, before and after."""
    rows = []
    for change in ClaimChange.objects.select_related("author").filter(what=what)[:20]:
        before, after = change.before or {}, change.after or {}
        fields = [(key, before.get(key, ""), after.get(key, "")) for key in after if before.get(key) != after.get(key)]
        rows.append((change, fields if change.before else []))
    return rows
