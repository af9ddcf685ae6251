"""Money that a payment brought is in the ledger, in the same transaction."""

import datetime as dt
from typing import Any

from booking.actions import processing_fees
from booking.ledger import entries
from booking.models import Payment
from booking.signals import payment_changed


def connect() -> None:
    payment_changed.connect(_payment, dispatch_uid="booking.ledger")


def _payment(sender: object, payment: Payment, before: str, now: dt.datetime, **_more: Any) -> None:
    if payment.status == Payment.Status.PAID and before != Payment.Status.PAID:
        entries.payment_taken(payment, now=now)
        processing_fees.ask(payment_id=payment.pk)
