"""Which messages the practitioner receives."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.forms.notifications import OfficeMessagesForm
from booking.notifications import preferences
from common import clock
from common.models import BadAddress
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner


@require_http_methods(["GET", "HEAD", "POST"])
@for_practitioner
def choices(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    if request.method == "POST":
        form = OfficeMessagesForm(request.POST)
        form.is_valid()  # boxes only: anything may be sent, and each is ticked or not
        preferences.choose_as_practitioner(practitioner_id=practitioner.pk, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Your choice is saved."))
        return redirect("office:notifications")
    chosen = preferences.of_practitioner(practitioner.pk)
    initial = {name: getattr(chosen, name) for name in OfficeMessagesForm.base_fields}
    context = {
        "form": OfficeMessagesForm(initial=initial),
        "practitioner": practitioner,
        "refused": BadAddress.objects.of(practitioner.professional_email).exists(),
    }
    return render(request, "booking/office/notifications.html", context)
