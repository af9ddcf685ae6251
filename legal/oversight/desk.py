"""Audits, instructions and disclosures, in the CMS."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.access.doors import File, shows_person
from common.access.kinds import kind
from common.clock import now as clock_now
from common.clock import today
from common.errors import DomainError
from legal import policies
from legal.models import AuditRequest, Disclosure, Instruction
from legal.oversight import acts, disclosures
from legal.oversight.disclosures import DISCLOSED
from legal.oversight.forms import DisclosureForm, SettleForm, WordsForm
from legal.views.doors import only

DUTIES = kind(
    "processor-duties",
    gettext_lazy("Audit or instruction of a practitioner"),
    gettext_lazy("Following up the audit"),
    gettext_lazy("Applying the instruction"),
)


@only(policies.may_use_documents)
@never_cache
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """References and dates; who asked stands on the page of each."""
    context = {
        "audits": AuditRequest.objects.all()[:100],
        "instructions": Instruction.objects.all()[:100],
        "disclosures": Disclosure.objects.all()[:100],
        "today": today(),
    }
    return render(request, "legal/cms/governance/oversight.html", context)


def _audit(request: HttpRequest, pk: int) -> File:
    row = get_object_or_404(AuditRequest, pk=pk)
    return File(f"legal.AuditRequest:{row.pk}", (row.user_id,), _("Audit %(n)s") % {"n": row.pk})


@only(policies.may_use_documents)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(DUTIES, _audit)
def audit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(AuditRequest.objects.select_related("user", "agreed_by", "closed_by"), pk=pk)
    by, now = request.user, clock_now()
    steps: dict[str, Callable[[str], None]] = {
        "asked": lambda words: acts.agree(audit_id=pk, words=words, by=by, now=now),
        "agreed": lambda words: acts.receive_report(audit_id=pk, report=words, now=now),
        "reported": lambda words: acts.close_audit(audit_id=pk, corrections=words, by=by, now=now),
    }
    form = WordsForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        if row.state not in steps:
            raise Http404
        try:
            steps[row.state](form.cleaned_data["words"])
        except DomainError as error:
            form.add_error(None, str(error.message))
            status = error.status
        else:
            messages.success(request, _("Recorded."))
            return redirect("legal_desk_audit", pk)
    return render(request, "legal/cms/governance/audit.html", {"row": row, "form": form}, status=status)


def _instruction(request: HttpRequest, pk: int) -> File:
    row = get_object_or_404(Instruction, pk=pk)
    return File(f"legal.Instruction:{row.pk}", (row.user_id,), _("Instruction %(n)s") % {"n": row.pk})


@only(policies.may_use_documents)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(DUTIES, _instruction)
def instruction(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Instruction.objects.select_related("user", "acknowledged_by", "settled_by"), pk=pk)
    posted = request.method == "POST" and ("accuser" in request.POST or "words" in request.POST)
    form = SettleForm(request.POST if posted and "accuser" not in request.POST else None)
    status = 200
    if posted:
        status = 422
        try:
            if "accuser" in request.POST:
                acts.acknowledge(instruction_id=pk, by=request.user, now=clock_now())
                messages.success(request, _("Acknowledged: the practitioner is told."))
                return redirect("legal_desk_instruction", pk)
            if form.is_valid():
                acts.settle(instruction_id=pk, **form.cleaned_data, by=request.user, now=clock_now())
                messages.success(request, _("Recorded: the practitioner is told."))
                return redirect("legal_desk_instruction", pk)
        except DomainError as error:
            messages.error(request, str(error.message))
            status = error.status
    return render(request, "legal/cms/governance/instruction.html", {"row": row, "form": form}, status=status)


@only(policies.may_use_documents)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest) -> HttpResponse:
    form = DisclosureForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            row = disclosures.prepare(**form.said, by=request.user, now=clock_now())
        except DomainError as error:
            form.add_error("asked_on", str(error.message))
        else:
            messages.success(request, _("Prepared: somebody else approves it."))
            return redirect("legal_desk_disclosure", row.pk)
    return render(request, "legal/cms/governance/disclosure_new.html", {"form": form}, status=status)


def _disclosure(request: HttpRequest, pk: int) -> File:
    row = get_object_or_404(Disclosure, pk=pk)
    return File(f"legal.Disclosure:{row.pk}", (row.person_id if row.may_tell else None,), row.reference)


@only(policies.may_use_documents)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(DISCLOSED, _disclosure)
def disclosure(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Disclosure.objects.select_related("person", "prepared_by", "decided_by"), pk=pk)
    form = WordsForm(request.POST if "refuser" in request.POST else None)
    status = 200
    if "approuver" in request.POST or (form.is_bound and form.is_valid()):
        try:
            if "approuver" in request.POST:
                disclosures.approve(disclosure_id=pk, by=request.user, now=clock_now())
                messages.success(request, _("Approved and sealed: its hash is below."))
            else:
                reason = form.cleaned_data["words"][:1000]
                disclosures.refuse(disclosure_id=pk, reason=reason, by=request.user, now=clock_now())
                messages.success(request, _("Refused, with its reason."))
            return redirect("legal_desk_disclosure", pk)
        except DomainError as error:
            messages.error(request, str(error.message))
            status = error.status
    elif form.is_bound:
        status = 422
    context = {"row": row, "form": form, "is_mine": row.prepared_by_id == request.user.pk}
    return render(request, "legal/cms/governance/disclosure.html", context, status=status)


@only(policies.may_use_documents)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(DISCLOSED, _disclosure)
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Disclosure.objects.exclude(sha256=""), pk=pk)
    try:
        content = disclosures.read(row)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("legal_desk_disclosure", pk)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{row.reference.lower()}.zip"'
    return response
