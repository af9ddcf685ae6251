"""The invoice of an appointment, for its page in the office."""

from typing import Any

from django import template

from booking.actions import client_invoices
from booking.models import Appointment
from common import clock

register = template.Library()


@register.inclusion_tag("booking/office/appointment_invoice.html", takes_context=True)
def appointment_invoice(context: template.Context, appointment: Appointment) -> dict[str, Any]:
    """The one that stands, or the way to issue it; nothing for a session that cannot be invoiced."""
    known = client_invoices.invoice_of(appointment)
    return {
        "appointment": appointment,
        "invoice": known,
        "may_issue": known is None and client_invoices.may_be_issued(appointment, now=clock.now()),
        "csrf_token": context.get("csrf_token"),
    }
