"""What a practitioner may ask of the operator as its processor: an audit, a written instruction (GDPR, article 28)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.clock import now as clock_now
from common.errors import DomainError
from legal.models import AuditRequest, Instruction
from legal.oversight import acts
from legal.oversight.forms import AuditForm, InstructionForm
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner


@require_http_methods(["GET", "HEAD", "POST"])
@for_practitioner
def oversight(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    asks_audit = "audit" in request.POST
    audit = AuditForm(request.POST if asks_audit else None)
    instruction = InstructionForm(request.POST if request.method == "POST" and not asks_audit else None)
    form: Any = audit if asks_audit else instruction
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            act = acts.ask_audit if asks_audit else acts.instruct
            act(user=practitioner.user, **form.cleaned_data, now=clock_now())
        except DomainError as error:
            form.add_error("begins_on" if isinstance(error, acts.TooSoon) else None, str(error.message))
            status = error.status
        else:
            messages.success(request, _("Recorded: the legal team answers you by e-mail."))
            return redirect("office_oversight")
    context = {
        "practitioner": practitioner,
        "audit_form": audit,
        "instruction_form": instruction,
        "audits": AuditRequest.objects.filter(user=practitioner.user_id),
        "instructions": Instruction.objects.filter(user=practitioner.user_id)[:50],
    }
    return render(request, "practitioners/office/oversight.html", context, status=status)
