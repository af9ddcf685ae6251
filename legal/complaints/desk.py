"""The moderators' desk of complaints: the queue, and one complaint that somebody else than the first decider decides."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.access.doors import File, shows_person
from common.access.kinds import kind
from common.clock import now as clock_now
from common.errors import DomainError
from legal import policies
from legal.complaints import acts
from legal.complaints.forms import ComplaintDecisionForm
from legal.complaints.sides import may_judge
from legal.complaints.standing import standing
from legal.models import ReportComplaint
from legal.reportables import reportable_of
from legal.views.doors import only

PAGE = 30
COMPLAINT = kind(
    "report-complaint",
    gettext_lazy("Complaint against a decision"),
    gettext_lazy("Handling of the complaint"),
    gettext_lazy("Question about the answer"),
)


def _opened(request: HttpRequest, pk: int) -> File:
    found = get_object_or_404(ReportComplaint.objects.select_related("report"), pk=pk)
    people = dict.fromkeys((found.person_id, found.report.reporter_id))
    return File(f"legal.ReportComplaint:{found.pk}", tuple(people), found.report.reference)


@only(policies.may_moderate)
@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; then what was decided, the newest first."""
    rows = ReportComplaint.objects.select_related("report", "assigned_to", "first_decider").order_by(
        F("decided_at").desc(nulls_first=True), "received_at"
    )
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "waiting": ReportComplaint.objects.exclude(status=ReportComplaint.Status.DECIDED).count(),
        "now": clock_now(),
    }
    return render(request, "legal/cms/complaints.html", context)


@only(policies.may_moderate)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(COMPLAINT, _opened)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(
        ReportComplaint.objects.select_related("report", "assigned_to", "first_decider", "decided_by"), pk=pk
    )
    form = ComplaintDecisionForm(
        request.POST if request.method == "POST" else None, standing=standing(found.report), initial={"rule": found.report.rule}
    )  # fmt: skip
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                acts.decide(complaint=found, moderator=request.user, now=clock_now(), **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, str(error.message))
                status = error.status
                found.refresh_from_db()
            else:
                messages.success(request, _("Decided. Both sides receive the reasons by e-mail."))
                return redirect("moderation_complaint", pk)
    subject = found.report.subject
    registered = reportable_of(type(subject)) if subject is not None else None
    context = {
        "complaint": found,
        "report": found.report,
        "standing": standing(found.report),
        "form": form,
        "may_judge": may_judge(request.user, found),
        "decided_first": request.user.pk == found.first_decider_id,
        "is_mine": found.assigned_to_id == request.user.pk,
        "is_gone": registered is None,
        "subject_url": registered.url(subject) if registered and subject is not None else "",
        "subject_text": getattr(subject, "text", ""),
        "other": found.report.complaints.exclude(pk=found.pk).first(),
        "now": clock_now(),
    }
    return render(request, "legal/cms/complaint.html", context, status=status)


@only(policies.may_moderate)
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ReportComplaint, pk=pk)
    try:
        acts.take(complaint=found, moderator=request.user)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The complaint is yours: you can decide it."))
    return redirect("moderation_complaint", pk)
