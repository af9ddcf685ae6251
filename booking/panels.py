"""What booking shows on a practitioner's page: the next five days that have real times, in the first HTML."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from booking import access, picker
from booking.policies.offer import bookable_services
from common import clock
from practitioners.models import Practitioner


def profile_panel(context: dict[str, object]) -> str:
    """HTML for the profile page; without JavaScript, changing the service or the week is a GET of the same page."""
    request = context.get("request")
    page: Any = context.get("page")
    practitioner = context.get("practitioner") or getattr(page, "practitioner", None)
    if not isinstance(practitioner, Practitioner) or not isinstance(request, HttpRequest):
        return ""
    return render_to_string("booking/panel.html", panel_context(request, practitioner), request=request)


def panel_context(request: HttpRequest, practitioner: Practitioner) -> dict[str, Any]:
    services = list(bookable_services().filter(practitioner=practitioner).select_related("practice"))
    wanted = request.GET.get("service", "")
    chosen = next((service for service in services if str(service.pk) == wanted), services[0] if services else None)
    values: dict[str, Any] = {
        "practitioner": practitioner,
        "services": services,
        "chosen": chosen,
        "days": [],
        "zone": "",
        "has_times": False,
        "held": None,
        "held_start": None,
        "held_url": "",
        # Translators: %s is a time on the reader's own clock.
        "own_words": _("%s where you are"),
    }
    if chosen is None:
        return values
    now = clock.now()
    key = access.holder_key(request) if hasattr(request, "session") else ""
    values |= picker.next_days(practitioner=practitioner, service=chosen, now=now, holder_key=key)
    held = access.held_by(key, practitioner, now=now)
    if held is not None:
        values |= {"held": held, "held_start": held.starts_at, "held_url": access.details_url(held)}
    return values
