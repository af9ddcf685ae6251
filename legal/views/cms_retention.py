"""The end of personal data: what each rule would end, what it did, and the decisions of the legal team."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.clock import now as clock_now
from common.errors import DomainError
from common.retention import Rule, rules
from legal import policies
from legal.actions import retention
from legal.models import ErasureCertificate, LegalHold, RetentionApproval, RetentionOutcome
from legal.retention import dry_run
from legal.views.doors import only


@only(policies.may_use_documents)
@require_POST
def approve_idle(request: HttpRequest) -> HttpResponse:
    count = retention.approve_idle(by=request.user, now=clock_now())
    messages.success(
        request, ngettext("%(count)d rule approved.", "%(count)d rules approved.", count) % {"count": count}
    )
    return redirect("legal_desk_retention")


@only(policies.may_read_register)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a decision first; then every rule with its last night."""
    last = {outcome.rule: outcome for outcome in RetentionOutcome.objects.order_by("rule", "-day").distinct("rule")}
    approvals = {row.rule: row for row in RetentionApproval.objects.order_by("rule", "-approved_at").distinct("rule")}
    states = RetentionOutcome.State
    stopped: set[str] = {states.WAITING, states.BRAKED, states.FAILED}
    rows: list[dict[str, Any]] = [
        {"rule": rule, "last": last.get(rule.key), "approval": approvals.get(rule.key)}
        for rule in rules
        if not rule.done_by
    ]
    context = {
        "rows": rows,
        "waiting": [row for row in rows if (row["last"] and row["last"].state in stopped) or not row["approval"]],
        "elsewhere": [rule for rule in rules if rule.done_by],
        "certificates": list(ErasureCertificate.objects.order_by("-sequence")[:10]),
        "may_decide": policies.may_use_documents(request.user),
        "holds": LegalHold.objects.active(clock_now()).count(),
    }
    return render(request, "legal/cms/retention.html", context)


@only(policies.may_read_register)
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """The dry run of one rule, and its approval."""
    found = rules.get(key) if key in rules else None
    if found is None or found.done_by:
        raise Http404
    status = 200
    if request.method == "POST":
        if not policies.may_use_documents(request.user):
            raise PermissionDenied
        try:
            _decide(request, found)
        except DomainError as error:
            messages.error(request, str(error.message))
            status = error.status
        else:
            return redirect("legal_desk_rule", key=key)
    now = clock_now()
    context = {
        "rule": found,
        "found": dry_run.preview(found, now),
        "nights": list(RetentionOutcome.objects.filter(rule=key)[:14]),
        "approvals": list(RetentionApproval.objects.filter(rule=key).select_related("approved_by")[:10]),
        "may_decide": policies.may_use_documents(request.user),
    }
    return render(request, "legal/cms/rule.html", context, status=status)


def _decide(request: HttpRequest, found: Rule) -> None:
    signature, seen = request.POST.get("signature", ""), request.POST.get("seen", "")
    now = clock_now()
    if request.POST.get("act") == "lift":
        up_to = int(seen) if seen.isdecimal() and len(seen) < 12 else 0
        retention.lift_brake(rule=found, signature=signature, up_to=up_to, by=request.user, now=now)
        messages.success(request, _("The brake is lifted for three days, for the number of rows that you saw."))
        return
    retention.approve(rule=found, signature=signature, by=request.user, now=now)
    messages.success(request, _("The rule runs from tonight."))
