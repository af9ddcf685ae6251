"""The public statement of accessibility, and the register of audits that makes it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.views import serve

from common.clock import now as clock_now
from legal import policies
from legal.accessibility.forms import AuditForm
from legal.actions import operator_values
from legal.models import AccessibilityAudit
from legal.views.doors import only


@login_not_required
@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """From the last audit; before the first one, the page that the editors wrote."""
    audit = AccessibilityAudit.objects.first()
    if audit is None:
        return serve(request, request.path_info.lstrip("/"))
    operator = operator_values.in_force(now=clock_now()).get("operateur_nom", "")
    level = "total" if not audit.failing else "partial" if audit.rate >= 50 else "none"
    context = {"audit": audit, "level": level, "rate": round(audit.rate), "operator": operator}
    return render(request, "legal/accessibility.html", context)


@only(policies.may_use_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Each audit is a new row: what was stated stays."""
    form = AuditForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        AccessibilityAudit.objects.create(**form.cleaned_data, published_at=clock_now(), published_by=request.user)
        messages.success(request, _("Published: the statement says what this audit found."))
        return redirect("legal_desk_accessibility")
    context = {"form": form, "audits": AccessibilityAudit.objects.select_related("published_by")[:20]}
    status = 422 if form.is_bound else 200
    return render(request, "legal/cms/governance/accessibility.html", context, status=status)
