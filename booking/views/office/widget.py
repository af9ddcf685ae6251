"""The widget for one's own site: how it looks, and the code to paste."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET

from booking.forms.widget import WidgetForm
from booking.policies.offer import bookable_services
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner


@require_GET
@for_practitioner
def widget(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """A form that is an address: what was chosen, its preview and its code are one page."""
    services = list(bookable_services().filter(practitioner=practitioner))
    asked = {name: value for name, value in request.GET.items() if name in WidgetForm.base_fields}
    form = WidgetForm(WidgetForm.defaults() | asked if asked else None, services=services)
    parameters = form.parameters()
    frame = reverse("widget", args=[practitioner.slug])
    frame += f"?{urlencode(parameters)}" if parameters else ""
    code = {
        "base": settings.BASE_URL,
        "frame_url": settings.BASE_URL + frame,
        "fallback_url": settings.BASE_URL + reverse("booking:service", args=[practitioner.slug]),
        "practitioner": practitioner,
        "parameters": parameters,
    }
    context = {
        "practitioner": practitioner,
        "form": form,
        "services": services,
        "frame_url": frame,
        "script_code": render_to_string("booking/office/widget_script.txt", code).strip(),
        "frame_code": render_to_string("booking/office/widget_frame.txt", code).strip(),
    }
    return render(request, "booking/office/widget.html", context, status=422 if form.is_bound and form.errors else 200)
