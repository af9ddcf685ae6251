"""What is asked to be paid online after the booking, for the pages of an appointment."""

from typing import Any

from django import template

from booking import access
from booking.actions import payment_links
from booking.models import Appointment, PaymentLink

register = template.Library()


def _open(appointment: Appointment) -> PaymentLink | None:
    return PaymentLink.objects.filter(appointment=appointment, paid_at=None, withdrawn_at=None).first()


@register.inclusion_tag("booking/office/payment_link.html")
def payment_link(appointment: Appointment) -> dict[str, Any]:
    """For the practitioner: the one that waits, or the way to ask for one. `request_token`: its form is posted."""
    link = _open(appointment)
    return {
        "appointment": appointment,
        "zone": appointment.timezone,
        "link": link,
        "address": payment_links.address(link) if link else "",
        "may_ask": link is None and payment_links.may_ask(appointment),
    }


@register.inclusion_tag("booking/payment_asked.html")
def payment_asked(appointment: Appointment) -> dict[str, Any]:
    """For the client: what the practitioner asks to be paid."""
    link = _open(appointment)
    return {"link": link, "practitioner": appointment.practitioner, "zone": appointment.timezone}


@register.simple_tag
def resume_url(appointment: Appointment) -> str:
    """Where this payment goes on in another browser; empty until something was begun."""
    begun = appointment.payments.filter(link=None, status__in=["creating", "open"]).exists()
    return access.resume_url(appointment) if begun else ""
