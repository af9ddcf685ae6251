"""Contracts that one may withdraw from, and declarations."""

import datetime as dt
import uuid

from booking.actions import withdrawals
from booking.models import Appointment, Withdrawal
from common.clock import now
from common.models import OutboxMessage
from tests.factories.booking import AppointmentFactory, PaymentFactory

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
WHO = {"name": "Léa Bernard", "email": "lea@exemple.fr"}


def paid(**fields) -> Appointment:
    """Booked yesterday for in three days, at the client's express request, 60 € paid online."""
    start = (now() + 3 * DAY).replace(minute=0, second=0, microsecond=0)
    row = AppointmentFactory(
        **{
            "starts_at": start,
            "advance_cents": 6000,
            "fee_cents": 245,
            "booked_at": now() - DAY,
            "express_request_at": now() - DAY,
            "contact_email": "lea@exemple.fr",
            "cancellation_tiers": [],
            **fields,
        }
    )
    PaymentFactory(appointment=row)
    return row


def declared(row: Appointment | None, *, amount: int, key: uuid.UUID | None = None, **said: str) -> Withdrawal:
    words = {**WHO, "contract": row.reference if row else "Séance de yoga du 3 mai", **said}
    return withdrawals.declare(
        key=key or uuid.uuid4(),
        said=withdrawals.Declaration(**words),
        appointment_id=row.pk if row else None,
        is_own=True,
        announced_cents=amount,
        actor=None,
        now=now(),
    )


def mails(template: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(template=f"money/withdrawal_{template}"))
