"""Messages to both parties, queued in the transaction that causes them; each is sent once whatever is replayed. No health data."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from booking import access
from booking.cancellation_terms import dated_lines
from booking.models import Appointment, Payment, Status
from booking.notifications.facts import freeze
from booking.notifications.gathering import is_held_back
from booking.notifications.kinds import BOTH, CLIENT, KINDS
from common import clock, outbox

RENDERER = "booking"
STANDS = {Status.REQUESTED, Status.CONFIRMED, Status.DONE, Status.CLIENT_ABSENT}


def tell(
    appointment: Appointment,
    kind: str,
    *,
    to: tuple[str, ...] = BOTH,
    number: int = 0,
    with_file: bool = False,
    **facts: Any,
) -> None:
    """Queue the message `kind` for each reader of `to`, once per (appointment, kind, reader, number).

    `number` tells apart messages of one kind (the third move); `with_file` attaches the ICS event; `facts` are variables
    of the templates, JSON or moments: they are frozen with the message (`url`: where its button leads). It is written by the
    task that sends it.
    """
    asked = [reader for reader in KINDS[kind].readers if reader in to and not is_held_back(reader)]
    readers = [reader for reader in asked if _address(appointment, reader)]
    if not readers:
        return
    now = clock.now()
    shared = freeze(appointment) | {"said_at": now, "with_file": with_file, "terms": _terms(appointment), "more": facts}
    drafts = [
        outbox.Draft(
            key=f"appointment-{appointment.reference}-{kind}-{reader}" + (f"-{number}" if number else ""),
            to=_address(appointment, reader),
            template=f"booking/{kind}_{reader}",
            facts=shared | {"url": _url(appointment, reader)},
            about=about(appointment.reference),
        )
        for reader in readers
    ]
    outbox.queue(RENDERER, drafts)


def about(reference: str) -> str:
    """How messages about an appointment are found."""
    return f"appointment:{reference}"


def paid_too_late(appointment: Appointment, payment: Payment) -> None:
    """A payment that arrived when it could pay for nothing any more: the money goes back, and both are told why."""
    was_taken = payment.status == Payment.Status.PAID
    tell(
        appointment,
        "paid_too_late",
        # An authorisation said to be released, and taken after all, is told a second time.
        number=2 * payment.attempt + was_taken,
        refund_cents=payment.amount_cents,
        was_taken=was_taken,
        why=_why_too_late(appointment),
    )


def _why_too_late(appointment: Appointment) -> str:
    """The time was lost to somebody else, the appointment is over, or nothing was due any more for one that stands."""
    if appointment.status in {Status.HELD, Status.EXPIRED} and appointment.booked_at is None:
        return "lost"
    return "due_no_more" if appointment.status in STANDS else "over"


def _address(appointment: Appointment, reader: str) -> str:
    return appointment.contact_email if reader == CLIENT else appointment.practitioner.professional_email


def _url(appointment: Appointment, reader: str) -> str:
    """Where the button of the mail leads."""
    if reader == CLIENT:
        return access.manage_url(appointment)
    return settings.BASE_URL + reverse("office:appointment", args=[appointment.reference])


def _terms(appointment: Appointment) -> list[dict[str, Any]]:
    """What cancelling gives back, in dated lines; nothing where nothing was paid online."""
    if not appointment.advance_cents:
        return []
    lines = dated_lines(
        appointment.cancellation_tiers,
        paid=appointment.advance_cents,
        starts_at=appointment.starts_at,
        now=clock.now(),
    )
    return [{"until": line.until, "refund": line.refund} for line in lines]
