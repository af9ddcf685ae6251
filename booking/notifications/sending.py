"""Mails to both parties, queued in the transaction that causes them; each is sent once whatever is replayed. No health data."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse

from booking import access, calendar_file
from booking.cancellation_terms import dated_lines
from booking.models import Appointment, Payment, Status
from booking.notifications.kinds import BOTH, CLIENT, KINDS, PRACTITIONER
from common import clock, outbox


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
    of the templates, JSON or moments: they are frozen with the message.
    """
    for reader in KINDS[kind].readers:
        if reader in to:
            _send(appointment, kind, reader, with_file, number, facts)


def booked(appointment: Appointment) -> None:
    """Confirmed, or requested: to the client and to the practitioner."""
    confirmed = appointment.status == Status.CONFIRMED
    tell(appointment, "confirmed" if confirmed else "requested", with_file=confirmed)


def refused(appointment: Appointment, *, unanswered: bool) -> None:
    tell(appointment, "refused", unanswered=unanswered)
    if unanswered:
        tell(appointment, "unanswered")


def cancelled(appointment: Appointment, *, refund_cents: int, by_client: bool) -> None:
    tell(appointment, "cancelled", with_file=True, refund_cents=refund_cents, by_client=by_client)


def paid_too_late(appointment: Appointment, payment: Payment) -> None:
    """A payment that arrived when the time was gone: the money goes back, and both are told."""
    was_taken = payment.status == Payment.Status.PAID
    tell(appointment, "paid_too_late", number=payment.attempt, refund_cents=payment.amount_cents, was_taken=was_taken)


def _address(appointment: Appointment, reader: str) -> tuple[str, str]:
    """To whom, and where the button of the mail leads."""
    if reader == CLIENT:
        return appointment.contact_email, access.manage_url(appointment)
    url = settings.BASE_URL + reverse("office:appointment", args=[appointment.reference])
    return appointment.practitioner.professional_email, url


def _send(
    appointment: Appointment, kind: str, reader: str, with_file: bool, number: int, facts: dict[str, Any]
) -> None:
    to, url = _address(appointment, reader)
    if not to:
        return
    now = clock.now()
    for_practitioner = reader == PRACTITIONER
    context = {
        "appointment": appointment,
        "practitioner": appointment.practitioner,
        "for_practitioner": for_practitioner,
        "zone": appointment.timezone,
        "place": appointment.place,
        "terms": _terms(appointment, now),
        "url": url,
        "base_url": settings.BASE_URL,
        "site_name": settings.WAGTAIL_SITE_NAME,
        **facts,
    }
    files = [calendar_file.attachment(appointment, for_practitioner=for_practitioner, now=now)] if with_file else None
    outbox.send(
        key=f"appointment-{appointment.reference}-{kind}-{reader}" + (f"-{number}" if number else ""),
        to=to,
        template=f"booking/{kind}_{reader}",
        context=context,
        attachments=files,
    )


def _terms(appointment: Appointment, now: dt.datetime) -> list[Any]:
    """What cancelling gives back, in dated lines; nothing where nothing was paid online."""
    if not appointment.advance_cents:
        return []
    return dated_lines(
        appointment.cancellation_tiers, paid=appointment.advance_cents, starts_at=appointment.starts_at, now=now
    )
