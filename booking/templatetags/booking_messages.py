"""What was sent about an appointment, for the pages of the office."""

from typing import Any

from django import template

from booking.models import Appointment
from booking.notifications import evidence

register = template.Library()


@register.inclusion_tag("booking/office/messages_sent.html")
def messages_sent(appointment: Appointment) -> dict[str, Any]:
    return {"messages_sent": evidence.messages_about(appointment), "zone": appointment.timezone}


@register.inclusion_tag("booking/office/address_refused.html")
def address_refused(appointment: Appointment) -> dict[str, Any]:
    """A warning where the client's address does not receive."""
    return {"refused": evidence.refused_addresses(appointment), "person": appointment.contact_name}
