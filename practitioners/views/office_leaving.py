"""« Quitter l'annuaire »: what happens and when, what to take along, asked for and taken back (R6)."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from common.clock import now as clock_now
from common.clock import today
from common.errors import DomainError
from practitioners.actions import ends
from practitioners.models import ContractEnd, Practitioner
from practitioners.views.office import for_practitioner


class LeavingForm(forms.Form):
    reasons = forms.CharField(
        label=gettext_lazy("Why you leave, if you like to say"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    sure = forms.BooleanField(label=gettext_lazy("I leave the directory on the day said above"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_practitioner
def leaving(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = LeavingForm(request.POST or None)
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("step") == "renoncer":
                return _taken_back(request, practitioner)
            if form.is_valid():
                ends.leave(practitioner=practitioner, reasons=form.cleaned_data["reasons"], now=clock_now())
                messages.success(
                    request, _("It is noted: you receive a mail with the date and what happens until then.")
                )
                return redirect("office_leaving")
            status = 422
        except DomainError as error:
            messages.error(request, str(error))
            status = error.status
    last = practitioner.ends.exclude(status__in=[ContractEnd.Status.WITHDRAWN, ContractEnd.Status.PROPOSED]).first()
    context = {
        "practitioner": practitioner,
        "form": form,
        "end": last,
        "may_leave": last is None and practitioner.status in ends.UNDER_CONTRACT,
        "would_end_on": today() + ends.DELAY_OF_LEAVING,
    }
    return render(request, "practitioners/office/leaving.html", context, status=status)


def _taken_back(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    end = practitioner.ends.filter(status=ContractEnd.Status.ANNOUNCED).first()
    if end is None:
        raise ends.NoLongerOpen
    ends.withdraw(end=end, by=request.user, now=clock_now())
    messages.success(request, _("You stay: your contract goes on as before."))
    return redirect("office_leaving")
