"""The public page where each side contests a decision from the link of its mail, and then follows the complaint."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.clock import now as clock_now
from common.errors import DomainError
from legal.complaints import acts, links
from legal.complaints.forms import ContestForm
from legal.complaints.standing import standing


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contest(request: HttpRequest, reference: str, side: str, signature: str) -> HttpResponse:
    found = links.opened(reference, side, signature)
    if found is None:
        raise Http404
    report, who = found
    now, stands = clock_now(), standing(report)
    context: dict[str, Any] = {"report": report, "standing": stands, "is_author": who == acts.Side.AUTHOR}
    complaint = report.complaints.filter(side=who).first()
    if complaint is not None:
        if request.method == "POST":
            return redirect(request.path)  # the same words sent twice: here is what became of the first
        return render(request, "legal/complaint_state.html", {**context, "complaint": complaint})
    if now > stands.contested_until:
        return render(request, "legal/complaint_too_late.html", context, status=410)
    form = ContestForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                acts.file(report=report, side=who, text=form.cleaned_data["text"], now=now)
            except DomainError as error:
                form.add_error(None, str(error.message))
                status = error.status
            else:
                return redirect(request.path)
    return render(request, "legal/complaint.html", {**context, "form": form}, status=status)
