"""A refund that the practitioner decides, without a request of the client: in full or in part, at any moment (M4)."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from booking import notifications
from booking.actions import appointments, refunds
from booking.errors import AmountChanged, MoreThanPaid
from booking.models import Appointment, AppointmentEvent, Refund


@transaction.atomic
def give_back(*, appointment_id: int, amount_cents: int, shown_left: int, actor: User, now: dt.datetime) -> Appointment:
    """Order the refund and tell the client. `shown_left`: what the page said could still be given back.

    Raises AmountChanged when that is no longer so (the consequence shown was another one), MoreThanPaid.
    """
    appointment = appointments.locked(appointment_id)
    left = refunds.left_cents(appointment)
    if left != shown_left:
        raise AmountChanged
    if not 0 < amount_cents <= left:
        raise MoreThanPaid
    ordered = refunds.order_in_all(
        appointment_id=appointment.pk, amount_cents=amount_cents, cause=Refund.Cause.DECISION, now=now
    )
    # Not a step of the appointment: its state stays, nobody waits for a time, no calendar changes. But who did it is kept.
    AppointmentEvent.objects.create(
        appointment=appointment,
        action="refund",
        before=appointment.status,
        after=appointment.status,
        by=AppointmentEvent.By.PRACTITIONER,
        actor=actor,
        at=now,
        detail=f"refund {amount_cents}",
    )
    notifications.tell(
        appointment,
        "refunded",
        to=("client",),
        number=ordered[0].pk,
        refund_cents=amount_cents,
        whole=left == amount_cents,
    )
    return appointment
