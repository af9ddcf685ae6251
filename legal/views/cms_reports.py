"""The moderation desk: one report, taken and decided."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common.access.doors import File, shows_person
from common.access.kinds import kind
from common.clock import now as clock_now
from common.errors import DomainError
from legal import policies
from legal.actions import reports
from legal.forms import DecisionForm
from legal.models import Report
from legal.reportables import reportable_of
from legal.views.doors import only

REPORT = kind(
    "report",
    gettext_lazy("Report"),
    gettext_lazy("Handling of the report"),
    gettext_lazy("Question about the decision"),
)


def _opened(request: HttpRequest, pk: int) -> File:
    found = get_object_or_404(Report, pk=pk)
    return File(f"legal.Report:{found.pk}", (found.reporter_id,), found.reference)


@only(policies.may_moderate)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(REPORT, _opened)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Report.objects.select_related("assigned_to", "decided_by"), pk=pk)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            reports.decide(report=found, moderator=request.user, now=clock_now(), **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Decided. Both sides receive the reasons by e-mail."))
            return redirect("moderation_report", found.pk)
    subject = found.subject
    reportable = reportable_of(type(subject)) if subject is not None else None
    context = {
        "report": found,
        "form": form,
        "may_decide": policies.may_decide(request.user, found),
        "is_own": found.reporter_id == request.user.pk,
        "subject_url": reportable.url(subject) if reportable and subject is not None else "",
        "subject_text": getattr(subject, "text", ""),
        "complaints": found.complaints.all(),
        "others": Report.objects.filter(content_type=found.content_type, object_id=found.object_id).exclude(
            pk=found.pk
        ),
    }
    return render(request, "legal/cms/report.html", context, status=422 if form.is_bound else 200)


@only(policies.may_moderate)
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Report, pk=pk)
    try:
        reports.assign(report=found, moderator=request.user)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The report is yours: you can decide it."))
    return redirect("moderation_report", found.pk)
