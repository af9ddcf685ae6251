"""The trace of a request for both sides: its steps in order, on a page and as a PDF."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from booking.models import ClientRequest, ClientRequestEvent
from common.money import format_euros
from common.pdf import compose as compose_pdf
from common.wording import long_datetime

_TEMPLATE = Path(__file__).parent / "pdf_templates" / "request.typ"
What = ClientRequestEvent.What


@dataclass(frozen=True)
class Step:
    event: ClientRequestEvent
    title: str
    text: str


def steps(row: ClientRequest) -> list[Step]:
    events = row.events.select_related("words", "refund").order_by("pk")
    return [
        Step(event, _title(event), words.text if (words := getattr(event, "words", None)) else "") for event in events
    ]


def pdf_response(row: ClientRequest, *, now: dt.datetime) -> HttpResponse:
    response = HttpResponse(pdf(row, now=now), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="demande-{row.reference.lower()}.pdf"'
    return response


def pdf(row: ClientRequest, *, now: dt.datetime) -> bytes:
    appointment = row.appointment
    zone = appointment.timezone
    facts = [
        (_("Request"), f"{row.reference}, {row.get_kind_display()}"),
        (_("State"), str(row.get_state_display())),
        (_("Practitioner"), appointment.practitioner.full_name),
        (_("Client"), appointment.contact_name),
        (_("Session"), f"{appointment.service_name}, {long_datetime(appointment.starts_at, zone)}"),
        (_("Appointment"), appointment.reference),
        (_("Price"), format_euros(appointment.price_cents)),
    ]
    if row.mediator or row.mediator_contact:
        facts.append((_("Consumer mediator"), ", ".join(filter(None, (row.mediator, row.mediator_contact)))))
    data = {
        "publisher": settings.WAGTAIL_SITE_NAME,
        "title": _("Request %(reference)s") % {"reference": row.reference},
        "made": _("Made on %(moment)s. The platform keeps this trace and decides nothing.")
        % {"moment": long_datetime(now, zone)},
        "facts": [[str(name), value] for name, value in facts],
        "steps": [
            {
                "moment": long_datetime(step.event.at, zone),
                "title": f"{step.title} ({step.event.get_by_display()})",
                "lines": step.text.splitlines(),
            }
            for step in steps(row)
        ],
    }
    return compose_pdf(_TEMPLATE, data, moment=now)


def _title(event: ClientRequestEvent) -> str:
    words = str(event.get_what_display())
    if event.what == What.REMINDED:
        return _("Practitioner reminded after %(n)s days") % {"n": event.number}
    if event.what == What.REFUNDED:
        return _("Refund granted: %(amount)s") % {"amount": format_euros(event.amount_cents)}
    return words
