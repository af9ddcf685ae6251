"""`{% intake_of appointment as intake %}`: what was answered before a session, for the pages of its two parties."""

from typing import Any

from django import template

from booking import intake
from booking.models import Appointment

register = template.Library()


@register.simple_tag
def intake_of(appointment: Appointment) -> dict[str, Any]:
    """Practical answers as they are; of the others only how many there are: reading those is an act of its own, recorded."""
    rows = list(appointment.intake_answers.all())
    return {
        "practical": [row for row in rows if row.about not in intake.SENSITIVE],
        "sensitive": [row for row in rows if row.about in intake.SENSITIVE],
    }
