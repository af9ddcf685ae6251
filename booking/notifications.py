"""Mails to both parties, queued in the transaction that causes them; each is sent once whatever is replayed. No health data."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from booking import access, calendar_file
from booking.cancellation_terms import dated_lines
from booking.models import Appointment, Payment, Status
from common import clock, outbox


def booked(appointment: Appointment) -> None:
    """Confirmed, or requested: to the client and to the practitioner."""
    kind = "confirmed" if appointment.status == Status.CONFIRMED else "requested"
    with_file = appointment.status == Status.CONFIRMED
    _to_client(appointment, kind, with_file=with_file)
    _to_practitioner(appointment, kind, with_file=with_file)


def refused(appointment: Appointment, *, unanswered: bool) -> None:
    _to_client(appointment, "refused", unanswered=unanswered)
    if unanswered:
        _to_practitioner(appointment, "unanswered")


def cancelled(appointment: Appointment, *, refund_cents: int, by_client: bool) -> None:
    _to_client(appointment, "cancelled", with_file=True, refund_cents=refund_cents, by_client=by_client)
    _to_practitioner(appointment, "cancelled", with_file=True, refund_cents=refund_cents, by_client=by_client)


def paid_too_late(appointment: Appointment, payment: Payment) -> None:
    """A payment that arrived when the time was gone: the money goes back, and both are told."""
    amounts: dict[str, Any] = {"refund_cents": payment.amount_cents, "was_taken": payment.status == Payment.Status.PAID}
    _to_client(appointment, "paid_too_late", number=payment.attempt, **amounts)
    _to_practitioner(appointment, "paid_too_late", number=payment.attempt, **amounts)


def _to_client(appointment: Appointment, kind: str, *, with_file: bool = False, number: int = 0, **more: Any) -> None:
    if appointment.contact_email:
        url = access.manage_url(appointment)
        _send(appointment, kind, "client", appointment.contact_email, url, with_file, number, more)


def _to_practitioner(
    appointment: Appointment, kind: str, *, with_file: bool = False, number: int = 0, **more: Any
) -> None:
    url = settings.BASE_URL + reverse("office:appointment", args=[appointment.reference])
    to = appointment.practitioner.professional_email
    _send(appointment, kind, "practitioner", to, url, with_file, number, more)


def _send(
    appointment: Appointment,
    kind: str,
    reader: str,
    to: str,
    url: str,
    with_file: bool,
    number: int,
    more: dict[str, Any],
) -> None:
    now = clock.now()
    for_practitioner = reader == "practitioner"
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
        **more,
    }
    files = [calendar_file.attachment(appointment, for_practitioner=for_practitioner, now=now)] if with_file else None
    outbox.send(
        key=f"appointment-{appointment.reference}-{kind}-{reader}" + (f"-{number}" if number else ""),
        to=to,
        template=f"booking/{kind}_{reader}",
        context=context,
        attachments=files,
    )


def _terms(appointment: Appointment, now: Any) -> list[Any]:
    """What cancelling gives back, in dated lines; nothing where nothing was paid online."""
    if not appointment.advance_cents:
        return []
    return dated_lines(
        appointment.cancellation_tiers, paid=appointment.advance_cents, starts_at=appointment.starts_at, now=now
    )
