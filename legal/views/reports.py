"""The public form that reports a review, a profile or whatever an app declared reportable."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import now as clock_now
from common.pace import too_many
from legal.actions.reports import file_report
from legal.forms import ReportForm
from legal.models import Report
from legal.reportables import reportable

HOURLY = 10  # reports from one address; more is a flood, and mail reaches us otherwise


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    kind = reportable(key)
    subject = kind.find(pk) if kind else None
    if kind is None or subject is None:
        raise Http404
    user = request.user if request.user.is_authenticated else None
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        initial={"email": user.email if user else ""},
        reportable=kind,
    )
    context: dict[str, Any] = {"form": form, "kind": kind, "label": kind.label(subject), "url": kind.url(subject)}
    if not form.is_bound:
        return render(request, "legal/report.html", context)
    if not form.is_valid():
        return render(request, "legal/report.html", context, status=422)
    if too_many(request, "reports", most=HOURLY):
        form.add_error(None, _("Too many reports were sent from your connection. Try again in an hour."))
        return render(request, "legal/report.html", context, status=429)
    found = file_report(
        reportable=kind,
        subject=subject,
        ground=form.cleaned_data["ground"],
        text=form.cleaned_data["text"],
        email=form.cleaned_data["email"],
        reporter=user,
        now=clock_now(),
    )
    request.session["report_received"] = found.reference
    return redirect("report_received", reference=found.reference)


@login_not_required
@never_cache
@require_safe
def received(request: HttpRequest, reference: str) -> HttpResponse:
    """Only for the browser that sent it: a reference alone opens nothing."""
    if request.session.get("report_received") != reference:
        raise Http404
    return render(request, "legal/report_received.html", {"report": get_object_or_404(Report, reference=reference)})
